package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every command has a page with its flags and its examples, which groff reads
// without a warning, and which is the same each time.
func TestPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	if err := run([]string{dir, "1790000000"}); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) < 15 {
		t.Fatalf("wrote %d pages, %v; want one for each command", len(pages), err)
	}
	audit, err := os.ReadFile(filepath.Join(dir, "repligrant-audit.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`.TH "REPLIGRANT-AUDIT" "1" "Sep 2026"`, "fail-on", ".SH EXAMPLE", "repligrant audit spec.yaml", ".SH EXIT STATUS", ".SH ENVIRONMENT", "REPLIGRANT_LANG"} {
		if !bytes.Contains(audit, []byte(part)) {
			t.Errorf("the page of audit lacks %q", part)
		}
	}
	for _, page := range pages {
		check(t, page)
	}
}

// TestFlagsReadAsTheyAreTyped: the name of a value stands behind its flag, its
// default in the text, and a switch takes no value.
func TestFlagsReadAsTheyAreTyped(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "repligrant-audit.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n\\fB--all\\fP\n",
		"\n\\fB--live\\fP\nread live accounts; with --snapshot those that no file holds; --live=false audits planned infrastructure alone (default true)\n",
		"\n\\fB--budget\\fP \\fIPLACE\\fP\nwith --format markdown: the PLACE that it has to fit into",
		"\n\\fB--format\\fP \\fIFORMAT\\fP\n", "asff (default text)\n",
		"\n\\fB--terraform-plan\\fP \\fI[ACCOUNT=]FILE\\fP\n",
		"\n\\fB-o\\fP, \\fB--output\\fP \\fIFILE\\fP\n",
		"\n\\fB--lang\\fP \\fILANGUAGE\\fP\nLANGUAGE: en",
		"\n\\fB-q\\fP, \\fB--quiet\\fP\n",
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page of audit lacks %q:\n%s", want, page)
		}
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("there are no pages: %v", err)
	}
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bad := defaults.Find(page); bad != nil {
			t.Errorf("%s: %s", filepath.Base(name), bad)
		}
	}
}

// defaults is a flag with a default behind it.
var defaults = regexp.MustCompile(`(?m)^\\fB-.*\\fP\[?=.*$`)

// check lets groff read a page, where there is one.
func check(t *testing.T, page string) {
	t.Helper()
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff")
	}
	out, err := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww", "-z", page).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "" {
		t.Errorf("%s: %v\n%s", filepath.Base(page), err, out)
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{}, {"a", "b", "c"}, {t.TempDir(), "today"}} {
		if err := run(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// A cask installs the pages that it names; pages name each other.
func TestCaskHasAllPages(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	want, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil {
		t.Fatal(err)
	}
	for i, page := range want {
		want[i] = "man/" + filepath.Base(page)
	}
	release, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`\bman/repligrant[a-z-]*\.1`).FindAllString(string(release), -1)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the cask installs %q, want %q", got, want)
	}
}
