package cli

import (
	"github.com/spf13/cobra"
)

// laterCommands are the commands that are promised and not there yet.
func laterCommands() []*cobra.Command {
	var list []*cobra.Command
	for _, name := range []string{
		"init", "schema", "completion",
	} {
		list = append(list, &cobra.Command{
			Use:                name,
			Short:              "not supported yet",
			Hidden:             true,
			DisableFlagParsing: true, // its flags are not known yet either
			RunE: func(*cobra.Command, []string) error {
				return problem("cli-command-later", "name", name)
			},
		})
	}
	return list
}
