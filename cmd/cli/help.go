package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/repligrant/repligrant/internal/diag"
)

// usage is how a command's help ends: cobra's own form with less around it. The
// headings are filled in by [run.usage].
const usage = `{usage}:
  {{if .HasParent}}{{.UseLine}}{{else}}{{.CommandPath}} COMMAND {flags-word}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} help COMMAND{{end}}{{if .HasExample}}

{examples}:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

{commands}:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{short .Short .NamePadding}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

{flags}:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

{environment}:
{environment-text}{{end}}{{if .HasAvailableInheritedFlags}}

{flags-of-all}:
{{.InheritedFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}
`

// headings are the words of help that are no command's own.
var headings = diag.Sentences{
	"help-usage":        "Usage",
	"help-flags-word":   "[flags]",
	"help-examples":     "Examples",
	"help-commands":     "Commands",
	"help-flags":        "Flags",
	"help-flags-of-all": "Flags of all commands",
	"help-environment":  "Environment",
	"help-environment-text": "  REPLIGRANT_LANG  the language, as --lang (else LC_ALL, LC_MESSAGES, LANG)\n" +
		"  NO_COLOR         if it is not empty, no colours, as --no-color\n" +
		"  CLICOLOR_FORCE   if it is neither empty nor 0, colours without a terminal",
	"help-default": "(default {value})",
	"help-help":    "help for {command}",
}

// usage is the end of a command's help in the language of the run.
func (r *run) usage() string {
	var words []string
	for _, heading := range headings.Texts() {
		words = append(words, "{"+strings.TrimPrefix(heading.Key, "help-")+"}", r.sentence(heading))
	}
	return strings.NewReplacer(words...).Replace(usage)
}

// sayHelp puts the help of the commands into the language of the run.
func (r *run) sayHelp(commands []*cobra.Command) {
	english := r.sentence(headings.Text("help-flags-word")) == headings["help-flags-word"]
	eachHelp(commands, r.sentence)
	for _, cmd := range commands {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().Lookup("help").Usage = r.sentence(headings.Text("help-help", "command", cmd.Name()))
		if !english {
			cmd.Use += " " + r.sentence(headings.Text("help-flags-word")) // cobra's own is English
			cmd.DisableFlagsInUseLine = true
			ownFlags(cmd).VisitAll(r.sayDefault)
		}
	}
}

// sayDefault writes the default of a flag into its text: the flag package's own
// word for it is English.
func (r *run) sayDefault(f *pflag.Flag) {
	if f.DefValue == "" || f.DefValue == "false" || f.DefValue == "[]" {
		return
	}
	value := f.DefValue
	if f.Value.Type() == "string" {
		value = fmt.Sprintf("%q", value)
	}
	f.Usage += " " + r.sentence(headings.Text("help-default", "value", value))
	f.DefValue = ""
}

// helpTexts are the texts of the help of all commands.
func helpTexts() []diag.Text {
	r := newRun(Command{})
	texts := headings.Texts()
	seen := map[string]bool{}
	eachHelp(everyCommand(r.root()), func(t diag.Text) string {
		if !seen[t.Key] {
			texts = append(texts, t)
		}
		seen[t.Key] = true
		return t.English
	})
	return texts
}

// everyCommand are the commands that have help.
func everyCommand(root *cobra.Command) []*cobra.Command {
	root.InitDefaultHelpCmd()
	return append([]*cobra.Command{root}, root.Commands()...)
}

// eachHelp puts what say says into the place of every text of the help of
// commands. A flag has one key for all commands where they say the same of it.
func eachHelp(commands []*cobra.Command, say func(diag.Text) string) {
	variants := map[string][]string{}
	for _, cmd := range commands {
		ownFlags(cmd).VisitAll(func(f *pflag.Flag) {
			if !slices.Contains(variants[f.Name], f.Usage) {
				variants[f.Name] = append(variants[f.Name], f.Usage)
			}
		})
	}
	for _, cmd := range commands {
		key := "help." + cmd.Name()
		for part, text := range map[string]*string{".short": &cmd.Short, ".long": &cmd.Long} {
			if *text != "" {
				*text = say(diag.Text{Key: key + part, English: *text})
			}
		}
		ownFlags(cmd).VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return // it says the command's name
			}
			flag := "help.flag." + f.Name
			if len(variants[f.Name]) > 1 {
				flag = key + ".flag." + f.Name
			}
			f.Usage = say(diag.Text{Key: flag, English: f.Usage})
		})
	}
}

// ownFlags are the flags that a command defines, for itself or for those below.
func ownFlags(cmd *cobra.Command) *pflag.FlagSet {
	if cmd.HasParent() {
		return cmd.Flags()
	}
	return cmd.PersistentFlags()
}

// help is the command help. Cobra's own succeeds on a command that there is not.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "what repligrant or one of its commands does",

		ValidArgsFunction: completeCommands,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || cmd == root && len(rest) > 0 {
				return unknownCommand(root, args[0])
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}
