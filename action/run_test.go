// Package action_test runs the script of the GitHub Action as a runner would, with
// an event of a pull request and a server in GitHub's place.
package action_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/repligrant/repligrant/internal/needs"
)

// A comment is one of a pull request.
type comment struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
	User struct {
		Type string `json:"type"`
	} `json:"user"`
}

// gitHub has the comments of pull request 7. A refused method gets 403, as a
// token without the permission does.
type gitHub struct {
	*httptest.Server
	mu       sync.Mutex
	comments []comment
	sarif    []byte
	calls    []string
	refuses  []string
}

func newGitHub(t *testing.T) *gitHub {
	g := &gitHub{}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.Close)
	return g
}

func (g *gitHub) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls = append(g.calls, r.Method+" "+r.URL.Path)
	path := strings.TrimPrefix(r.URL.Path, "/repos/acme/infra/")
	var body map[string]string
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer secret-token":
		http.Error(w, "{}", http.StatusUnauthorized)
	case slices.Contains(g.refuses, r.Method):
		http.Error(w, `{"message": "Resource not accessible by integration"}`, http.StatusForbidden)
	case r.Method == http.MethodGet && path == "issues/7/comments":
		g.list(w, r)
	case r.Method == http.MethodPost && path == "issues/7/comments":
		g.comments = append(g.comments, newComment(len(g.comments)+1, "Bot", body["body"]))
		w.WriteHeader(http.StatusCreated)
	case r.Method == http.MethodPatch && strings.HasPrefix(path, "issues/comments/"):
		id, _ := strconv.Atoi(strings.TrimPrefix(path, "issues/comments/"))
		g.comments[id-1].Body = body["body"]
	case r.Method == http.MethodPost && path == "code-scanning/sarifs":
		g.sarif = []byte(body["sarif"])
		w.WriteHeader(http.StatusAccepted)
	default:
		http.NotFound(w, r)
	}
}

// list is a page of comments.
func (g *gitHub) list(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min((page-1)*100, len(g.comments))
	out := append([]comment{}, g.comments[from:min(from+100, len(g.comments))]...)
	_ = json.NewEncoder(w).Encode(out)
}

func newComment(id int, kind, body string) comment {
	c := comment{ID: id, Body: body}
	c.User.Type = kind
	return c
}

// A job is one run of the script.
type job struct {
	dir, program string
	github       *gitHub
}

func newJob(t *testing.T) *job {
	t.Helper()
	for _, tool := range []string{"bash", "jq", "curl"} {
		needs.Tool(t, tool)
	}
	j := &job{dir: t.TempDir(), github: newGitHub(t), program: built}
	copyFile(t, "../testdata/docs/README/acme.json", filepath.Join(j.dir, "acme.json"))
	j.write(t, "event.json", `{"pull_request": {"number": 7}}`)
	return j
}

// built is the program, which [TestMain] builds.
var built string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "repligrant-action-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	built = filepath.Join(dir, "repligrant")
	if out, err := exec.Command("go", "build", "-o", built, "../cmd/repligrant").CombinedOutput(); err != nil { //nolint:noctx // it is of no single test
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (j *job) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(j.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (j *job) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(j.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// run runs the script with inputs, which are NAME=VALUE, and returns its log.
func (j *job) run(t *testing.T, status int, inputs ...string) string {
	t.Helper()
	script, err := filepath.Abs("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", script)
	cmd.Dir = j.dir
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + j.dir, "REPLIGRANT=" + j.program,
		"GITHUB_API_URL=" + j.github.URL, "GITHUB_REPOSITORY=acme/infra", "GITHUB_EVENT_PATH=" + filepath.Join(j.dir, "event.json"),
		"GITHUB_SHA=0123456789abcdef0123456789abcdef01234567", "GITHUB_REF=refs/pull/7/merge",
		"GITHUB_STEP_SUMMARY=" + filepath.Join(j.dir, "summary"), "GITHUB_OUTPUT=" + filepath.Join(j.dir, "output"), "INPUT_TOKEN=secret-token",
	}, inputs...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("exit status %d (%v), want %d\n%s", got, err, status, log.String())
	}
	if strings.Contains(log.String(), "secret-token") {
		t.Errorf("the log has the token:\n%s", log.String())
	}
	return log.String()
}

const audited = "INPUT_SNAPSHOTS=acme.json"

// A pull request gets one comment, which the next run edits.
func TestCommentsOnce(t *testing.T) {
	j := newJob(t)
	j.github.comments = []comment{newComment(1, "User", "<!-- repligrant -->\nby somebody who would like to be edited")}
	log := j.run(t, 1, audited)
	if want := "repligrant: the report is a comment on pull request 7"; !strings.Contains(log, want) {
		t.Errorf("the log lacks %q:\n%s", want, log)
	}
	j.run(t, 1, audited)
	if len(j.github.comments) != 2 {
		t.Fatalf("there are %d comments, want that of a user and one of ours", len(j.github.comments))
	}
	if ours := j.github.comments[1].Body; !strings.HasPrefix(ours, "<!-- repligrant -->") || !strings.Contains(ours, "s3:ReplicateObject") {
		t.Errorf("the comment is\n%s", ours)
	}
	if theirs := j.github.comments[0].Body; !strings.Contains(theirs, "by somebody") {
		t.Errorf("the comment of somebody else is now\n%s", theirs)
	}
	if summary := j.read(t, "summary"); strings.Count(summary, "1 rule is degraded") != 2 {
		t.Errorf("the summary does not have both reports:\n%s", summary)
	}
	if output := j.read(t, "output"); !strings.Contains(output, "status=1\n") {
		t.Errorf("the outputs are %q", output)
	}
}

// The comment is found behind a hundred others.
func TestCommentOnALaterPage(t *testing.T) {
	j := newJob(t)
	for i := range 130 {
		j.github.comments = append(j.github.comments, newComment(i+1, "User", "hello"))
	}
	j.github.comments[120] = newComment(121, "Bot", "<!-- repligrant -->\nold")
	j.run(t, 1, audited)
	if len(j.github.comments) != 130 || strings.Contains(j.github.comments[120].Body, "old") {
		t.Errorf("%d comments; the one of ours is %.40q", len(j.github.comments), j.github.comments[120].Body)
	}
}

// Without the permission to write, as in a pull request of a fork, the report is
// in the summary, and the step ends as the audit does.
func TestWithoutPermission(t *testing.T) {
	for _, refused := range []string{http.MethodPost, http.MethodGet} {
		j := newJob(t)
		j.github.refuses = []string{refused}
		log := j.run(t, 1, audited, "INPUT_SARIF=true")
		if !strings.Contains(log, "::warning title=repligrant::") || len(j.github.comments) > 0 {
			t.Errorf("refused %s: %d comments, and the log says\n%s", refused, len(j.github.comments), log)
		}
		if summary := j.read(t, "summary"); !strings.Contains(summary, "1 rule is degraded") {
			t.Errorf("the summary is\n%s", summary)
		}
	}
}

func TestNotAPullRequest(t *testing.T) {
	j := newJob(t)
	j.write(t, "event.json", `{"ref": "refs/heads/main"}`)
	log := j.run(t, 1, audited)
	if len(j.github.calls) > 0 || !strings.Contains(log, "this is no pull request") {
		t.Errorf("%v\n%s", j.github.calls, log)
	}
}

func TestUploadsSARIF(t *testing.T) {
	j := newJob(t)
	j.run(t, 1, audited, "INPUT_SARIF=true", "INPUT_COMMENT=false")
	packed, err := base64.StdEncoding.DecodeString(string(j.github.sarif))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	sarif, err := io.ReadAll(unpacked)
	if err != nil || !bytes.Contains(sarif, []byte(`"2.1.0"`)) || !bytes.Contains(sarif, []byte("permission-missing")) {
		t.Errorf("%v: %.200s", err, sarif)
	}
	if len(j.github.comments) > 0 {
		t.Error("there is a comment, which nobody wanted")
	}
}

// A clean step is one in which nothing fails that matters to --fail-on.
func TestFailOn(t *testing.T) {
	newJob(t).run(t, 0, audited, "INPUT_FAIL_ON=none")
}

// What is wrong with the input ends the step, and no comment says that all is well.
func TestWrongInput(t *testing.T) {
	j := newJob(t)
	log := j.run(t, 2, "INPUT_SNAPSHOTS=none.json")
	if !strings.Contains(log, "nothing was audited") || len(j.github.calls) > 0 {
		t.Errorf("%v\n%s", j.github.calls, log)
	}
}

// Inputs are words, whatever they hold.
func TestHostileInputs(t *testing.T) {
	for _, s := range []string{"$(touch pwned)", "`touch pwned`", "--output=pwned", "x\n::set-output name=x::y", "'\"*"} {
		j := newJob(t)
		for _, name := range []string{"SPEC", "SNAPSHOTS", "SUPPRESS", "FAIL_ON"} {
			log := j.run(t, 2, fmt.Sprintf("INPUT_%s=%s", name, s), audited+"\nnone.json")
			for line := range strings.Lines(log) {
				if strings.HasPrefix(line, "::") {
					t.Errorf("%s=%q: the runner takes this for a command: %q", name, s, line)
				}
			}
		}
		if _, err := os.Stat(filepath.Join(j.dir, "pwned")); err == nil {
			t.Errorf("%q was run", s)
		}
	}
}
