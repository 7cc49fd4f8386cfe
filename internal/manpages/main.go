// Manpages writes the manual pages of repligrant into a directory: one for the
// program, and one for each command. Releases are packed with them.
//
// Usage: go run ./internal/manpages DIR [SECONDS]
//
// SECONDS since 1970 date the pages; without them they have the date 1970-01-01,
// so that the same source gives the same bytes.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra/doc"

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
	return doc.GenManTree(cli.Command{}.Tree(), &doc.GenManHeader{Section: "1", Date: &date, Source: "repligrant", Manual: "repligrant"}, args[0])
}
