package cli

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/repligrant/repligrant/internal/diag"
)

// fileWords are what files are read for, and what the operating system says most
// often of one.
var fileWords = diag.Sentences{
	"cli-file":                "{file}: {problem}",
	"cli-what.snapshot":       "snapshot",
	"cli-what.suppressions":   "suppressions",
	"cli-what.baseline":       "baseline",
	"cli-what.object":         "object",
	"cli-what.document":       "document",
	"cli-what.terraform plan": "terraform plan",
	"cli-what.template":       "template",
	"cli-os.not-exist":        "no such file or directory",
	"cli-os.permission":       "permission denied",
	"cli-os.directory":        "is a directory",
	"cli-os.not-directory":    "not a directory",
	"cli-os.full":             "no space left on device",
}

// whatFor is what a file is read for; a word of the command line, such as SPEC,
// is the same in every language.
func whatFor(what string) diag.Text {
	if key := "cli-what." + what; fileWords[key] != "" {
		return fileWords.Text(key)
	}
	return diag.Datum(what)
}

// unreadFile says why a file that is read for something cannot be read.
func unreadFile(what string, err error) error {
	return table.At(diag.Pos{}, "cli-unread").With("what", whatFor(what)).With("problem", osText(err))
}

// unwritten says why a result cannot be written.
func unwritten(err error) error {
	return table.At(diag.Pos{}, "cli-unwritten").With("problem", osText(err))
}

// unwrittenFile says why a file cannot be replaced: of the one that was to take its
// place nobody has heard.
func unwrittenFile(file string, err error) error {
	problem := osText(err)
	if path, ok := errors.AsType[*os.PathError](err); ok {
		problem = osReason(path.Err)
	}
	return table.At(diag.Pos{}, "cli-unwritten-file", "file", file).With("problem", problem)
}

// osText is an error about a file: its name, and what the operating system says.
func osText(err error) diag.Text {
	file, ok := errors.AsType[*os.PathError](err)
	if !ok {
		return osReason(err)
	}
	return fileWords.Text("cli-file", "file", file.Path).With("problem", osReason(file.Err))
}

func osReason(err error) diag.Text {
	for _, known := range []struct {
		err error
		key string
	}{
		{fs.ErrNotExist, "cli-os.not-exist"},
		{fs.ErrPermission, "cli-os.permission"},
		{syscall.EISDIR, "cli-os.directory"},
		{syscall.ENOTDIR, "cli-os.not-directory"},
		{syscall.ENOSPC, "cli-os.full"},
	} {
		if errors.Is(err, known.err) && err.Error() == fileWords[known.key] {
			return fileWords.Text(known.key)
		}
	}
	return diag.Datum(err.Error())
}
