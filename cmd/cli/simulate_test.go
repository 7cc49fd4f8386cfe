package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/repligrant/repligrant/cmd/cli"
)

const simulated = `{"id": %q, "request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::b/x", "principal": "arn:aws:iam::111122223333:role/r"}}` + "\n"

// A program can write a line, wait for the answer, and write the next.
func TestSimulateConversation(t *testing.T) {
	in, asked := io.Pipe()
	answered, out := io.Pipe()
	done := make(chan int)
	go func() {
		done <- cli.Command{Stdin: in, Stdout: out, Stderr: io.Discard}.Run(t.Context(), []string{"simulate"})
	}()
	for i := range 3 {
		fmt.Fprintf(asked, simulated, fmt.Sprint(i))
		answer := make([]byte, 512)
		n, err := answered.Read(answer)
		if want := fmt.Sprintf(`{"id":"%d","decision":"implicit_deny","reasons":[]}`+"\n", i); err != nil || string(answer[:n]) != want {
			t.Fatalf("question %d is answered with %q, %v", i, answer[:n], err)
		}
	}
	asked.Close()
	if status := <-done; status != 0 {
		t.Errorf("exit status %d", status)
	}
}

// A line that is too long is answered, and so are those after it.
func TestSimulateLongLine(t *testing.T) {
	long := `{"id": "long", "x": "` + strings.Repeat("y", 17<<20) + "\"}\n"
	got := stage{stdin: fmt.Sprintf(simulated, "1") + long + strings.TrimSpace(fmt.Sprintf(simulated, "2"))}.run(t.Context(), "simulate")
	want := `{"id":"1","decision":"implicit_deny","reasons":[]}
{"id":null,"error":"the line is longer than 16777216 bytes","line":2}
{"id":"2","decision":"implicit_deny","reasons":[]}
`
	if got.status != 1 || got.stdout != want {
		t.Errorf("exit status %d, and\n%.2000s", got.status, got.stdout)
	}
}

// Many lines take no more memory than few.
func TestSimulateStreams(t *testing.T) {
	line := []byte(fmt.Sprintf(simulated, strings.Repeat("i", 1000)))
	const lines = 20_000
	var out counter
	status := cli.Command{Stdin: &repeated{line: line, left: lines}, Stdout: &out, Stderr: io.Discard}.Run(t.Context(), []string{"simulate", "-"})
	if status != 0 || out.lines != lines {
		t.Errorf("exit status %d, and %d answers to %d lines", status, out.lines, lines)
	}
	if out.longest > 1<<17 {
		t.Errorf("%d bytes were held back", out.longest)
	}
}

// Repeated is an input of one line again and again.
type repeated struct {
	line, rest []byte
	left       int
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.rest = r.line
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// A counter counts lines, and keeps none.
type counter struct{ lines, longest int }

func (c *counter) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte("\n"))
	c.longest = max(c.longest, len(p))
	return len(p), nil
}

// What cannot be read or written is said.
func TestSimulateBroken(t *testing.T) {
	var stderr bytes.Buffer
	c := cli.Command{Stdin: iotest.ErrReader(errors.New("it broke")), Stdout: io.Discard, Stderr: &stderr}
	if status := c.Run(t.Context(), []string{"simulate"}); status != 2 || !strings.Contains(stderr.String(), "read FILE: it broke") {
		t.Errorf("exit status %d, and %q", status, stderr.String())
	}
	stderr.Reset()
	c = cli.Command{Stdin: strings.NewReader(fmt.Sprintf(simulated, "1")), Stdout: broken{}, Stderr: &stderr}
	if status := c.Run(t.Context(), []string{"simulate"}); status != 2 || !strings.Contains(stderr.String(), "write result: no space left") {
		t.Errorf("exit status %d, and %q", status, stderr.String())
	}
}
