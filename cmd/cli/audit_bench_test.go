package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/repligrant/repligrant/cmd/cli"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// BenchmarkAudit10000Rules audits 10,000 rules of 2,000 buckets in 100 accounts,
// that replicate to 2,000 buckets in 100 others, from the files to what stands on the
// disk. Every bucket has a role and a policy of its own, and every tenth pair keys.
// It reports what the command itself takes as a process: seconds of processor and
// the most memory that it held.
func BenchmarkAudit10000Rules(b *testing.B) {
	dir := b.TempDir()
	text := fleetText(10_000, 5, 10)
	order, held := put(b, dir, "spec.yaml", []byte(text)), put(b, dir, "snapshot.json", accountsOf(b, text))
	command := filepath.Join(dir, "repligrant")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", command, "../repligrant").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, format := range []string{"text", "json"} {
		args := []string{"--snapshot", held, "--format", format, "--output", filepath.Join(dir, "audit")}
		b.Run(format, func(b *testing.B) { auditFiles(b, command, append([]string{"audit"}, args...)) })
		b.Run(format+"-spec", func(b *testing.B) { auditFiles(b, command, append([]string{"audit", order}, args...)) })
	}
}

func put(b *testing.B, dir, name string, content []byte) string {
	b.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// accountsOf are accounts, saved, that hold what the plan of a SPEC says.
func accountsOf(b *testing.B, text string) []byte {
	b.Helper()
	s, err := spec.Parse("fleet.yaml", []byte(text))
	if err != nil {
		b.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		b.Fatal(err)
	}
	saved, err := json.Marshal(planned(b, s, p))
	if err != nil {
		b.Fatal(err)
	}
	return saved
}

func auditFiles(b *testing.B, command string, args []string) {
	b.ReportAllocs()
	for b.Loop() {
		var stdout, stderr bytes.Buffer
		cmd := cli.Command{Stdout: &stdout, Stderr: &stderr}
		if status := cmd.Run(b.Context(), args); status != 0 {
			b.Fatalf("status %d: %s", status, stderr.String())
		}
	}
	child := exec.CommandContext(b.Context(), command, args...)
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = child.Wait() // the state of the process says how it ended
		close(ended)
	}()
	peak := highest(child.Process.Pid, ended)
	if !child.ProcessState.Success() {
		b.Fatal(child.ProcessState)
	}
	b.ReportMetric((child.ProcessState.UserTime() + child.ProcessState.SystemTime()).Seconds(), "processor-s")
	b.ReportMetric(float64(peak)/1024, "peak-MB")
}

// highest is the most memory that a process held until it ended, in KB; 0 where the
// system does not say. What the system says of an ended process counts what its
// parent held when it began.
func highest(pid int, ended <-chan struct{}) int {
	var peak int
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return peak
		case <-tick.C:
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, after, _ := strings.Cut(string(status), "VmHWM:")
			if n, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(after, "kB", 2)[0])); err == nil {
				peak = max(peak, n)
			}
		}
	}
}
