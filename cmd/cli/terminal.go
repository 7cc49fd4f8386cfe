package cli

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"

	"github.com/repligrant/repligrant/report"
)

// terminal asks the operating system.
func terminal(w io.Writer) (columns int, ok bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		columns = 0 // a terminal that does not say
	}
	return columns, true
}

// look is how a report on standard output looks.
func (r *run) look(format string) report.Options {
	columns, _ := r.Terminal(r.Stdout)
	return report.Options{Format: format, Lang: r.lang, Texts: r.Languages[r.lang], Color: r.color(), Width: columns}
}

// color reports whether standard output takes colours.
//
// See https://no-color.org and https://bixense.com/clicolors.
func (r *run) color() bool {
	_, isTerminal := r.Terminal(r.Stdout)
	force := r.env("CLICOLOR_FORCE")
	switch {
	case r.noColor || r.env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	default:
		return isTerminal && r.env("TERM") != "dumb"
	}
}

// env is an environment variable, "" if it is not set.
func (r *run) env(name string) string {
	v, _ := r.Env(name)
	return v
}

// log is where API calls are logged; nil without -v.
func (r *run) log() *slog.Logger {
	if !r.verbose {
		return nil
	}
	return slog.New(slog.NewTextHandler(r.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
