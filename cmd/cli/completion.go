package cli

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/internal/diag"
)

// shells are those that a script completes in.
var shells = map[string]func(*cobra.Command, *bytes.Buffer) error{
	"bash":       func(root *cobra.Command, b *bytes.Buffer) error { return root.GenBashCompletionV2(b, true) },
	"zsh":        func(root *cobra.Command, b *bytes.Buffer) error { return root.GenZshCompletion(b) },
	"fish":       func(root *cobra.Command, b *bytes.Buffer) error { return root.GenFishCompletion(b, true) },
	"powershell": func(root *cobra.Command, b *bytes.Buffer) error { return root.GenPowerShellCompletionWithDesc(b) },
}

// shellNames are in the order of the contract.
var shellNames = []string{"bash", "zsh", "fish", "powershell"}

func (r *run) completion() *cobra.Command {
	o := &output{run: r}
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "a script that completes commands and flags in a shell",
		Long: `Completion prints a script for bash, zsh, fish or powershell. Bash needs the
package bash-completion. The script asks repligrant itself, and needs not be
written again for a new version.`,
		Example: `  source <(repligrant completion bash)
  repligrant completion bash --output ~/.local/share/bash-completion/completions/repligrant
  repligrant completion zsh --output "${fpath[1]}/_repligrant"
  repligrant completion fish --output ~/.config/fish/completions/repligrant.fish
  repligrant completion powershell | Out-String | Invoke-Expression`,
		Args:      oneArgument("SHELL", "bash"),
		ValidArgs: shellNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			script, ok := shells[args[0]]
			if !ok {
				return unknownShell(args[0])
			}
			if err := o.check(""); err != nil {
				return err
			}
			return o.write(func(b *bytes.Buffer) error { return script(cmd.Root(), b) })
		},
	}
	o.addFile(cmd)
	return cmd
}

func unknownShell(name string) error {
	if near := diag.Nearest(name, shellNames); near != "" {
		return problem("cli-similar-shell", "name", name, "similar", near)
	}
	return problem("cli-unknown-shell", "name", name, "known", strings.Join(shellNames, ", "))
}

// completeValues lets a shell complete what stands behind commands and flags:
// files of the right kind, and words where there are few.
func (r *run) completeValues(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		for name, endings := range fileEndings {
			if cmd.Flags().Lookup(name) != nil {
				_ = cmd.MarkFlagFilename(name, endings...) // the flag is there
			}
		}
		if cmd.Flags().Lookup("output-dir") != nil {
			_ = cmd.MarkFlagDirname("output-dir")
		}
		if slices.Contains(specCommands, cmd.Name()) {
			cmd.ValidArgsFunction = completeSpec
		}
	}
	_ = root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(r.languages(), cobra.ShellCompDirectiveNoFileComp))
}

// fileEndings are those of the files that flags take.
var fileEndings = map[string][]string{
	"snapshot": {"json"}, "baseline": {"json"}, "object-json": {"json"}, "merge": {"json"}, "terraform-plan": {"json"},
	"cloudformation": {"json", "yaml", "yml", "template"}, "suppress": {"yaml", "yml"},
}

// specCommands take a SPEC.
var specCommands = []string{"plan", "audit", "collect", "access"}

func completeSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}
