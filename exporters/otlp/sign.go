package otlp

import "net/http"

// signer returns what adds the operator's headers to a request that is about
// to be sent, or nil when there are none. Headers that describe the body or
// name the host stay as they are: another value would break the request, or
// send it where the endpoint does not say.
func signer(headers map[string]string) func(*http.Request) error {
	own := http.Header{}
	for key, value := range headers {
		own.Set(key, value)
	}
	for _, key := range []string{"Host", "Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding"} {
		own.Del(key)
	}
	if len(own) == 0 {
		return nil
	}
	return func(req *http.Request) error {
		for key, values := range own {
			req.Header[key] = []string{values[0]}
		}
		return nil
	}
}
