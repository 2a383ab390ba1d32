package sentry

import (
	"context"
	"log/slog"
	"slices"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Handler wraps the host's log handler so that the Sentry route of the bridge
// hears of what is logged as well:
//
//   - a record of level error or above becomes an issue;
//   - one of level warn does if next is enabled for it, and the setting
//     log_level is not above it;
//   - any other that next is enabled for becomes a breadcrumb of the run that
//     ctx belongs to, or of the process.
//
// An error among the attributes gives the issue its type, chain and stack. Other
// attributes pass the schema like those of a span; groups are joined by dots. Of
// a value that is composite, or prints itself, nothing is sent: no method of it
// is called. What next prints and returns is unchanged. Where the route is off,
// Handler returns next itself.
//
// Next must write by itself. The handler that slog starts with,
// slog.Default().Handler(), writes through package log, which [slog.SetDefault]
// leads back into what it is given: with that one inside, the first record
// would wait for itself.
func Handler(bridge *otelbridge.Bridge, next slog.Handler) slog.Handler {
	p, ok := bridge.Processor(routeName).(*processor)
	if !ok {
		return next
	}
	return &handler{next: next, processor: p}
}

// handler is a slog.Handler beside another one. It never changes: WithAttrs and
// WithGroup make copies.
type handler struct {
	next      slog.Handler
	processor *processor
	group     string // names of open groups, each with a dot behind it
	attrs     []logAttr
}

// logAttr is an attribute with its group before its name.
type logAttr struct {
	key   string
	value slog.Value
}

var _ slog.Handler = (*handler)(nil)

// Enabled is true for what next wants and for what becomes an issue anyway.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError || h.next.Enabled(ctx, level)
}

// Handle reports what next is enabled for, and errors, then lets next handle the
// record.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	enabled := h.next.Enabled(ctx, r.Level)
	if enabled || r.Level >= slog.LevelError {
		h.processor.guard(func() { h.report(ctx, r) })
	}
	if !enabled {
		return nil
	}
	return h.next.Handle(ctx, r)
}

func (h *handler) report(ctx context.Context, r slog.Record) {
	attrs := slices.Clip(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		attrs = appendAttr(attrs, h.group, a)
		return true
	})
	h.processor.log(ctx, r, attrs)
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	c := *h
	c.next = h.next.WithAttrs(attrs)
	c.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		c.attrs = appendAttr(c.attrs, h.group, a)
	}
	return &c
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := *h
	c.next, c.group = h.next.WithGroup(name), h.group+name+"."
	return &c
}

// appendAttr flattens groups; one without a name stands for its members. An
// error stays one, also where it would have itself logged as something else.
func appendAttr(dst []logAttr, group string, a slog.Attr) []logAttr {
	v := a.Value
	if errorOf(v) == nil {
		v = v.Resolve()
	}
	if v.Kind() != slog.KindGroup {
		if a.Key == "" {
			return dst
		}
		return append(dst, logAttr{group + a.Key, v})
	}
	if a.Key != "" {
		group += a.Key + "."
	}
	for _, member := range v.Group() {
		dst = appendAttr(dst, group, member)
	}
	return dst
}
