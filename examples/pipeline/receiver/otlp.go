package receiver

import (
	"fmt"
	"sort"
	"strings"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Span is a span as it arrived at a Collector.
type Span struct {
	Trace, ID, Parent string
	Name              string
	Start             time.Time
	Elapsed           time.Duration
	Failed            bool
	Attributes        []string // key=value, sorted
	Resource          []string
}

// Spans reads an OTLP export request, whose bytes are those of TracesData.
func Spans(body []byte) ([]Span, error) {
	var data trace.TracesData
	if err := proto.Unmarshal(body, &data); err != nil {
		return nil, fmt.Errorf("receiver: OTLP: %w", err)
	}
	var spans []Span
	for _, r := range data.GetResourceSpans() {
		resource := attributes(r.GetResource().GetAttributes())
		for _, scope := range r.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				spans = append(spans, span(s, resource))
			}
		}
	}
	return spans, nil
}

func span(s *trace.Span, resource []string) Span {
	return Span{
		Trace: fmt.Sprintf("%x", s.GetTraceId()), ID: fmt.Sprintf("%x", s.GetSpanId()), Parent: fmt.Sprintf("%x", s.GetParentSpanId()),
		Name:       s.GetName(),
		Start:      time.Unix(0, int64(s.GetStartTimeUnixNano())),
		Elapsed:    time.Duration(s.GetEndTimeUnixNano() - s.GetStartTimeUnixNano()),
		Failed:     s.GetStatus().GetCode() == trace.Status_STATUS_CODE_ERROR,
		Attributes: attributes(s.GetAttributes()),
		Resource:   resource,
	}
}

func attributes(kvs []*common.KeyValue) []string {
	texts := make([]string, 0, len(kvs))
	for _, kv := range kvs {
		texts = append(texts, kv.GetKey()+"="+value(kv.GetValue()))
	}
	sort.Strings(texts)
	return texts
}

func value(v *common.AnyValue) string {
	switch v := v.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return v.StringValue
	case *common.AnyValue_IntValue:
		return fmt.Sprint(v.IntValue)
	case *common.AnyValue_BoolValue:
		return fmt.Sprint(v.BoolValue)
	case *common.AnyValue_DoubleValue:
		return fmt.Sprint(v.DoubleValue)
	case *common.AnyValue_ArrayValue:
		var items []string
		for _, item := range v.ArrayValue.GetValues() {
			items = append(items, value(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	}
	return fmt.Sprint(v)
}
