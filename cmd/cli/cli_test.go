package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/cmd/cli"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/templates"
)

// A result is what one run of the command left behind.
type result struct {
	status         int
	stdout, stderr string
}

// A stage is where a command runs: its environment, and which of its outputs
// are terminals.
type stage struct {
	env       map[string]string
	terminals string // "out", "err", "out err"
	stdin     string
	languages map[string]map[string]string
}

func (s stage) run(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	cmd := cli.Command{
		Stdin: strings.NewReader(s.stdin), Stdout: &stdout, Stderr: &stderr, Languages: s.languages,
		Env: func(name string) (string, bool) {
			v, ok := s.env[name]
			return v, ok
		},
		Terminal: func(w io.Writer) (int, bool) {
			return 100, w == io.Writer(&stdout) && strings.Contains(s.terminals, "out") ||
				w == io.Writer(&stderr) && strings.Contains(s.terminals, "err")
		},
	}
	status := cmd.Run(ctx, args)
	return result{status, stdout.String(), stderr.String()}
}

// demoFiles writes the demonstration's files and returns their names.
func demoFiles(t testing.TB) (spec, world string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{templates.DemoSpec, templates.DemoSnapshot} {
		data, err := templates.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "spec.yaml"), filepath.Join(dir, "snapshot.json")
}

const escape = "\x1b["

func TestColor(t *testing.T) {
	spec, world := demoFiles(t)
	for _, tt := range []struct {
		name string
		stage
		flags []string
		want  bool
	}{
		{"terminal", stage{terminals: "out"}, nil, true},
		{"pipe", stage{}, nil, false},
		{"only standard error is one", stage{terminals: "err"}, nil, false},
		{"--no-color", stage{terminals: "out"}, []string{"--no-color"}, false},
		{"NO_COLOR", stage{terminals: "out", env: map[string]string{"NO_COLOR": "1"}}, nil, false},
		{"empty NO_COLOR", stage{terminals: "out", env: map[string]string{"NO_COLOR": ""}}, nil, true},
		{"dumb terminal", stage{terminals: "out", env: map[string]string{"TERM": "dumb"}}, nil, false},
		{"forced", stage{env: map[string]string{"CLICOLOR_FORCE": "1"}}, nil, true},
		{"not forced", stage{env: map[string]string{"CLICOLOR_FORCE": "0"}}, nil, false},
		{"forced and refused", stage{env: map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}}, nil, false},
		{"forced in JSON", stage{env: map[string]string{"CLICOLOR_FORCE": "1"}}, []string{"--format", "json"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.run(t.Context(), append([]string{"audit", spec, "--snapshot", world}, tt.flags...)...)
			if got.status != 1 {
				t.Fatalf("status %d: %s", got.status, got.stderr)
			}
			if colored := strings.Contains(got.stdout, escape); colored != tt.want {
				t.Errorf("colour is %t, want %t", colored, tt.want)
			}
		})
	}
}

func TestFilesHaveNoColor(t *testing.T) {
	spec, world := demoFiles(t)
	file := filepath.Join(t.TempDir(), "audit.txt")
	s := stage{terminals: "out", env: map[string]string{"CLICOLOR_FORCE": "1"}}
	if got := s.run(t.Context(), "audit", spec, "--snapshot", world, "--output", file); got.status != 1 {
		t.Fatalf("status %d: %s", got.status, got.stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 || bytes.Contains(data, []byte(escape)) {
		t.Errorf("the file has %d bytes with control sequences among them", len(data))
	}
}

// serve serves accounts, and leads the SDK there with credentials of prod.
func serve(t *testing.T, opts fakeaws.Options) {
	t.Helper()
	data, err := templates.FS.ReadFile(templates.DemoSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	world, err := snapshot.Parse("snapshot.json", data)
	if err != nil {
		t.Fatal(err)
	}
	server, err := fakeaws.Start(world, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	id, secret := fakeaws.AccessKey("111122223333")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret,
		"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_REGION": "us-east-1", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
}

func TestProgress(t *testing.T) {
	serve(t, fakeaws.Options{})
	for _, tt := range []struct {
		name  string
		stage stage
		flags []string
		want  bool
	}{
		{"terminal", stage{terminals: "err"}, nil, true},
		{"pipe", stage{terminals: "out"}, nil, false},
		{"--quiet", stage{terminals: "err"}, []string{"--quiet"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.stage.run(t.Context(), append([]string{"collect"}, tt.flags...)...)
			if got.status != 0 {
				t.Fatalf("status %d: %s", got.status, got.stderr)
			}
			if shown := strings.Contains(got.stderr, "reading: 0 of 1 accounts, "); shown != tt.want {
				t.Errorf("progress is shown: %t, want %t: %q", shown, tt.want, got.stderr)
			}
			if counts := regexp.MustCompile(`accounts, [1-9][0-9]* of [1-9][0-9]* resources, [0-9]+ calls, [0-9]+/s, [0-9hm]+s left, `); counts.MatchString(got.stderr) != tt.want {
				t.Errorf("counts, rate and time left are shown: %t, want %t: %q", !tt.want, tt.want, got.stderr)
			}
			if tt.want && !strings.HasSuffix(got.stderr, "\r"+escape+"K") {
				t.Errorf("the line is not taken away: %q", got.stderr)
			}
			for line := range strings.SplitSeq(got.stderr, "\r"+escape+"K") {
				if len(line) >= 100 {
					t.Errorf("%q is wider than the terminal", line)
				}
			}
		})
	}
}

// TestInterrupt stops a collection in the middle, as Ctrl-C does: what was read
// is kept, and nobody takes it for all that there is.
func TestInterrupt(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	serve(t, fakeaws.Options{Fault: func(c fakeaws.Call) *fakeaws.Fault {
		if c.Operation == "GetBucketPolicy" {
			stop()
		}
		return nil
	}})
	file := filepath.Join(t.TempDir(), "snapshot.json")
	got := stage{}.run(ctx, "collect", "--output", file)
	if got.status != 3 || !strings.Contains(got.stderr, "repligrant: reading was interrupted") {
		t.Errorf("status %d, and standard error says %q", got.status, got.stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	if s.Accounts["111122223333"] == nil {
		t.Errorf("the snapshot has lost the account that was entered:\n%s", data)
	}
}

// TestInterruptedAudit is the same for an audit: it decides what it can, and is
// incomplete.
func TestInterruptedAudit(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	serve(t, fakeaws.Options{Fault: func(fakeaws.Call) *fakeaws.Fault {
		stop()
		return nil
	}})
	got := stage{}.run(ctx, "audit", "--allow-incomplete")
	if got.status != 3 {
		t.Errorf("status %d, want 3: %s%s", got.status, got.stdout, got.stderr)
	}
}

// TestHostileArguments shows that nothing of a command line or file name
// reaches the terminal as a command.
func TestHostileArguments(t *testing.T) {
	for _, args := range [][]string{
		{"\x1b[2Jplan"},
		{"plan", "\x1b]0;title\x07"},
		{"plan", "--\x1b[31m"},
		{"audit", "--fail-on", "\x1b[31m"},
		{"audit", "--assume", "a\nrepligrant: b"},
		{"report", "\u202egnp"},
		{"help", "\x1b[31m"},
		{"plan", "s", "--format", "\x1b[31m"},
	} {
		got := stage{terminals: "out err"}.run(t.Context(), args...)
		if got.status != 2 || got.stdout != "" {
			t.Errorf("%q: status %d, standard output %q", args, got.status, got.stdout)
		}
		if strings.ContainsAny(got.stderr, "\x1b\x07\u202e") || strings.Count(got.stderr, "repligrant: ") < 1 || strings.Contains(got.stderr, "\nrepligrant: b") {
			t.Errorf("%q: standard error is %q", args, got.stderr)
		}
	}
}

// TestNothingHandedIn runs a Command whose fields are all zero but the writers.
func TestNothingHandedIn(t *testing.T) {
	var out, errs bytes.Buffer
	c := cli.Command{Stdout: &out, Stderr: &errs}
	for range 2 { // it may run again
		if status := c.Run(t.Context(), []string{"plan", "-"}); status != 2 {
			t.Errorf("an empty standard input gives status %d", status)
		}
	}
	if status := c.Run(t.Context(), nil); status != 2 {
		t.Errorf("no arguments give status %d", status)
	}
}

// A broken is a standard output that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left") }

func TestBrokenOutput(t *testing.T) {
	spec, _ := demoFiles(t)
	for _, args := range [][]string{{"plan", spec}, {"plan", spec, "--output-dir", t.TempDir()}, {"version"}, {"demo"}} {
		var errs bytes.Buffer
		c := cli.Command{Stdout: broken{}, Stderr: &errs}
		if status := c.Run(t.Context(), args); status != 2 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%q: status %d, standard error %q", args, status, errs.String())
		}
	}
}
