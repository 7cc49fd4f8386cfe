package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/repligrant/repligrant/internal/diag"
)

// errLater is what a flag answers that is promised and not there yet.
var errLater = errors.New("not supported yet")

// A later is the value of such a flag: it takes none.
type later struct{}

func (later) String() string   { return "" }
func (later) Set(string) error { return errLater }
func (later) Type() string     { return "" }

// addLater adds flags that the command will have one day. They are known, so
// that nobody thinks that they were misspelled, and refused, so that nobody
// thinks that they did something.
func addLater(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		f := cmd.Flags().VarPF(later{}, name, "", "not supported yet")
		f.NoOptDefVal = "true"
		f.Hidden = true
	}
}

// flagError says what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, errLater) {
		bad, _ := errors.AsType[*pflag.InvalidValueError](err)
		return problem("cli-flag-later", "flag", "--"+bad.GetFlag().Name, "command", cmd.Name())
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, unknown)
	}
	if lacking, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return problem("cli-flag-value", "flag", "--"+lacking.GetFlag().Name)
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return table.At(diag.Pos{}, "cli-bad-value", "flag", "--"+bad.GetFlag().Name, "value", bad.GetValue()).With("problem", badValue(errors.Unwrap(bad)))
	}
	if bad, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return problem("cli-bad-flag", "flag", bad.GetSpecifiedFlag())
	}
	return err
}

// badValue says why a flag does not take a value.
func badValue(err error) diag.Text {
	switch number, ok := errors.AsType[*strconv.NumError](err); {
	case ok && number.Func == "ParseBool":
		return notes.Text("cli-not-bool")
	case errors.Is(err, errNoFile):
		return notes.Text("cli-no-file")
	default:
		return diag.Datum(err.Error())
	}
}

func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	if short := err.GetSpecifiedShortnames(); short != "" {
		return problem("cli-unknown-flag", "flag", "-"+err.GetSpecifiedName(), "command", cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	name := err.GetSpecifiedName()
	if near := diag.Nearest(strings.ReplaceAll(name, "_", "-"), known); near != "" {
		return problem("cli-similar-flag", "flag", "--"+name, "similar", "--"+near)
	}
	if name == "version" {
		return problem("cli-version-flag", "flag", "--"+name)
	}
	return problem("cli-unknown-flag", "flag", "--"+name, "command", cmd.CommandPath())
}
