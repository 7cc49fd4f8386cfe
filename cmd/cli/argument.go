package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/internal/diag"
)

// noArguments refuses arguments.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return problem("cli-no-argument", "command", cmd.Name(), "value", args[0])
	}
	return nil
}

// oneArgument wants exactly one argument.
func oneArgument(name, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return argumentCount("cli-one-argument", cmd, args, name, example)
	}
}

// oneAtMost wants one argument or none.
func oneAtMost(name, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= 1 {
			return nil
		}
		return argumentCount("cli-one-at-most", cmd, args, name, example)
	}
}

func argumentCount(key string, cmd *cobra.Command, args []string, name, example string) error {
	count := diag.Datum(strconv.Itoa(len(args)))
	if len(args) == 0 {
		count = notes.Text("cli-none")
	}
	return table.At(diag.Pos{}, key, "command", cmd.Name(), "argument", name, "example", example).With("count", count)
}

// twoAtMost wants two arguments, one, or none.
func twoAtMost(name, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= 2 {
			return nil
		}
		return argumentCount("cli-two-at-most", cmd, args, name, example)
	}
}
