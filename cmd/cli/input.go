package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/safe"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// standard is the file name that stands for standard input or output.
const standard = "-"

// stdinName is what messages call standard input.
const stdinName = "stdin"

// inputs reads the files of one command line.
type inputs struct {
	*run
	reader string // what standard input was read for, "" if nothing yet
}

// read reads a file, or standard input for "-". It reads one byte more than
// limit at most, so that the parser sees that there is more.
func (in *inputs) read(what, file string, limit int) (name string, data []byte, err error) {
	from := in.Stdin
	name = stdinName
	switch {
	case file == standard && in.reader != "":
		return name, nil, table.At(diag.Pos{}, "cli-stdin-twice").With("first", whatFor(in.reader)).With("second", whatFor(what))
	case file == standard:
		in.reader = what
	default:
		f, err := os.Open(file)
		if err != nil {
			return file, nil, unopened(what, file, err)
		}
		defer f.Close()
		from, name = f, file
	}
	data, err = io.ReadAll(io.LimitReader(from, int64(limit)+1))
	if err != nil {
		return name, nil, unreadFile(what, err)
	}
	return name, data, nil
}

// missing are the files that a command writes, by what they are read for.
var missing = map[string]string{
	"SPEC": "cli-no-spec", "snapshot": "cli-no-snapshot", "AUDIT": "cli-no-audit", "baseline": "cli-no-audit",
}

// unopened says why a file cannot be read, and how it is made if it is not there.
func unopened(what, file string, err error) error {
	if key := missing[what]; key != "" && errors.Is(err, fs.ErrNotExist) {
		return table.At(diag.Pos{}, key, "file", file, "word", safe.Word(file)).With("what", whatFor(what))
	}
	return unreadFile(what, err)
}

func (in *inputs) spec(file string) (*spec.Spec, error) {
	name, data, err := in.read("SPEC", file, spec.MaxSize)
	if err != nil {
		return nil, err
	}
	s, err := spec.Parse(name, data)
	return s, instead("SPEC", name, data, err)
}

// specOf reads the SPEC among the arguments; nil if there is none.
func (in *inputs) specOf(args []string) (s *spec.Spec, err error) {
	if len(args) > 0 {
		s, err = in.spec(args[0])
	}
	return s, err
}

// snapshots reads snapshots and lays each over those before it. The error has
// the problems of all of them.
func (in *inputs) snapshots(files []string) (*snapshot.Snapshot, error) {
	whole := &snapshot.Snapshot{Schema: snapshot.Schema}
	var problems []error
	for _, file := range files {
		name, data, err := in.read("snapshot", file, snapshot.MaxSize)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		s, err := snapshot.Parse(name, data)
		if err != nil {
			problems = append(problems, instead("snapshot", name, data, err))
			continue
		}
		whole = whole.Overlay(s)
	}
	return whole, errors.Join(problems...)
}
