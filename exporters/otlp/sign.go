package otlp

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// signer returns what adds the operator's headers to a request that is about
// to be sent, or nil when there are none. Headers that describe the body or
// name the host stay as they are: another value would break the request, or
// send it where the endpoint does not say.
func signer(headers map[string]string) (func(*http.Request) error, error) {
	own := http.Header{}
	for key, value := range headers {
		if err := checkHeader(key, value); err != nil {
			return nil, err
		}
		own.Set(key, value)
	}
	for _, key := range []string{"Host", "Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding"} {
		own.Del(key)
	}
	if len(own) == 0 {
		return nil, nil
	}
	return func(req *http.Request) error {
		for key, values := range own {
			req.Header[key] = []string{values[0]}
		}
		return nil
	}, nil
}

// checkHeader finds out at the start what would otherwise fail each request.
// Its error never quotes a value, and a name only when it is one.
func checkHeader(key, value string) error {
	if key == "" || strings.ContainsFunc(key, notToken) {
		return errors.New("a header has a name that HTTP does not allow")
	}
	if strings.ContainsFunc(value, control) {
		return fmt.Errorf("the header %s has a value that HTTP does not allow", key)
	}
	return nil
}

// notToken is true outside of the tokens of RFC 9110, section 5.6.2.
func notToken(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
