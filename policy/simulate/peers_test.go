package simulate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/repligrant/repligrant/policy/simulate"
)

// Other evaluators test themselves with requests of their own, whose licences
// keep them out of this repository: REPLIGRANT_PEERS names a file of them, each
// with the decision that AWS's documentation gives.
func TestPeers(t *testing.T) {
	name := os.Getenv("REPLIGRANT_PEERS")
	if name == "" {
		t.Skip("REPLIGRANT_PEERS names no file of requests")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, simulate.MaxLine)
	var s simulate.Simulator
	n := 0
	for lines.Scan() {
		n++
		answer, _ := s.Answer(lines.Bytes())
		peer(t, lines.Bytes(), answer)
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatalf("%d requests in %s: %v", n, name, err)
	}
	t.Logf("%d requests", n)
}

// peer compares one answer with what is expected. An error is fine for a request
// that AWS does not know.
func peer(t *testing.T, line, answer []byte) {
	t.Helper()
	var want struct {
		ID       string   `json:"id"`
		Expected string   `json:"expected"`
		Tags     []string `json:"tags"`
	}
	if err := json.Unmarshal(line, &want); err != nil || want.Expected == "" {
		t.Fatalf("%.200s: not a request with what is expected of it: %v", line, err)
	}
	var got struct {
		ID       string `json:"id"`
		Decision string `json:"decision"`
		Error    string `json:"error"`
	}
	if err := json.Unmarshal(answer, &got); err != nil || got.ID != want.ID {
		t.Fatalf("%s: answered %s (%v)", want.ID, bytes.TrimSpace(answer), err)
	}
	if got.Error != "" && slices.Contains(want.Tags, "not-a-real-request") {
		return
	}
	if got.Decision != want.Expected {
		t.Errorf("%s: got %s%s, want %s", want.ID, got.Decision, got.Error, want.Expected)
	}
}
