// Manpages writes the manual pages of repligrant into a directory: one for the
// program, and one for each command. Releases are packed with them.
//
// Usage: go run ./internal/manpages DIR [SECONDS]
//
// SECONDS since 1970 date the pages; without them they have the date 1970-01-01,
// so that the same source gives the same bytes.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/repligrant/repligrant/cmd/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "manpages:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("it takes a directory and a time, and got %d arguments", len(args))
	}
	var seconds int64
	if len(args) == 2 {
		var err error
		if seconds, err = strconv.ParseInt(args[1], 10, 64); err != nil {
			return err
		}
	}
	date := time.Unix(seconds, 0).UTC()
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	return pages{args[0], date, map[*pflag.Flag]string{}}.write(cli.Command{}.Tree())
}

// pages are written into a directory. Values are the names of the values of the
// flags that were seen: some belong to every command.
type pages struct {
	dir    string
	date   time.Time
	values map[*pflag.Flag]string
}

// write writes the page of a command and those of the commands below it.
func (p pages) write(cmd *cobra.Command) error {
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := p.write(c); err != nil {
			return err
		}
	}
	values := p.plainFlags(cmd)
	var b bytes.Buffer
	header := doc.GenManHeader{Section: "1", Date: &p.date, Source: "repligrant", Manual: "repligrant"}
	if err := doc.GenMan(cmd, &header, &b); err != nil {
		return err
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	return os.WriteFile(filepath.Join(p.dir, name), withSections(withValues(b.Bytes(), values), cmd), 0o644)
}

// sections are what every page says and cobra's have not. See docs/languages.md.
const sections = `.SH EXIT STATUS
.TP
\fB0\fP
done; for audit and report, nothing that --fail-on names; demo always
.TP
\fB1\fP
for audit and report, findings that --fail-on names; compare: A grants more; diff: changes;
plan --merge: a Deny that is there still blocks; explain: it does not replicate; simulate: a line failed
.TP
\fB2\fP
the command line, the SPEC or an input file is wrong
.TP
\fB3\fP
incomplete: something that matters could not be read, and no gap was found for certain

.SH ENVIRONMENT
.TP
\fBREPLIGRANT_LANG\fP
the language, as --lang; else \fBLC_ALL\fP, \fBLC_MESSAGES\fP, \fBLANG\fP say it
.TP
\fBNO_COLOR\fP
if it is not empty, no colours, as --no-color
.TP
\fBCLICOLOR_FORCE\fP
if it is neither empty nor 0, colours in what is no terminal, too
.PP
What AWS's SDKs read (\fBAWS_PROFILE\fP, \fBAWS_REGION\fP and others) counts where accounts are read live.

`

// withSections adds the sections before the last one, and says on the page of the
// program that it takes a command.
func withSections(page []byte, cmd *cobra.Command) []byte {
	const last = ".SH SEE ALSO\n"
	if !cmd.HasParent() {
		page = bytes.Replace(page, []byte(`\fBrepligrant [flags]\fP`), []byte(`\fBrepligrant\fP \fICOMMAND\fP [\fIflags\fP]`), 1)
	}
	before, after, found := bytes.Cut(page, []byte(last))
	if !found {
		return append(page, sections...)
	}
	return slices.Concat(before, []byte(sections), []byte(last), after)
}

// plainFlags takes the marks around names of values out of what is said of the
// flags of a command, says their defaults there, and returns the names by flag.
func (p pages) plainFlags(cmd *cobra.Command) map[string]string {
	cmd.InitDefaultHelpFlag()
	values := map[string]string{}
	for _, flags := range []*pflag.FlagSet{cmd.NonInheritedFlags(), cmd.InheritedFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if _, seen := p.values[f]; !seen {
				p.values[f] = plain(f)
			}
			values[f.Name] = p.values[f]
		})
	}
	return values
}

func plain(f *pflag.Flag) (value string) {
	value, _ = pflag.UnquoteUsage(f)
	f.Usage = strings.ReplaceAll(f.Usage, "`", "")
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		f.Usage += " (default " + f.DefValue + ")"
	}
	return value
}

// flag is how cobra's pages begin what they say of a flag: with its default, which
// reads as if it had to be written so.
var flag = regexp.MustCompile(`(?m)(?:^\n\.PP\n)?^((?:\\fB-[a-zA-Z]\\fP, )?\\fB--([a-z-]+)\\fP)(?:=|\[=).*\n\t`)

// withValues writes each flag as it is typed, with the name of its value, if it
// takes one, and indents what is said of it.
func withValues(page []byte, values map[string]string) []byte {
	return flag.ReplaceAllFunc(page, func(line []byte) []byte {
		m := flag.FindSubmatch(line)
		typed := string(m[1])
		if value := values[string(m[2])]; value != "" {
			typed += " \\fI" + value + "\\fP"
		}
		return []byte(".TP\n" + typed + "\n")
	})
}
