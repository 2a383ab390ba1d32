package sentry

import (
	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// How much of a text is sent, in bytes. Sentry cuts messages at 8 KiB.
const (
	maxMessage = 8 << 10
	maxStack   = 64 << 10
	maxName    = 1 << 10
)

// masked is what may be sent of a text of the host. It is masked before it is
// cut: half a secret would not be recognised as one.
func masked(s string, n int) string { return clip.Text(anon.Mask(s), n) }
