package receiver

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReceiverUnpacksAndKeeps(t *testing.T) {
	r, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	post(t, r.URL+"/v1/traces", "gzip", zipped("hello"))
	post(t, r.URL+"/other", "", "plain")
	got := r.Requests("/v1/")
	if len(got) != 1 || string(got[0].Body) != "hello" || got[0].Wire == 5 {
		t.Errorf("received %+v", got)
	}
	if n := len(r.Requests("")); n != 2 {
		t.Errorf("%d requests in all, want 2", n)
	}
}

func post(t *testing.T, url, encoding, body string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Encoding", encoding)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if _, err := io.Copy(io.Discard, a.Body); err != nil || a.StatusCode != http.StatusOK {
		t.Errorf("POST %s: %s, %v", url, a.Status, err)
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestSpans(t *testing.T) {
	body, err := proto.Marshal(&trace.TracesData{ResourceSpans: []*trace.ResourceSpans{{
		Resource: &resource.Resource{Attributes: []*common.KeyValue{text("service.name", "x")}},
		ScopeSpans: []*trace.ScopeSpans{{Spans: []*trace.Span{{
			TraceId: []byte{1}, SpanId: []byte{2}, Name: "load", StartTimeUnixNano: 1, EndTimeUnixNano: 6,
			Status:     &trace.Status{Code: trace.Status_STATUS_CODE_ERROR},
			Attributes: []*common.KeyValue{text("b", "2"), number("a", 1)},
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Spans(body)
	if err != nil || len(got) != 1 {
		t.Fatalf("Spans: %v, %v", got, err)
	}
	if s := got[0]; s.Name != "load" || s.Elapsed != 5 || !s.Failed || s.Trace != "01" {
		t.Errorf("span %+v", s)
	}
	if diff := cmp.Diff([]string{"a=1", "b=2", "service.name=x"}, append(got[0].Attributes, got[0].Resource...)); diff != "" {
		t.Error(diff)
	}
	if _, err := Spans([]byte("no protobuf")); err == nil {
		t.Error("no error for bytes that are no protobuf")
	}
}

func text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}

func number(key string, value int64) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: value}}}
}

func TestEnvelope(t *testing.T) {
	tests := []struct {
		name, body string
		want       []Item
		fails      bool
	}{
		{"with lengths", "{}\n{\"type\":\"a\",\"length\":3}\n1\n2\n{\"type\":\"b\",\"length\":0}\n\n",
			[]Item{{"a", []byte("1\n2")}, {"b", []byte{}}}, false},
		{"without a length", "{}\n{\"type\":\"a\"}\n{}\n{\"type\":\"b\"}\nx", []Item{{"a", []byte("{}")}, {"b", []byte("x")}}, false},
		{"no items", "{}", nil, false},
		{"too long", "{}\n{\"type\":\"a\",\"length\":30}\nx", nil, true},
		{"negative", "{}\n{\"type\":\"a\",\"length\":-1}\nx", nil, true},
		{"cut short", "{}\n{\"type\":\"a\"", nil, true},
		{"not JSON", "{}\nitem\nx", nil, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Envelope([]byte(test.body))
			if (err != nil) != test.fails {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
