package otlp

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSigner(t *testing.T) {
	headers := map[string]string{
		"authorization": "Bearer x", "x-tenant": "a b", "X-Empty": "", "host": "collector.internal",
		"content-type": "text/plain", "Content-Encoding": "br", "content-length": "1", "transfer-encoding": "chunked",
	}
	sign := signer(headers)
	clear(headers) // the map is the caller's

	for range 2 { // signing again, for a second attempt, changes nothing
		req, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1/v1/traces", http.NoBody)
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", "earlier")
		if err := sign(req); err != nil {
			t.Fatal(err)
		}
		want := http.Header{
			"Content-Type": {contentType}, "Authorization": {"Bearer x"}, "X-Tenant": {"a b"}, "X-Empty": {""},
		}
		if diff := cmp.Diff(want, req.Header); diff != "" {
			t.Errorf("headers (-want +got):\n%s", diff)
		}
		if req.Host != "127.0.0.1" {
			t.Errorf("host %q: a header must not send a request elsewhere", req.Host)
		}
		req.Header.Set("Authorization", "somebody else's")
	}
}

func TestSignerNone(t *testing.T) {
	for _, headers := range []map[string]string{nil, {}, {"Content-Type": "text/plain"}} {
		if signer(headers) != nil {
			t.Errorf("%v: a signer", headers)
		}
	}
}
