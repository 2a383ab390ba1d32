package otlp

import "testing"

func TestEndpoint(t *testing.T) {
	const exact = true
	for _, test := range []struct {
		text  string
		exact bool
		want  string
	}{
		{"https://c.example", false, "https://c.example/v1/traces"},
		{"https://c.example/", false, "https://c.example/v1/traces"},
		{"https://c.example//", false, "https://c.example/v1/traces"},
		{" https://c.example ", false, "https://c.example/v1/traces"},
		{"https://c.example:4318", false, "https://c.example:4318/v1/traces"},
		{"https://c.example/tenant", false, "https://c.example/tenant/v1/traces"},
		{"https://c.example/tenant/", false, "https://c.example/tenant/v1/traces"},
		{"https://c.example/a%2Fb/", false, "https://c.example/a%2Fb/v1/traces"},
		{"https://c.example/tenant?key=1", false, "https://c.example/tenant/v1/traces?key=1"},
		{"https://c.example/v1/traces", false, "https://c.example/v1/traces/v1/traces"},
		{"HTTPS://c.example", false, "https://c.example/v1/traces"},
		{"http://localhost:4318", false, "http://localhost:4318/v1/traces"},
		{"http://LocalHost.:4318", false, "http://LocalHost.:4318/v1/traces"},
		{"http://collector.localhost", false, "http://collector.localhost/v1/traces"},
		{"http://127.9.9.9", false, "http://127.9.9.9/v1/traces"},
		{"http://[::1]:4318", false, "http://[::1]:4318/v1/traces"},
		{"http://[::ffff:127.0.0.1]:4318", false, "http://[::ffff:127.0.0.1]:4318/v1/traces"},

		{"https://c.example", exact, "https://c.example/"},
		{"https://c.example/", exact, "https://c.example/"},
		{"https://c.example/v1/traces", exact, "https://c.example/v1/traces"},
		{"https://c.example/v1/traces/", exact, "https://c.example/v1/traces/"},
		{"https://c.example//a", exact, "https://c.example//a"},
		{"https://c.example/api/1/integration/otlp/v1/traces/?a=b", exact, "https://c.example/api/1/integration/otlp/v1/traces/?a=b"},
	} {
		u, err := endpoint(test.text, test.exact)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if u.String() != test.want {
			t.Errorf("%q, exact %t: %s, want %s", test.text, test.exact, u, test.want)
		}
	}
}

// The rule is otelbridge's; here it is that it counts for both kinds.
func TestEndpointErrors(t *testing.T) {
	for _, text := range []string{"", "c.example", "http://c.example", "https://user:canary@c.example", "https://c.example#part"} {
		for _, exact := range []bool{false, true} {
			if u, err := endpoint(text, exact); err == nil {
				t.Errorf("%q: accepted as %s", text, u)
			}
		}
	}
}
