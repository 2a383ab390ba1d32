package anon_test

import (
	"fmt"

	"github.com/otelbridge/otelbridge-go/anon"
)

// A schema is what a host promises to send, and no more.
func ExampleSchema() {
	schema := anon.Schema{
		Version: 1,
		Events: []anon.Event{{
			Name: "site_build", Span: "build", Doc: "Sent when a site was built.",
			Fields: []anon.Field{
				anon.Enum("theme", "light", "dark").Doc("Which theme to work on next."),
				anon.Bucket("pages", 1, 10, 100).From("site.pages").Doc("How big sites are."),
				anon.Success("success").Doc("Whether building works."),
			},
		}},
	}
	fmt.Print(schema.Markdown())
	// Output:
	// Schema version 1.
	//
	// ### `site_build`
	//
	// Sent when a site was built. Made from spans called `build`, at their end.
	//
	// | field | value | from | why |
	// | --- | --- | --- | --- |
	// | `theme` | one of `light`, `dark`, else `other` | `theme` | Which theme to work on next. |
	// | `pages` | one of `<1`, `1-9`, `10-99`, `100+` | `site.pages` | How big sites are. |
	// | `success` | true or false | the span itself | Whether building works. |
}

// Compile reports every problem of a schema at once.
func ExampleSchema_Compile() {
	_, err := anon.Schema{Events: []anon.Event{{
		Name:   "load",
		Fields: []anon.Field{anon.Enum("kind"), anon.Success("ok").From("status")},
	}}}.Compile()
	fmt.Println(err)
	// Output:
	// anon: event "load" field "kind": it declares no values
	// event "load" field "ok": success comes from the span itself and not from attribute "status"
}

// Widened is how a repository makes sure that nothing more leaves unnoticed.
func ExampleWidened() {
	older := anon.Schema{Version: 1, Events: []anon.Event{{Name: "build"}}}.Lock()
	newer := anon.Schema{Version: 2, Events: []anon.Event{{Name: "build", Fields: []anon.Field{anon.Bool("cached").Since(2)}}}}.Lock()
	changes, ok, _ := anon.Widened(older, newer)
	fmt.Println(changes, ok) // ok: it has a new version, and nobody sends it unasked
	// Output: [event build: field cached was added] true
}
