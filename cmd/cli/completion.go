package cli

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
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
		cmd.ValidArgsFunction = argumentsOf(cmd)
		completeWords(cmd)
	}
	_ = root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(r.languages(), cobra.ShellCompDirectiveNoFileComp))
}

// fileEndings are those of the files that flags take.
var fileEndings = map[string][]string{
	"snapshot": {"json"}, "baseline": {"json"}, "object-json": {"json"}, "merge": {"json"}, "terraform-plan": {"json"},
	"cloudformation": {"json", "yaml", "yml", "template"}, "suppress": {"yaml", "yml"},
}

// oneWord are flags that take one of a few words, and wordLists those that take
// several with commas between them.
var (
	oneWord = map[string]func() []string{
		"budget":       report.Budgets,
		"key-policies": func() []string { return []string{otherAccounts, allKeys} },
		"code":         failureCodes,
		"partition":    partitions,
	}
	wordLists = map[string]func() []string{
		"fail-on": func() []string { return slices.Concat(audit.FailOnWords, audit.CheckNames()) },
		"assume":  func() []string { return []string{"scp", "rcp", "defaults", "account:", "key:", "planned:"} },
	}
)

func failureCodes() []string {
	var codes []string
	for _, f := range replication.Failures {
		codes = append(codes, f.Code)
	}
	return codes
}

func partitions() []string {
	var ids []string
	for _, p := range arn.Partitions {
		ids = append(ids, p.ID)
	}
	return ids
}

// completeWords completes the values of the flags of a command that are words.
func completeWords(cmd *cobra.Command) {
	for name, words := range oneWord {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words(), cobra.ShellCompDirectiveNoFileComp)) // the flag is there
		}
	}
	for name, words := range wordLists {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, completeList(words())) // the flag is there
		}
	}
}

// completeList completes the last word of a list by those that it does not hold. A
// shell completes the whole value, and adds no space: another word may follow.
func completeList(words []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, value string) ([]string, cobra.ShellCompDirective) {
		begin := value[:strings.LastIndexByte(value, ',')+1]
		held := strings.Split(begin, ",")
		var l []string
		for _, w := range words {
			if whole := begin + w; !slices.Contains(held, w) && strings.HasPrefix(whole, value) {
				l = append(l, whole)
			}
		}
		return l, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// plainFlags takes the marks around the name of a value out of what is said of a
// flag: a shell shows it as it is.
func plainFlags(root *cobra.Command) {
	for _, cmd := range everyCommand(root) {
		ownFlags(cmd).VisitAll(func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") })
	}
}

// specCommands take a SPEC, and fileCommands as many files of JSON as stand here.
var (
	specCommands = []string{"plan", "audit", "collect", "access"}
	fileCommands = map[string]int{"report": math.MaxInt, "diff": 2, "compare": 2, "simulate": 1}
)

// argumentsOf completes the arguments of a command, by nothing where it takes none
// that a shell could know.
func argumentsOf(cmd *cobra.Command) cobra.CompletionFunc {
	name := cmd.Name()
	switch files := fileCommands[name]; {
	case slices.Contains(specCommands, name):
		return completeSpec
	case len(cmd.ValidArgs) > 0:
		return nil // cobra offers them
	case files > 0:
		return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) >= files {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"json", "jsonl"}, cobra.ShellCompDirectiveFilterFileExt
		}
	default:
		return cobra.NoFileCompletions
	}
}

// completeCommands completes the name of a command, each with what it does.
func completeCommands(cmd *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name()+"\t"+c.Short)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func completeSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}
