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
	"regexp"
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
	User user   `json:"user"`
}

// A user is who wrote a comment, or whose a token is.
type user struct {
	ID   int    `json:"id"`
	Type string `json:"type"`
}

// The user whom the token of a job stands for, and somebody else.
var (
	app      = user{ID: 41898282, Type: "Bot"}
	somebody = user{ID: 1, Type: "User"}
)

// gitHub has the comments of pull request 7. A refused method gets 403, as a
// token without the permission does.
type gitHub struct {
	*httptest.Server
	mu       sync.Mutex
	comments []comment
	sarif    []byte
	calls    []string
	refuses  []string
	owner    user // of the token; that of an app is not told who it is
}

func newGitHub(t *testing.T) *gitHub {
	g := &gitHub{owner: app}
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
	case r.URL.Path == "/user" && g.owner == app:
		http.Error(w, `{"message": "Resource not accessible by integration"}`, http.StatusForbidden)
	case r.URL.Path == "/user":
		_ = json.NewEncoder(w).Encode(g.owner)
	case r.Method == http.MethodGet && path == "issues/7/comments":
		g.list(w, r)
	case r.Method == http.MethodPost && path == "issues/7/comments":
		g.comments = append(g.comments, comment{len(g.comments) + 1, body["body"], g.owner})
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

// ours begins the comments of the action that has no SPEC and no comment-key.
const ours = "<!-- repligrant action: -->\n"

// A pull request gets one comment, which the next run edits.
func TestCommentsOnce(t *testing.T) {
	j := newJob(t)
	j.github.comments = []comment{{1, ours + "by somebody who would like to be edited", somebody}}
	log := j.run(t, 1, audited)
	if want := "repligrant: the report is a comment on pull request 7"; !strings.Contains(log, want) {
		t.Errorf("the log lacks %q:\n%s", want, log)
	}
	j.run(t, 1, audited)
	if len(j.github.comments) != 2 {
		t.Fatalf("there are %d comments, want that of a user and one of ours", len(j.github.comments))
	}
	if body := j.github.comments[1].Body; !strings.HasPrefix(body, ours+"### ") || !strings.Contains(body, "s3:ReplicateObject") {
		t.Errorf("the comment is\n%s", body)
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
		j.github.comments = append(j.github.comments, comment{i + 1, "hello", somebody})
	}
	j.github.comments[120] = comment{121, ours + "old", app}
	j.run(t, 1, audited)
	if len(j.github.comments) != 130 || strings.Contains(j.github.comments[120].Body, "old") {
		t.Errorf("%d comments; the one of ours is %.40q", len(j.github.comments), j.github.comments[120].Body)
	}
}

const smallest = `version: 1
accounts: { prod: { id: "111122223333" }, backup: { id: "444455556666" } }
buckets:
  acme-orders: { account: prod, region: us-east-1 }
  acme-orders-copy: { account: backup, region: eu-west-1 }
replication: [{ from: acme-orders, to: acme-orders-copy }]
`

// Each SPEC, and each comment-key, has a comment of its own, and leaves alone what
// the app wrote for others: the Markdown of a plan that another step commented, too.
func TestCommentsApart(t *testing.T) {
	for _, inputs := range [][2]string{
		{"INPUT_SPEC=a.yaml", "INPUT_SPEC=b.yaml"},
		{"INPUT_COMMENT_KEY=prod", "INPUT_COMMENT_KEY=test"},
		{"INPUT_COMMENT_KEY=a", "INPUT_COMMENT_KEY=a b"},
		{"INPUT_COMMENT_KEY=x", "INPUT_COMMENT_KEY=x -->\n## All is well <!--"},
		{"INPUT_COMMENT_KEY=ä", "INPUT_COMMENT_KEY=$(id) `id` ${{ x }} \\"},
	} {
		j := newJob(t)
		for _, name := range []string{"a.yaml", "b.yaml"} {
			j.write(t, name, smallest)
		}
		j.github.comments = []comment{{1, "<!-- repligrant -->\n### a plan", app}}
		for range 2 {
			j.run(t, 1, audited, inputs[0])
			j.run(t, 1, audited, inputs[1])
		}
		if len(j.github.comments) != 3 || j.github.comments[0].Body != "<!-- repligrant -->\n### a plan" {
			t.Errorf("%q: %d comments, want that of a plan and two of ours:\n%v", inputs, len(j.github.comments), j.github.comments)
			continue
		}
		for _, c := range j.github.comments[1:] {
			if first, rest, _ := strings.Cut(c.Body, "\n"); strings.Count(first, "-->") != 1 || !strings.HasPrefix(rest, "### ") {
				t.Errorf("%q: the marker is not the first line alone: %.120q", inputs, c.Body)
			}
		}
	}
}

// A token of a person comments once too: the comment is found by who wrote it, and
// one of somebody else stays.
func TestTokenOfAPerson(t *testing.T) {
	j := newJob(t)
	j.github.owner = user{ID: 2, Type: "User"}
	j.github.comments = []comment{{1, ours + "of somebody", somebody}, {2, ours + "of an app", app}}
	j.run(t, 1, audited)
	j.run(t, 1, audited)
	if len(j.github.comments) != 3 || j.github.comments[0].Body != ours+"of somebody" || j.github.comments[1].Body != ours+"of an app" {
		t.Errorf("%d comments, want two of others as they were, and one of ours:\n%v", len(j.github.comments), j.github.comments)
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
	if !bytes.Contains(sarif, []byte(`"exitCode": 1`)) {
		t.Errorf("the audit ended with 1, and SARIF does not say so:\n%s", sarif)
	}
	if len(j.github.comments) > 0 {
		t.Error("there is a comment, which nobody wanted")
	}
}

// SARIF says how the audit ended that the step ran, with its fail-on.
func TestSARIFSaysHowItEnded(t *testing.T) {
	j := newJob(t)
	j.run(t, 0, audited, "INPUT_FAIL_ON=blocked")
	if sarif := j.read(t, "repligrant-report/audit.sarif"); !strings.Contains(sarif, `"exitCode": 0`) {
		t.Errorf("the audit ended with 0, and SARIF does not say so:\n%s", sarif)
	}
}

// A clean step is one in which nothing fails that matters to --fail-on.
func TestFailOn(t *testing.T) {
	newJob(t).run(t, 0, audited, "INPUT_FAIL_ON=none")
}

// What is wrong with the input ends the step, and the comment of an earlier run no
// longer says how things are: it says that nothing was audited, and why.
func TestWrongInput(t *testing.T) {
	for _, wrong := range []string{"INPUT_SNAPSHOTS=none.json", "INPUT_LANGUAGE=fr", "INPUT_FAIL_ON=nonsense"} {
		j := newJob(t)
		j.run(t, 1, audited)
		j.write(t, "output", "")
		log := j.run(t, 2, audited, "INPUT_SARIF=true", wrong)
		if !strings.Contains(log, "nothing was audited") {
			t.Errorf("%s: the log is\n%s", wrong, log)
		}
		if len(j.github.comments) != 1 || !strings.HasPrefix(j.github.comments[0].Body, ours) {
			t.Fatalf("%s: the comments are %v, want the one of ours", wrong, j.github.comments)
		}
		for where, text := range map[string]string{"comment": j.github.comments[0].Body, "summary": j.read(t, "summary")} {
			if !strings.Contains(text, "nothing was audited") || !strings.Contains(text, "repligrant: ") {
				t.Errorf("%s: the %s does not say that nothing was audited, and why:\n%s", wrong, where, text)
			}
		}
		if strings.Contains(j.github.comments[0].Body, "s3:ReplicateObject") {
			t.Errorf("%s: the comment still has the old report:\n%s", wrong, j.github.comments[0].Body)
		}
		if output := j.read(t, "output"); !strings.Contains(output, "status=2\n") || strings.Contains(output, "audit=") {
			t.Errorf("%s: the outputs are %q, want the status and no audit", wrong, output)
		}
		for _, name := range []string{"audit.json", "audit.sarif"} {
			if _, err := os.Stat(filepath.Join(j.dir, "repligrant-report", name)); err == nil {
				t.Errorf("%s: %s of the run before is still there", wrong, name)
			}
		}
		if j.github.sarif != nil {
			t.Errorf("%s: SARIF of the run before was uploaded", wrong)
		}
	}
}

// What the program says of a wrong SPEC is shown, and is no Markdown and no HTML.
func TestWrongSPECIsShown(t *testing.T) {
	j := newJob(t)
	j.write(t, "spec.yaml", "version: 1\n\"</pre><img src=x> @acme **x** -->\": 1\n")
	j.run(t, 2, "INPUT_SPEC=spec.yaml", audited)
	if len(j.github.comments) != 1 {
		t.Fatalf("the comments are %v, want one", j.github.comments)
	}
	body := j.github.comments[0].Body
	if !strings.Contains(body, "spec.yaml:2:1: unknown key") || strings.Contains(body, "<img") || strings.Count(body, "</pre>") != 1 {
		t.Errorf("the comment is\n%s", body)
	}
}

// The inputs of action.yml are those that the script reads, and its outputs too.
func TestInputsReachTheScript(t *testing.T) {
	script, err := os.ReadFile("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	action, err := os.ReadFile("../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^        (INPUT_[A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}$`).FindAllStringSubmatch(string(action), -1)
	if len(declared) < 10 {
		t.Fatalf("action.yml hands %d inputs over", len(declared))
	}
	for _, m := range declared {
		if want := "INPUT_" + strings.ToUpper(strings.ReplaceAll(m[2], "-", "_")); m[1] != want || !strings.Contains(string(action), "\n  "+m[2]+":\n") {
			t.Errorf("input %s is %s, want %s and a description", m[2], m[1], want)
		}
		if !strings.Contains(string(script), m[1]) {
			t.Errorf("the script does not read %s", m[1])
		}
	}
	for _, name := range regexp.MustCompile(`INPUT_[A-Z_]+`).FindAllString(string(script), -1) {
		if !slices.ContainsFunc(declared, func(m []string) bool { return m[1] == name }) {
			t.Errorf("the script reads %s, which action.yml does not hand over", name)
		}
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
