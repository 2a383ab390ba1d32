package anon

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"sync"

	"go.opentelemetry.io/otel/trace"
)

// hashBytes is how much of a digest is sent: 120 bits, 20 characters.
const hashBytes = 15

// maxCached bounds the names whose digests are kept. A program has a handful;
// one that has more pays for the digest again.
const maxCached = 1024

// Hasher digests names with HMAC-SHA-256 (RFC 2104) under a key that never
// leaves the machine, so that a digest can be compared with others of the same
// install and with nothing else: there is no dictionary for it. The same name
// has the same digest for as long as the key lives.
//
// A Hasher may be used by many goroutines at once. A nil Hasher, and one
// without a key, turns every name into the empty string.
type Hasher struct {
	key   func() []byte
	mu    sync.Mutex
	mac   hash.Hash // nil until a key was asked for
	names map[string]string
	trace trace.TraceID
	run   [16]byte
}

// NewHasher returns a Hasher that asks for its key when it first digests
// something, and not again if it gets one: a key need not be made before it is
// needed. A key has 32 random bytes; RFC 2104 allows any other length, an empty
// one digests nothing.
func NewHasher(key func() []byte) *Hasher {
	return &Hasher{key: key, names: map[string]string{}}
}

// Sum is the digest of a name: 20 characters of unpadded URL-safe base64. The
// empty name stays empty.
func (h *Hasher) Sum(name string) string {
	if h == nil || name == "" {
		return ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if sum, ok := h.names[name]; ok {
		return sum
	}
	digest, ok := h.digest('n', []byte(name))
	if !ok {
		return ""
	}
	sum := base64.RawURLEncoding.EncodeToString(digest[:hashBytes])
	if len(h.names) >= maxCached {
		clear(h.names)
	}
	h.names[name] = sum
	return sum
}

// RunID is the public name of a run: 32 hexadecimal digits that are the same
// for the spans of one trace on this install, and empty without a key.
func (h *Hasher) RunID(id trace.TraceID) string {
	run, ok := h.runID(id)
	if !ok {
		return ""
	}
	return hex.EncodeToString(run[:])
}

func (h *Hasher) runID(id trace.TraceID) (run [16]byte, ok bool) {
	if h == nil || !id.IsValid() {
		return run, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if id == h.trace {
		return h.run, true
	}
	return h.digestRun(id)
}

// digestRun is apart so that a known run costs no allocation.
func (h *Hasher) digestRun(id trace.TraceID) (run [16]byte, ok bool) {
	digest, ok := h.digest('r', id[:])
	if ok {
		h.trace, h.run = id, [16]byte(digest[:16])
	}
	return h.run, ok
}

// digest keeps names and trace ids apart by a first byte.
func (h *Hasher) digest(domain byte, data []byte) (sum [sha256.Size]byte, ok bool) {
	if h.mac == nil {
		key := h.key()
		if len(key) == 0 {
			return sum, false
		}
		h.mac = hmac.New(sha256.New, key)
	}
	h.mac.Reset()
	h.mac.Write([]byte{domain})
	h.mac.Write(data)
	h.mac.Sum(sum[:0])
	return sum, true
}
