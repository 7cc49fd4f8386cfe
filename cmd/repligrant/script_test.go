package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// TestMain lets scripts call repligrant by its name: the test binary runs main.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"repligrant": main})
}

// TestScripts runs the stories of the command in testdata/script. UPDATE=1
// rewrites what they compare with.
func TestScripts(t *testing.T) {
	const dir = "../../testdata/script"
	if files, err := filepath.Glob(dir + "/*.txtar"); err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s (err = %v)", dir, err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		UpdateScripts: os.Getenv("UPDATE") == "1",
		Setup:         setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"mode":   mode,
			"serve":  serve,
		},
		RequireUniqueNames: true,
	})
}

// setup gives a script an AWS environment of its own: none that works.
func setup(e *testscript.Env) error {
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("TERM", "dumb")
	e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	e.Setenv("AWS_CONFIG_FILE", filepath.Join(e.WorkDir, "no-config"))
	e.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(e.WorkDir, "no-credentials"))
	return nil
}

// status N COMMAND... runs a command, which must exit with status N. The !
// of testscript cannot tell one failure from another.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", args[1], got, want)
	}
}

// mode MODE FILE compares the permissions of a file, as in 0600.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode MODE file")
	}
	info, err := os.Lstat(ts.MkAbs(args[1]))
	ts.Check(err)
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	if got := info.Mode(); got != os.FileMode(want) {
		ts.Fatalf("%s has mode %v, want %v", args[1], got, os.FileMode(want))
	}
}

// serve FILE [OBJECTS] serves the accounts of a snapshot on loopback until the
// script ends, with objects by BUCKET/KEY. Each account gets a profile with its ID
// as the name; $AWS_ENDPOINT_URL leads there.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: serve snapshot.json [objects.json]")
	}
	var objects map[string]snapshot.Object
	if len(args) == 2 {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &objects))
	}
	world, err := snapshot.Parse(args[0], []byte(ts.ReadFile(args[0])))
	ts.Check(err)
	server, err := fakeaws.Start(world, fakeaws.Options{ExternalID: "a secret", Objects: objects})
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Close()) })
	ts.Setenv("AWS_ENDPOINT_URL", server.URL)
	var profiles strings.Builder
	for account := range world.Accounts {
		id, secret := fakeaws.AccessKey(account)
		fmt.Fprintf(&profiles, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", account, id, secret)
	}
	ts.Check(os.WriteFile(ts.MkAbs("credentials"), []byte(profiles.String()), 0o600))
	ts.Setenv("AWS_SHARED_CREDENTIALS_FILE", ts.MkAbs("credentials"))
}

// BenchmarkHelp starts the program as a process of its own, up to its help.
func BenchmarkHelp(b *testing.B) {
	binary, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), binary)
		cmd.Args = []string{"repligrant", "--help"} // TestMain goes by the name
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
