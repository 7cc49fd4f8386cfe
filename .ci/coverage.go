//go:build ignore

// Coverage checks what tests leave uncovered against a list with the reasons:
//
//	go run .ci/coverage.go PROFILE LIST PERCENT
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/internal/coverage"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("it takes the names of a profile and a list, and a percentage")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	list, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	least, err := strconv.ParseFloat(args[2], 64)
	if err != nil {
		return err
	}
	profile, err := coverage.Read(text, "github.com/repligrant/repligrant", os.DirFS("."))
	if err != nil {
		return err
	}
	reasons, err := coverage.ParseList(list)
	if err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	wrong := coverage.Check(profile, reasons, least)
	for _, w := range wrong {
		fmt.Println(w)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d places differ from %s", len(wrong), args[1])
	}
	for _, folder := range slices.Sorted(maps.Keys(profile.Packages)) {
		p := profile.Packages[folder]
		fmt.Printf("%s: %.1f %% of %d statements\n", folder, p.Percent(), p.Statements)
	}
	return nil
}
