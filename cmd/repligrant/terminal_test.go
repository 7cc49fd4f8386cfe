package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/internal/needs"
)

// session is what somebody does at a terminal.
const session = `
repligrant demo --output-dir demo && cd demo
show repligrant audit spec.yaml --snapshot snapshot.json
show repligrant plan spec.yaml --account backup
show repligrant explain s3://acme-recordings/uploads/a.mp4 spec.yaml --snapshot snapshot.json
show repligrant plan wrong.yaml
show repligrant audit --help
`

// wrong is a SPEC with a slip in it.
const wrong = `version: 1
accounts: { prod: { id: 111122223333 } }
buckets: { acme-orders: { acount: prod, region: us-east-1 } }
replication: [{ from: acme-orders, to: acme-copy }]
`

// TestTerminal looks at the program as people do: in a terminal of 80 and of 200
// columns, with colours and without. The goldens are what tmux shows, colours as
// «words».
func TestTerminal(t *testing.T) {
	tmux := needs.Tool(t, "tmux")
	for _, columns := range []int{80, 200} {
		for _, colors := range []bool{true, false} {
			name := strconv.Itoa(columns)
			if !colors {
				name += "-plain"
			}
			t.Run(name, func(t *testing.T) {
				shown := record(t, tmux, columns, colors)
				if got := strings.Contains(shown, "\x1b["); got != colors {
					t.Errorf("there are colours: %t, want %t", got, colors)
				}
				golden.Equal(t, "terminal/"+name+".txt", painted(shown))
			})
		}
	}
}

// record runs the session and returns all that the terminal showed.
func record(t *testing.T, tmux string, columns int, colors bool) string {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	script := "PS1=; show() { printf '$ %s\\n' \"$*\"; \"$@\"; echo; }\n" + session +
		fmt.Sprintf("%s -S %s wait-for -S done\nread -r _\n", tmux, socket)
	for name, text := range map[string]string{"session.sh": script, "demo/wrong.yaml": wrong} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), tmux, append([]string{"-u", "-f", os.DevNull, "-S", socket}, args...)...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "TERM=xterm-256color"}
		if !colors {
			cmd.Env = append(cmd.Env, "NO_COLOR=1")
		}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
		}
		return string(out)
	}
	run("start-server", ";", "set-option", "-g", "history-limit", "20000", ";",
		"new-session", "-d", "-x", strconv.Itoa(columns), "-y", "50", "sh session.sh")
	t.Cleanup(func() { run("kill-server") })
	run("wait-for", "done")
	return run("capture-pane", "-p", "-e", "-S", "-")
}

// sgr is how a terminal is told of colours.
var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

var attributes = map[string]string{
	"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan",
}

// painted writes colours as words, where one begins to matter. How tmux gets
// from one to the next differs between its versions.
func painted(shown string) string {
	var b strings.Builder
	look, said := "", ""
	for line := range strings.Lines(shown) {
		rest := strings.TrimRight(line, " \n")
		for rest != "" {
			at := sgr.FindStringSubmatchIndex(rest)
			if at == nil || at[0] > 0 {
				text := rest
				if at != nil {
					text = rest[:at[0]]
				}
				if look != said && strings.TrimSpace(text) != "" {
					b.WriteString("«" + look + "»")
					said = look
				}
				b.WriteString(text)
				rest = rest[len(text):]
				continue
			}
			look = changed(look, rest[at[2]:at[3]])
			rest = rest[at[1]:]
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// changed is a look after what a terminal was told.
func changed(look, told string) string {
	for code := range strings.SplitSeq(told, ";") {
		switch {
		case code == "" || code == "0":
			look = ""
		case attributes[code] != "":
			look = strings.TrimSpace(look + " " + attributes[code])
		}
	}
	return look
}
