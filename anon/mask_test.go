package anon

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// Tokens are put together here so that none stands in this file.
const (
	testHex32  = "9f86d081884c7d65" + "9a2feaa0c55ad015"
	testAlnum  = "aB3dE5fG7hJ9kL1m" + "N2pQ4rS6tU8vW0xY5z7A"
	testGitHub = "gh" + "p_" + testAlnum
)

func TestMaskKeepsWhatSurroundsASecret(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"URL", "dial postgres://u:p@db.example.com:5432/sales: refused", "dial postgres://[masked]@db.example.com:5432/sales: refused"},
		{"URL without user", "redis://:hunter2@cache:6379/0", "redis://[masked]@cache:6379/0"},
		{"URL with a user alone", "https://" + testHex32 + "@o1.ingest.sentry.io/42", "https://[masked]@o1.ingest.sentry.io/42"},
		{"URL with an at sign in the password", "amqp://u:p@ss@mq/v", "amqp://[masked]@mq/v"},
		{"URL with a slash in the password", `parse "postgres://u:p/w@h/db": invalid port ":p" after host`, `parse "postgres://[masked]@h/db": invalid port ":[masked]" after host`},
		{"URL with a number sign in the password", `parse "postgres://u:hunter2": invalid port ":hunter2" after host`, `parse "postgres://u:[masked]": invalid port ":[masked]" after host`},
		{"URL with a port that is none", `parse "http://h:abc/x": invalid port ":abc" after host`, `parse "http://h:[masked]": invalid port ":[masked]" after host`},
		{"URL with both", `parse "http://u:hunter2@h:abc/x": invalid port ":abc" after host`, `parse "http://[masked]@h:abc/x": invalid port ":abc" after host`},
		{"URL cut short", "dial postgres://u:hunter2sec [cut]", "dial postgres://u:[masked] [cut]"},
		{"data source without scheme", "open u:hunter2@org-acct/RAW?warehouse=WH", "open [masked]@org-acct/RAW?warehouse=WH"},
		{"URL in JSON", `{"u":"https:\/\/u:p@h\/x"}`, `{"u":"https:\/\/[masked]@h\/x"}`},
		{"several URLs", "nats://a:b@h1:4222,nats://c:d@h2:4222", "nats://[masked]@h1:4222,nats://[masked]@h2:4222"},
		{"URL in a query", "next=postgres%3A%2F%2Fu%3Ap%40h%2Fdb&x=1", "next=postgres%3A%2F%2F[masked]%40h%2Fdb&x=1"},
		{"forge by SSH", "ssh://git@example.com/a/b", "ssh://git@example.com/a/b"},
		{"libpq", "host=db user=etl password=hunter2 sslmode=disable", "host=db user=etl password=[masked] sslmode=disable"},
		{"libpq quoted", `password='it\'s me' host=db`, `password='[masked]' host=db`},
		{"MySQL", "root:hunter2@tcp(db:3306)/x?parseTime=true", "[masked]@tcp(db:3306)/x?parseTime=true"},
		{"MySQL without host", "root:hunter2@/x", "[masked]@/x"},
		{"ODBC", "Driver={PG};Server=db;UID=etl;PWD=hun;ter2;Database=x", "Driver={PG};Server=db;UID=etl;PWD=[masked];Database=x"},
		{"ODBC in braces", "PWD={a;b};Database=x", "PWD=[masked];Database=x"},
		{"host", "cannot reach etl:hunter2@db.example.com:5432", "cannot reach [masked]@db.example.com:5432"},
		{"bearer", "Authorization: Bearer abcdef123456", "Authorization: Bearer [masked]"},
		{"header map", "map[Authorization:[Bearer abcdef123456] X-Api-Key:[hunter2] Accept:[*/*]]", "map[Authorization:[Bearer [masked]] X-Api-Key:[[masked]] Accept:[*/*]]"},
		{"basic", "Proxy-Authorization: Basic dTpodW50ZXIy\r\nHost: h", "Proxy-Authorization: Basic [masked]\r\nHost: h"},
		{"basic alone", "sent Basic dTpodW50ZXIy to h", "sent Basic [masked] to h"},
		{"cookie", "Cookie: sid=abc; theme=dark\r\nHost: h", "Cookie: [masked]\r\nHost: h"},
		{"query", "GET /x?token=abc123&page=2", "GET /x?token=[masked]&page=2"},
		{"JSON", `{"user":"etl","db_password": "hunter2","port":5432}`, `{"user":"etl","db_password": "[masked]","port":5432}`},
		{"JSON in a quoted string", `"{\"password\":\"hunter2\",\"a\":1}"`, `"{\"password\":\"[masked]\",\"a\":1}"`},
		{"environment", "DB_PASSWORD=hunter2 HOME=/root", "DB_PASSWORD=[masked] HOME=/root"},
		{"struct", "{User:etl Password:hunter2 Port:5432}", "{User:etl Password:[masked] Port:5432}"},
		{"flag", "load --password hunter2 --table t", "load --password [masked] --table t"},
		{"flag with equals sign", "load --api-key=hunter2 t", "load --api-key=[masked] t"},
		{"flags as a list", `exec ["load" "--token" "hunter2" "t"]`, `exec ["load" "--token" "[masked]" "t"]`},
		{"SQL", "ALTER ROLE etl PASSWORD 'hunter2'", "ALTER ROLE etl PASSWORD '[masked]'"},
		{"DuckDB", "CREATE SECRET (TYPE s3, SECRET 'hunter2', REGION 'x')", "CREATE SECRET (TYPE s3, SECRET '[masked]', REGION 'x')"},
		{"mysql command", "mysql -u root -phunter2 -h db", "mysql -u root -p[masked] -h db"},
		{"curl command", "curl -sS -u etl:hunter2 https://h", "curl -sS -u [masked] https://h"},
		{"XML", "<user>etl</user><password>hunter2</password>", "<user>etl</user><password>[masked]</password>"},
		{"attributes", `{"name":"DB_PASSWORD","value":"hunter2"}`, `{"name":"DB_PASSWORD","value":"[masked]"}`},
		{"key block", "-----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nrest", "-----BEGIN " + "PRIVATE KEY-----[masked]-----END PRIVATE KEY-----\nrest"},
		{"token", "push failed for " + testGitHub + ".", "push failed for [masked]."},
		{"token within a password", "password=x" + testGitHub, "password=[masked]"},
		{"masked before", "password=[masked]tail x", "password=[masked] x"},
		{"unfinished", `{"password":"hunter2 and mo`, `{"password":"[masked]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Mask(tt.in)); diff != "" {
				t.Errorf("Mask (-want +got):\n%s", diff)
			}
			if again := Mask(tt.want); again != tt.want {
				t.Errorf("Mask changed its own result to %q", again)
			}
		})
	}
}

// net/url quotes what it cannot parse, password and all.
func TestMaskHidesWhatNetURLQuotes(t *testing.T) {
	for c := byte(' '); c < 0x7f; c++ {
		password := "hunter" + string(c) + "secret"
		for _, form := range []string{"postgres://etl:%s@db.example.com/sales", "redis://:%s@cache:6379/0", "loader:%s@org-acct/RAW"} {
			_, err := url.Parse(fmt.Sprintf(form, password))
			if err == nil {
				continue
			}
			if got := Mask(err.Error()); strings.Contains(got, "hunter") || strings.Contains(got, "secret") {
				t.Errorf("%v\n%s", err, got)
			}
		}
	}
}

func TestMaskPassesPlainNamesBy(t *testing.T) {
	m := newMasker(maskRules())
	for _, s := range readSecrets(t) {
		for _, word := range strings.Fields(s.text) {
			if got := m.round(word); isPlain(word) && got != word {
				t.Errorf("%q is plain and becomes %q", word, got)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { Mask("load") }); n != 0 || !isPlain("load") {
		t.Errorf("%v allocations for the name of a span", n)
	}
}

func TestMaskCutsLongTexts(t *testing.T) {
	tests := []struct{ name, in string }{
		{"words", strings.Repeat("lorem ipsum ", 10_000)},
		{"one run", strings.Repeat("a", 200_000)},
		{"runes", strings.Repeat("é", 100_000)},
		{"growing", strings.Repeat("pwd=a ", 20_000)},
		{"token at the edge", strings.Repeat("lorem ", maskLimit/6-3) + testGitHub + " tail"},
		{"open key block", "-----BEGIN " + "RSA PRIVATE KEY-----\n" + strings.Repeat("MIIEabcd0123", 20_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Mask(tt.in)
			if len(got) > maskLimit {
				t.Errorf("length %d, want %d at most", len(got), maskLimit)
			}
			if Mask(got) != got {
				t.Error("Mask changed its own result")
			}
			if !utf8.ValidString(got) {
				t.Error("cut inside a rune")
			}
			if strings.Contains(got, "ghp") || strings.Contains(got, "MIIE") {
				t.Errorf("part of a secret left at the end: %q", got[max(0, len(got)-60):])
			}
		})
	}
}

func TestMaskMarksTheCut(t *testing.T) {
	if got := Mask(strings.Repeat("lorem ", maskLimit)); !strings.HasSuffix(got, "lorem"+clip.Mark) {
		t.Errorf("ends in %q", got[len(got)-20:])
	}
}

func TestMaskAllocatesNothingWithoutSecrets(t *testing.T) {
	for _, text := range []string{"", harmlessMessage, "duplicate key value violates unique constraint (api token)"} {
		if n := testing.AllocsPerRun(100, func() { Mask(text) }); n != 0 {
			t.Errorf("%v allocations for %q", n, text)
		}
	}
}

func TestMaskFromSeveralGoroutines(t *testing.T) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got := Mask("token=" + testGitHub); got != "token=[masked]" {
				t.Errorf("got %q", got)
			}
		})
	}
	group.Wait()
}

// The index holds one bit a rule and the first three bytes of each need.
func TestMaskRulesFitTheIndex(t *testing.T) {
	rules := maskRules()
	if len(rules) > 64 {
		t.Fatalf("%d rules, want 64 at most", len(rules))
	}
	for _, r := range rules {
		if (len(r.needs) == 0) == (r.test == nil) {
			t.Errorf("rule %q must have either needs or a test", r.name)
		}
		for _, need := range r.needs {
			if len(need) < 3 {
				t.Errorf("rule %q: need %q is shorter than 3 bytes", r.name, need)
			}
		}
		if re := r.re(); re.MatchString("") {
			t.Errorf("rule %q matches the empty text", r.name)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, s := range readSecrets(f) {
		f.Add(s.text)
	}
	for _, text := range readHarmless(f)[:100] {
		f.Add(text)
	}
	f.Add("password=\"\\\\\"[masked]':{}")
	f.Fuzz(func(t *testing.T, text string) {
		got := Mask(text)
		if isPlain(text) && shared.get().round(text) != text {
			t.Errorf("%q is taken for plain", text)
		}
		if again := Mask(got); again != got {
			t.Errorf("Mask(%q) = %q, and again %q", text, got, again)
		}
		// Each mask replaces one byte or more, and three rounds can grow.
		if len(got) > maskLimit || len(got) > len(masked)*(len(text)+1) {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
	})
}

// harmlessMessage has 200 bytes and the characters errors usually have.
const harmlessMessage = `load orders: copy batch 17 of 42: write tcp 10.0.0.7:51432->10.0.0.9:5432: i/o timeout; ` +
	`see https://example.com/help/timeouts?lang=en#copy (file /var/lib/etl/orders-2024-05-01.csv, line 1_204, again).`

func BenchmarkMask(b *testing.B) {
	secret := strings.Replace(harmlessMessage, "https://", "https://u:hunter2@", 1)
	if len(harmlessMessage) != 200 || Mask(harmlessMessage) != harmlessMessage || Mask(secret) == secret {
		b.Fatal("the messages are not what their names say")
	}
	for _, bench := range []struct{ name, text string }{
		{"name", "load"},
		{"long-name", "extract games of chess"},
		{"harmless", harmlessMessage},
		{"harmless-long", strings.Repeat(harmlessMessage, 50)},
		{"secret", secret},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				Mask(bench.text)
			}
		})
	}
}

// The texts below make rules begin again and again without success. Their time
// shows whether it is linear.
func BenchmarkMaskHostile(b *testing.B) {
	for _, part := range []string{"token=[", "token='", "pwd={", "token=://", "://a:b", "a:b@", "token", "name=token value=", "password=a,", "password: aaa bbb ", `parse "://`, `invalid port ":`, "-----BEGIN PRIVATE " + "KEY"} {
		for _, size := range []int{maskLimit / 8, maskLimit} {
			text := strings.Repeat(part, size/len(part))
			b.Run(fmt.Sprintf("%s/%dKiB", part, size>>10), func(b *testing.B) {
				for b.Loop() {
					Mask(text)
				}
			})
		}
	}
}
