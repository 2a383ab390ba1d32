package otlp

import (
	"math"
	"mime"
	"net/http"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// answer reads how many spans of an accepted request were rejected for good.
// An answer that cannot be read rejects nothing: the status has said that the
// request was taken.
func answer(status int, header http.Header, body []byte) otelbridge.Reply {
	if status < 200 || status > 299 {
		return otelbridge.Reply{}
	}
	var response collectorpb.ExportTraceServiceResponse
	if err := decode(header.Get("Content-Type"), body, &response); err != nil {
		return otelbridge.Reply{}
	}
	rejected := response.GetPartialSuccess().GetRejectedSpans()
	return otelbridge.Reply{Dropped: int(min(max(rejected, 0), math.MaxInt))}
}

// decode leaves alone what is neither of OTLP's encodings. It ignores unknown
// fields, which a later OTLP may add.
func decode(contentTypes string, body []byte, into proto.Message) error {
	kind, _, _ := mime.ParseMediaType(contentTypes)
	switch kind {
	case contentType:
		return proto.Unmarshal(body, into)
	case "application/json":
		return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, into)
	}
	return nil
}
