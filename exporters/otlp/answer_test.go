package otlp

import (
	"encoding/hex"
	"net/http"
	"testing"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// golden is an ExportTraceServiceResponse as OTLP's generated code writes it:
// five spans rejected, "too old".
const golden = "0a0b08051207746f6f206f6c64"

func TestAnswer(t *testing.T) {
	five, _ := hex.DecodeString(golden)
	for name, test := range map[string]struct {
		status      int
		contentType string
		body        string
		want        int
	}{
		"protobuf":              {200, "application/x-protobuf", string(five), 5},
		"with a parameter":      {202, "application/x-protobuf; v=1", string(five), 5},
		"case":                  {200, "Application/X-Protobuf", string(five), 5},
		"empty":                 {200, "application/x-protobuf", "", 0},
		"cut off":               {200, "application/x-protobuf", string(five[:8]), 0},
		"garbage behind":        {200, "application/x-protobuf", string(five) + "\xff", 0},
		"the last one stands":   {200, "application/x-protobuf", string(five) + "\x0a\x02\x08\x07", 7},
		"merged":                {200, "application/x-protobuf", string(five) + "\x0a\x00", 5},
		"unknown fields":        {200, "application/x-protobuf", "\x10\x01" + string(five) + "\x1a\x01x", 5},
		"wrong type":            {200, "application/x-protobuf", "\x08\x05", 0},
		"wrong inner type":      {200, "application/x-protobuf", "\x0a\x03\x0a\x01x", 0},
		"negative":              {200, "application/x-protobuf", string(partial(-3)), 0},
		"json string":           {200, "application/json", `{"partialSuccess":{"rejectedSpans":"5","errorMessage":"too old"}}`, 5},
		"json unknown fields":   {200, "application/json", `{"x":[1],"partialSuccess":{"rejectedSpans":"5","y":2}}`, 5},
		"json number":           {200, "application/json; charset=utf-8", `{"partialSuccess":{"rejectedSpans":5}}`, 5},
		"json without":          {200, "application/json", `{}`, 0},
		"json null":             {200, "application/json", `{"partialSuccess":null}`, 0},
		"json fraction":         {200, "application/json", `{"partialSuccess":{"rejectedSpans":0.5}}`, 0},
		"json negative":         {200, "application/json", `{"partialSuccess":{"rejectedSpans":"-5"}}`, 0},
		"json cut off":          {200, "application/json", `{"partialSuccess":{"rejectedSpans":"5"`, 0},
		"another content type":  {200, "text/html", string(five), 0},
		"no content type":       {200, "", string(five), 0},
		"protobuf said as json": {200, "application/json", string(five), 0},
		"not accepted":          {400, "application/x-protobuf", string(five), 0},
		"informational":         {103, "application/x-protobuf", string(five), 0},
		"redirect":              {307, "application/x-protobuf", string(five), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := answer(test.status, http.Header{"Content-Type": {test.contentType}}, []byte(test.body))
			if want := (otelbridge.Reply{Dropped: test.want}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// partial is a response that rejects n spans.
func partial(n int64) []byte {
	body, _ := proto.Marshal(&collectorpb.ExportTraceServiceResponse{
		PartialSuccess: &collectorpb.ExportTracePartialSuccess{RejectedSpans: n},
	})
	return body
}

// A server's answer is anybody's bytes: never a panic, never a negative count.
func FuzzAnswer(f *testing.F) {
	five, _ := hex.DecodeString(golden)
	f.Add("application/x-protobuf", five)
	f.Add("application/x-protobuf", []byte("\x0b\x0b\x0c\x0c"))
	f.Add("application/json", []byte(`{"partialSuccess":{"rejectedSpans":"5"}}`))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		if got := answer(200, http.Header{"Content-Type": {contentType}}, body); got.Dropped < 0 {
			t.Errorf("%d dropped", got.Dropped)
		}
	})
}
