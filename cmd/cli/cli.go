// Package cli is repligrant's command line: it reads flags and files, calls the
// packages that know, and turns the result into bytes and an exit status. It
// decides nothing about replication. Whatever it says on standard output is the
// result that was asked for; all else goes to standard error.
package cli

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/text"
)

// The exit statuses beside those of an audit, the same in every format.
const (
	statusDone       = 0
	statusFailed     = 1 // explain: the object does not replicate; simulate: a line could not be decided; plan --merge: an existing Deny still blocks; diff: changes
	statusUsage      = 2 // the command line, the SPEC or an input file is wrong
	statusIncomplete = 3 // something could not be read
)

// A Command is the program with what it may touch. It may be run several times.
type Command struct {
	Stdin          io.Reader // nil is empty
	Stdout, Stderr io.Writer

	// Env looks up an environment variable; nil means [os.LookupEnv]. The AWS
	// SDK, which signs in, reads the environment of the process by itself.
	Env func(string) (string, bool)

	// Now is the time; nil means [time.Now].
	Now func() time.Time

	// Terminal returns the width of the terminal that w writes to, if it is
	// one; nil means to ask the operating system.
	Terminal func(w io.Writer) (columns int, ok bool)

	// Languages are the texts of languages that are not built in, by the name
	// that --lang takes and by key. What they lack is said in English.
	Languages map[string]map[string]string
}

// Run runs the command line args, which do not hold the program's name, and
// returns the exit status. Where ctx ends early, what has been read until then
// is used and kept.
func (c Command) Run(ctx context.Context, args []string) int {
	r := newRun(c)
	r.chooseLanguage(args)
	root := r.root()
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	if len(args) > 0 && args[0] == cobra.ShellCompRequestCmd {
		plainFlags(root)
	}
	if err := root.ExecuteContext(ctx); err != nil {
		r.complain(err)
		return statusUsage
	}
	return r.status
}

// Tree is the tree of commands with their flags and examples, for what describes
// them, such as manual pages. [Command.Run] is what runs one.
func (c Command) Tree() *cobra.Command {
	root := newRun(c).root()
	root.InitDefaultHelpCmd()
	return root
}

// A run is one run of a Command.
type run struct {
	Command
	status     int
	incomplete bool // something is lacking that no result can show

	lang    string
	chosen  string // the language before the command line was parsed
	badLang string // what an environment variable of ours says that is no language
	noColor bool
	quiet   bool
	verbose bool
}

func newRun(c Command) *run {
	if c.Env == nil {
		c.Env = os.LookupEnv
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Terminal == nil {
		c.Terminal = terminal
	}
	if c.Stdin == nil {
		c.Stdin = eof{}
	}
	return &run{Command: c, lang: text.English}
}

// eof is a standard input with nothing in it.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// root is the command tree.
func (r *run) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "repligrant",
		Short:             "plan and audit the permissions of Amazon S3 replication",
		Long:              about,
		SilenceErrors:     true, // Run writes them
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs, // what is no command is RunE's to refuse
		PersistentPreRunE: r.checkLanguage,
		RunE:              r.noCommand,
	}
	root.SetOut(r.Stdout)
	root.SetErr(r.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(r.usage())
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&r.lang, "lang", r.lang, "`LANGUAGE`: en, es; else as the environment says")
	flags.Lookup("lang").DefValue = "" // help is the same in every environment
	flags.BoolVar(&r.noColor, "no-color", false, "no colour on a terminal")
	flags.BoolVarP(&r.quiet, "quiet", "q", false, "no progress on standard error")
	flags.BoolVarP(&r.verbose, "verbose", "v", false, "log each API call on standard error")
	root.AddCommand(r.plan(), r.access(), r.diff(), r.audit(), r.collect(), r.discover(), r.explain(), r.report(), r.simulate(), r.compare(), r.demo(), r.init(), r.schema(), r.completion(), r.version())
	root.SetHelpCommand(help(root))
	r.completeValues(root)
	r.sayHelp(everyCommand(root))
	return root
}

const about = `Repligrant plans and audits the permissions of Amazon S3 replication. From a
YAML description (SPEC) of source and destination buckets it writes the role,
the policies and the replication configuration; then it reads the accounts, and
only reads, and says what is missing, what blocks, and what is too much.`

// noCommand refuses a command line without a command that there is.
func (r *run) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	r.status = statusUsage
	cmd.SetOut(r.Stderr)
	return cmd.Help()
}

func unknownCommand(root *cobra.Command, name string) error {
	var known []string
	for _, c := range root.Commands() {
		known = append(known, c.Name())
	}
	if near := diag.Nearest(name, known); near != "" {
		return problem("cli-similar-command", "name", name, "similar", near)
	}
	return problem("cli-unknown-command", "name", name)
}
