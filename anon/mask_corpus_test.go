package anon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each line of testdata/mask/secrets.txt is the kind of a secret, a tab and a
// text. A secret stands between « and ». The mark ~+~ is taken out before
// use: it keeps scanners of forges from taking an invented token for a real
// one. So does the mark \n, which becomes a new line.
var fromCorpus = strings.NewReplacer("~+~", "", `\n`, "\n", `\t`, "\t")

// A corpusSecret is one text with its secret parts.
type corpusSecret struct {
	kind    string
	text    string
	secrets []string
}

func readLines(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "mask", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

func readSecrets(t testing.TB) []corpusSecret {
	var all []corpusSecret
	for _, line := range readLines(t, "secrets.txt") {
		kind, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("no tab in %q", line)
		}
		all = append(all, parseSecret(kind, fromCorpus.Replace(text)))
	}
	return all
}

func parseSecret(kind, marked string) corpusSecret {
	s := corpusSecret{kind: kind}
	for {
		before, rest, ok := strings.Cut(marked, "«")
		s.text += before
		if !ok {
			return s
		}
		secret, after, _ := strings.Cut(rest, "»")
		s.text += secret
		s.secrets = append(s.secrets, secret)
		marked = after
	}
}

// readHarmless returns the lines of harmless.txt and each of the stack traces
// as one text.
func readHarmless(t testing.TB) []string {
	var texts []string
	for _, line := range readLines(t, "harmless.txt") {
		texts = append(texts, fromCorpus.Replace(line))
	}
	traces, err := filepath.Glob(filepath.Join("testdata", "mask", "trace-*.txt"))
	if err != nil || len(traces) == 0 {
		t.Fatal("no traces", err)
	}
	for _, name := range traces {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
	}
	return texts
}

func TestMaskHidesTheCorpus(t *testing.T) {
	secrets := readSecrets(t)
	kinds := map[string]bool{}
	for _, s := range secrets {
		kinds[s.kind] = true
		t.Run(s.kind, func(t *testing.T) { checkHidden(t, s) })
	}
	if len(secrets) < 100 || len(kinds) < 20 {
		t.Errorf("%d secrets of %d kinds, want 100 of 20 at least", len(secrets), len(kinds))
	}
	t.Logf("%d secrets of %d kinds", len(secrets), len(kinds))
}

func checkHidden(t *testing.T, s corpusSecret) {
	got := Mask(s.text)
	if len(s.secrets) == 0 {
		t.Fatalf("no secret marked in %q", s.text)
	}
	for _, secret := range s.secrets {
		if part := survivor(got, secret); part != "" {
			t.Errorf("%q of the secret is left:\n in %q\nout %q", part, s.text, got)
		}
	}
	if again := Mask(got); again != got {
		t.Errorf("Mask changed its own result\nfrom %q\n  to %q", got, again)
	}
}

// survivor returns a part of secret that text contains: six bytes of it from
// anywhere, or any end of it beside a mask.
func survivor(text, secret string) string {
	size := min(len(secret), 6)
	for i := 0; i+size <= len(secret); i++ {
		if part := secret[i : i+size]; strings.Contains(text, part) {
			return part
		}
	}
	for i := 1; i < len(secret); i++ {
		if strings.Contains(text, secret[:i]+masked) || strings.Contains(text, masked+secret[i:]) {
			return secret[:i] + "|" + secret[i:]
		}
	}
	return ""
}

func TestMaskKeepsHarmlessTexts(t *testing.T) {
	texts := readHarmless(t)
	seen := map[string]bool{}
	for _, text := range texts {
		if seen[text] {
			t.Errorf("twice in the corpus: %q", text)
		}
		seen[text] = true
		if got := Mask(text); got != text {
			t.Errorf("changed\nfrom %q\n  to %q", text, got)
		}
	}
	if len(texts) < 1000 {
		t.Errorf("%d harmless texts, want 1000 at least", len(texts))
	}
	t.Logf("%d harmless texts", len(texts))
}
