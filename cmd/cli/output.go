package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/report"
)

// private are the permissions of what is written: it tells who may do what, and
// to whom.
const (
	privateFile      = 0o600
	privateDirectory = 0o700
)

// An output is where a result goes.
type output struct {
	*run
	file   string // "" and "-" are standard output
	format string
	region string // of Security Hub
	budget string // of Markdown
}

func (o *output) addFile(cmd *cobra.Command) {
	cmd.Flags().VarP((*fileFlag)(&o.file), "output", "o", "write the result to `FILE`, mode 0600 (default: standard output)")
}

// A fileFlag is the value of a flag. An empty one comes of a variable that is
// not set, and must not turn a file into standard output.
type fileFlag string

func (f *fileFlag) String() string { return string(*f) }

func (f *fileFlag) Type() string { return "string" }

// errNoFile is what a flag answers that is to name a file.
var errNoFile = errors.New("no file")

func (f *fileFlag) Set(s string) error {
	if s == "" {
		return errNoFile
	}
	*f = fileFlag(s)
	return nil
}

func (o *output) addFormat(cmd *cobra.Command, kind string) {
	known := slices.Concat(report.Formats(kind), report.Forms(kind))
	cmd.Flags().StringVar(&o.format, "format", report.Text, "`FORMAT` of the result: "+strings.Join(known, ", "))
	if slices.Contains(known, report.Markdown) {
		cmd.Flags().StringVar(&o.budget, "budget", "", "with --format markdown: the `PLACE` that it has to fit into: "+strings.Join(report.Budgets(), ", ")+" (default: comment)")
	}
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
}

// addAuditFormat is addFormat for audits, with what only their formats need.
func (o *output) addAuditFormat(cmd *cobra.Command) {
	o.addFormat(cmd, report.KindAudit)
	cmd.Flags().StringVar(&o.region, "security-hub-region", "", "with --format asff: the `REGION` of the Security Hub that takes the findings")
}

// check refuses what could not be written, before there is anything to write.
func (o *output) check(kind string) error {
	var err error
	if o.toFile() {
		err = checkTarget(o.file)
	}
	if kind == "" {
		return err
	}
	return errors.Join(report.Check(kind, o.options()), err)
}

func (o *output) toFile() bool { return o.file != "" && o.file != standard }

// options are how the result looks where it goes: a file is no terminal.
func (o *output) options() report.Options {
	look := o.look(o.format)
	look.HubRegion, look.Budget = o.region, o.budget
	if o.toFile() {
		look.Color, look.Width = false, 0
	}
	return look
}

// write makes the whole result first, so that nobody sees half of one.
func (o *output) write(result func(*bytes.Buffer) error) error {
	var b bytes.Buffer
	if err := result(&b); err != nil {
		return err
	}
	if o.toFile() {
		return writeFile(o.file, b.Bytes())
	}
	if _, err := o.Stdout.Write(b.Bytes()); err != nil {
		return unwritten(err)
	}
	return nil
}

// stream writes a result while it is made. Into a file it comes as a whole.
func (o *output) stream(result func(io.Writer) error) error {
	if o.toFile() {
		return replaceFile(o.file, result)
	}
	return result(o.Stdout)
}

// checkTarget refuses a target that is there and is no regular file: to replace
// a directory would lose what is in it, to replace a device would break it.
func checkTarget(file string) error {
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return unwritten(err)
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritten(err)
	case info.IsDir():
		return problem("cli-output-directory", "file", file)
	case !info.Mode().IsRegular() || isDevice(file):
		return problem("cli-output-device", "file", file)
	}
	return nil
}

// isDevice reports whether a file is one of those that stand for something
// else at the moment, such as /dev/stdout.
func isDevice(file string) bool {
	abs, err := filepath.Abs(file)
	if err != nil {
		return false
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	return err == nil && (dir == "/dev" || strings.HasPrefix(dir+"/", "/proc/"))
}

// writeFile replaces file as a whole: a reader sees the old content or the new.
func writeFile(file string, data []byte) error { return replaceFile(file, contentOf(data)) }

func contentOf(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// replaceFile replaces file as a whole by what content writes, and makes sure
// that it is on the disk before the name is.
func replaceFile(file string, content func(io.Writer) error) error {
	return replace(file, content, (*os.File).Sync)
}

// replace replaces file by what content writes, once that is settled. A symbolic
// link is replaced and not followed, so that nobody else decides what is overwritten.
func replace(file string, content func(io.Writer) error, settle func(*os.File) error) (err error) {
	if err := checkTarget(file); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".repligrant-*") // mode 0600
	if err != nil {
		return unwritten(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(unwrittenFile(file, err), os.Remove(temp.Name()))
		}
	}()
	if err = fill(temp, content, settle); err != nil {
		return err
	}
	return os.Rename(temp.Name(), file)
}

func fill(f *os.File, content func(io.Writer) error, settle func(*os.File) error) error {
	err := content(f)
	if err == nil {
		err = settle(f)
	}
	return errors.Join(err, f.Close())
}

// writeFolder writes files, and lists them.
func (o *output) writeFolder(dir string, files map[string][]byte) error {
	names, err := writeFiles(dir, files)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(o.Stdout, name); err != nil {
			return unwritten(err)
		}
	}
	return nil
}

func (o *output) writeText(text []byte) error {
	return o.write(func(b *bytes.Buffer) error {
		_, err := b.Write(text)
		return err
	})
}
