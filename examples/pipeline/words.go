package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/otelbridge/otelbridge-go/examples/pipeline/history"
	"github.com/otelbridge/otelbridge-go/examples/pipeline/receiver"
)

// word is something of the run's own that was on its spans.
type word struct{ text, where string }

// words are those to look for in what arrived: names that are declared, a person who is not.
func (p *pipeline) words(ctx context.Context) ([]word, error) {
	words := []word{
		{"git-history", "pipeline.name, declared"},
		{p.db.Path, "destination.fingerprint, declared"},
	}
	author, err := p.db.Author(ctx, p.now)
	if err != nil || author == (history.Person{}) {
		return words, err
	}
	if strings.Contains(author.Name, " ") { // a single short word may be part of any other
		words = append(words, word{author.Name, "git.author.name, not declared"})
	}
	return append(words, word{author.Email, "git.author.email, not declared"}), nil
}

// showWords searches every byte that arrived.
func showWords(w io.Writer, words []word, routes [][]receiver.Request) {
	fmt.Fprint(w, "\nWho got to see what\n  anonymous  Collector  Sentry\n")
	for _, word := range words {
		if word.text == "" {
			continue
		}
		for _, requests := range routes {
			fmt.Fprintf(w, "  %-9s", seen(requests, word.text))
		}
		fmt.Fprintf(w, "  %s (%s)\n", word.text, word.where)
	}
}

func seen(requests []receiver.Request, text string) string {
	for _, q := range requests {
		if bytes.Contains(bytes.ToLower(q.Body), []byte(strings.ToLower(text))) {
			return "yes"
		}
	}
	return "no"
}
