package console

import (
	"io"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Options say how runs are drawn. The zero value suits a terminal as well as a file.
type Options struct {
	// Plain draws with ASCII alone and without colour. The default is what w allows: colour and line drawing on a terminal
	// unless the user asked for none with NO_COLOR, plain text elsewhere.
	Plain bool

	// Width is how many columns a drawing takes. Default: those of the terminal at that moment, or 80 where there is none.
	// Less than 20 is taken for 20.
	Width int

	// Rows is how many steps a drawing shows at most; error messages come on lines of their own. Default 40; 1 is taken for 2. In
	// a longer run, steps of the same name share a line and, if need be, the shortest that went well.
	Rows int
}

// Route draws each run on w when its root span ends. Nothing is sent. Errors of w are ignored; calls to w.Write are made one
// at a time.
func Route(w io.Writer, options Options) otelbridge.Route {
	return func(setup otelbridge.Setup) (otelbridge.Outlet, error) {
		options := options
		options.Plain = options.Plain || setup.Settings.NoColor
		return otelbridge.Outlet{Name: "console", Processor: newProcessor(w, drawer(w, options))}, nil
	}
}

// drawer decides once how to draw on w, and each time how wide.
func drawer(w io.Writer, options Options) func(*step) string {
	rows := options.Rows
	if rows <= 0 {
		rows = defaultRows
	}
	fd, found := terminal(w)
	styled := plainStyle
	if found && !options.Plain && coloured(fd) {
		styled = richStyle
	}
	return func(run *step) string {
		width := options.Width
		if width <= 0 {
			width = columnsOf(w)
		}
		return waterfall(run, styled(max(width, leastWidth), max(rows, leastRows)))
	}
}
