package receiver

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Item is a part of an envelope.
type Item struct {
	Type    string
	Payload []byte
}

// Envelope reads Sentry's envelope format: a line of JSON about the whole, then for each item a line of JSON about it and as
// many bytes as that says, or up to the end of the line when it does not.
func Envelope(body []byte) ([]Item, error) {
	_, rest, _ := bytes.Cut(body, []byte("\n"))
	var items []Item
	for len(bytes.TrimSpace(rest)) > 0 {
		item, after, err := nextItem(rest)
		if err != nil {
			return items, fmt.Errorf("receiver: envelope: %w", err)
		}
		items, rest = append(items, item), after
	}
	return items, nil
}

func nextItem(rest []byte) (item Item, after []byte, err error) {
	line, rest, found := bytes.Cut(rest, []byte("\n"))
	if !found {
		return item, nil, io.ErrUnexpectedEOF
	}
	var header struct {
		Type   string `json:"type"`
		Length *int   `json:"length"`
	}
	if err := json.Unmarshal(line, &header); err != nil {
		return item, nil, err
	}
	item.Type = header.Type
	if header.Length == nil {
		item.Payload, after, _ = bytes.Cut(rest, []byte("\n"))
		return item, after, nil
	}
	if n := *header.Length; n < 0 || n > len(rest) {
		return item, nil, errors.New("an item is longer than what is left")
	}
	item.Payload = rest[:*header.Length]
	return item, bytes.TrimPrefix(rest[*header.Length:], []byte("\n")), nil
}

// Transaction is a run as it arrived at a Sentry.
type Transaction struct {
	Name     string  `json:"transaction"`
	Start    float64 `json:"start_timestamp"`
	End      float64 `json:"timestamp"`
	Tags     map[string]string
	Spans    []SentrySpan
	Contexts struct {
		Trace struct {
			Status string
		}
	}
}

// SentrySpan is a step of a Transaction.
type SentrySpan struct {
	ID          string  `json:"span_id"`
	Parent      string  `json:"parent_span_id"`
	Description string  `json:"description"`
	Status      string  `json:"status"`
	Start       float64 `json:"start_timestamp"` // seconds since 1970
	End         float64 `json:"timestamp"`
}

// InOrder are the steps in the order in which they started.
func (t *Transaction) InOrder() []SentrySpan {
	return slices.SortedStableFunc(slices.Values(t.Spans), func(a, b SentrySpan) int { return cmp.Compare(a.Start, b.Start) })
}

// Depth is how deep a step lies below the transaction, from 1.
func (t *Transaction) Depth(s SentrySpan) int {
	for _, above := range t.Spans {
		if above.ID == s.Parent {
			return 1 + t.Depth(above)
		}
	}
	return 1
}
