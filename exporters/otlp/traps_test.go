package otlp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
)

// trap is a value of a variable, with others that make it count.
type trap map[string]string

// traps are values of every variable that OpenTelemetry's exporter reads, well
// formed and not. Files are below dir.
func traps(dir string) []trap {
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	other, empty, none := filepath.Join(dir, "other.pem"), filepath.Join(dir, "empty"), filepath.Join(dir, "canary")
	var all []trap
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		add := func(key string, values ...string) {
			for _, v := range values {
				all = append(all, trap{prefix + key: v})
			}
		}
		add("ENDPOINT", "https://a.example", " https://a.example ", "a.example", "unix:///a", "", " ",
			"http://user:canary%zz@host", "https://canary.example:port", "127.0.0.1:4318", ":canary", "https://canary\x7f", "%zzcanary", "https://[::1")
		add("HEADERS", "x-key=canary", " a = b ,c=d", "a=", "a=b=c", "a=b%20c", "a=+", " ",
			"canary", "a=b,", ",", "a=b,,c=d", "a=%zzcanary", "a=canary%2", "canary name=x", "=canary", "ä=canary", "a:=canary", "a= %")
		add("TIMEOUT", "1", " 10 ", "-1", "+1", "0", "007", " ", "canary", "1s", "1.5", "1_000", "0x1", "9223372036854775808")
		add("CERTIFICATE", cert, " "+cert+" ", " ", key, empty, none, dir, os.DevNull, none+"\x7f")
		add("COMPRESSION", "gzip", "none", "canary", " ")
		add("PROTOCOL", "http/protobuf", "http/json", "grpc", "canary", " ")
		add("INSECURE", "true", "false", "canary", " ")
		pair := func(c, k string) {
			all = append(all, trap{prefix + "CLIENT_CERTIFICATE": c, prefix + "CLIENT_KEY": k})
		}
		pair(cert, key)
		pair(" "+cert, key+" ")
		pair(cert, "")
		pair("", key)
		pair(none, " ")
		pair(cert, none)
		pair(none, key)
		pair(none, none)
		pair(other, key)
		pair(key, cert)
		pair(empty, key)
		pair(dir, key)
	}
	return append(all, trap{}, allMalformed(none))
}

// allMalformed has something wrong with everything.
func allMalformed(none string) trap {
	return trap{
		"OTEL_EXPORTER_OTLP_ENDPOINT":                  "http://user:canary%zz@host",
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT":           "https://canary.example:port",
		"OTEL_EXPORTER_OTLP_HEADERS":                   "canary-without-equals,a=%zzcanary",
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS":            "canary name=x",
		"OTEL_EXPORTER_OTLP_CERTIFICATE":               none,
		"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE":        os.DevNull,
		"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE":        none,
		"OTEL_EXPORTER_OTLP_CLIENT_KEY":                none,
		"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE": none,
		"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY":         none,
		"OTEL_EXPORTER_OTLP_TIMEOUT":                   "canary",
		"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT":            "canary",
	}
}

// words are all texts of at most n of the letters.
func words(letters string, n int) []string {
	var all []string
	shorter := []string{""}
	for range n {
		var longer []string
		for _, word := range shorter {
			for _, c := range letters {
				longer = append(longer, word+string(c))
			}
		}
		all, shorter = append(all, longer...), longer
	}
	return all
}

// spellings are every short text of the letters that matter.
func spellings() []trap {
	var all []trap
	for _, word := range words("a=,%2 ", 4) {
		all = append(all, trap{"OTEL_EXPORTER_OTLP_TRACES_HEADERS": word})
	}
	for _, word := range words("1-+_ .x", 3) {
		all = append(all, trap{"OTEL_EXPORTER_OTLP_TIMEOUT": word})
	}
	for _, word := range words("a:/%2[] @?#", 3) {
		all = append(all, trap{"OTEL_EXPORTER_OTLP_ENDPOINT": word}, trap{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://" + word})
	}
	return all
}

// trapFiles writes the files that traps name.
func trapFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cert, key := certificate(t)
	other, _ := certificate(t)
	for name, content := range map[string][]byte{"cert.pem": cert, "key.pem": key, "other.pem": other, "empty": nil} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}
