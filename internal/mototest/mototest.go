// Package mototest starts moto, an emulator of AWS that nobody here wrote, and
// fills it with the accounts of a snapshot. It is for tests only, and it uses
// none of repligrant's own code: what a test finds there was put by boto3.
//
// moto stores what it is given and answers with it. It does not evaluate bucket
// policies, and most of it ignores who asks.
package mototest

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Require is the environment variable that makes a missing moto a failure. It
// is set where a skipped test would pass for a green one.
const Require = "REPLIGRANT_REQUIRE_MOTO"

var (
	//go:embed server.py
	serverScript []byte
	//go:embed seed.py
	seedScript []byte
)

// A Server is a running moto.
type Server struct {
	URL    string
	python string
	dir    string
	seeder *seeder
	keys   map[string]Key
}

// A Key is an access key of a user without policies.
type Key struct{ ID, Secret string }

// Start runs moto until t ends, with what a snapshot (repligrant.snapshot/v1,
// as JSON) says that accounts hold. Without moto it skips t, or fails it if
// [Require] is 1.
func Start(t testing.TB, held []byte) *Server {
	t.Helper()
	s := &Server{python: python(t), dir: t.TempDir()}
	s.write(t, "server.py", serverScript)
	s.write(t, "seed.py", seedScript)
	s.run(t)
	s.seeder = s.newSeeder(t)
	s.seed(t, held)
	return s
}

// Refill empties moto and fills it with another snapshot. All keys change, and
// nothing is denied any more.
func (s *Server) Refill(t testing.TB, held []byte) {
	t.Helper()
	s.control(t, http.MethodPost, "/moto-api/reset", "")
	s.control(t, http.MethodPost, "/moto-api/reset-auth", "inf")
	s.seed(t, held)
}

// python finds an interpreter that has moto and boto3.
func python(t testing.TB) string {
	t.Helper()
	for _, name := range interpreters() {
		// The interpreter is one that this machine has on its path.
		if exec.CommandContext(t.Context(), name, "-c", "import moto.server, boto3").Run() == nil {
			return name
		}
	}
	const missing = "moto is missing: no python3 can import moto.server and boto3 (pip install 'moto[server]' boto3)"
	if os.Getenv(Require) == "1" {
		t.Fatalf("%s, and %s=1", missing, Require)
	}
	t.Skipf("SKIPPED, NOT TESTED AGAINST AN EMULATOR: %s", missing)
	return ""
}

// interpreters are the Pythons that may have moto: that of the path, and the
// one that moto_server is installed for.
func interpreters() []string {
	list := []string{"python3"}
	script, err := exec.LookPath("moto_server")
	if err != nil {
		return list
	}
	text, err := os.ReadFile(script)
	if err != nil {
		return list
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if interpreter, ok := strings.CutPrefix(first, "#!"); ok && !strings.Contains(interpreter, " ") {
		list = append(list, interpreter)
	}
	return list
}

func (s *Server) write(t testing.TB, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) command(ctx context.Context, script string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.python, append([]string{filepath.Join(s.dir, script)}, args...)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	cmd.Env = append(cmd.Env,
		"MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS=false",
		"MOTO_RECORDER_FILEPATH="+filepath.Join(s.dir, "recording"),
		"PYTHONDONTWRITEBYTECODE=1",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	return cmd
}

// running is how the server says where it listens.
var running = regexp.MustCompile(`Running on (http://127\.0\.0\.1:[0-9]+)`)

// run starts the server and waits until it says where it listens.
func (s *Server) run(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := s.command(ctx, "server.py", "-H", "127.0.0.1", "-p", "0")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		stop()
		t.Fatalf("start moto: %v", err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was killed
	})
	lines := bufio.NewScanner(stderr)
	var said []string
	for s.URL == "" && lines.Scan() {
		said = append(said, lines.Text())
		if m := running.FindStringSubmatch(lines.Text()); m != nil {
			s.URL = m[1]
		}
	}
	if s.URL == "" {
		t.Fatalf("moto did not start:\n%s", strings.Join(said, "\n"))
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }() // its log; it ends with the process
}

// A seeder is the script that creates everything with boto3. It runs as long as
// the server: to start it takes longer than what it does.
type seeder struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr bytes.Buffer
}

func (s *Server) newSeeder(t testing.TB) *seeder {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	b := &seeder{cmd: s.command(ctx, "seed.py", s.URL)}
	b.cmd.Stderr = &b.stderr
	stdin, wrong := b.cmd.StdinPipe()
	stdout, err := b.cmd.StdoutPipe()
	if err = errors.Join(wrong, err); err == nil {
		err = b.cmd.Start()
	}
	if err != nil {
		stop()
		t.Fatalf("start the script that seeds moto: %v", err)
	}
	t.Cleanup(func() {
		stop()
		_ = b.cmd.Wait() // it was killed
	})
	b.stdin, b.stdout = stdin, bufio.NewReader(stdout)
	return b
}

// seed creates everything that a snapshot holds.
func (s *Server) seed(t testing.TB, held []byte) {
	t.Helper()
	var line bytes.Buffer
	if err := json.Compact(&line, held); err != nil {
		t.Fatalf("seed moto: %v", err)
	}
	line.WriteByte('\n')
	_, wrong := s.seeder.stdin.Write(line.Bytes())
	out, err := s.seeder.stdout.ReadBytes('\n')
	if err = errors.Join(wrong, err); err != nil {
		_ = s.seeder.cmd.Wait() // what it has to say is on standard error
		t.Fatalf("seed moto: %v\n%s", err, s.seeder.stderr.String())
	}
	s.keys = nil
	if err := json.Unmarshal(out, &s.keys); err != nil || len(s.keys) == 0 {
		t.Fatalf("seed moto: no keys in %q (%v)", out, err)
	}
}

// Key returns the access key of a user in an account that the snapshot named.
func (s *Server) Key(account string) Key { return s.keys[account] }

// Env is the environment in which the AWS SDK, and so repligrant, signs in to
// moto: each account is a profile of the name of its ID.
func (s *Server) Env(t testing.TB) []string {
	t.Helper()
	var config strings.Builder
	for account, key := range s.keys {
		fmt.Fprintf(&config, "[profile %s]\nregion = us-east-1\naws_access_key_id = %s\naws_secret_access_key = %s\n", account, key.ID, key.Secret)
	}
	s.write(t, "config", []byte(config.String()))
	return []string{
		"AWS_CONFIG_FILE=" + filepath.Join(s.dir, "config"),
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_ENDPOINT_URL=" + s.URL,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=", "AWS_PROFILE=",
	}
}

// Proxy is an environment in which other programs find S3 Control. It has the
// account in front of every host, also of an address, so that moto has to be
// asked for that host as a proxy.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPointPolicy.html.
func (s *Server) Proxy() []string {
	return []string{"HTTP_PROXY=" + s.URL, "http_proxy=" + s.URL, "NO_PROXY=", "no_proxy="}
}

// Deny makes moto evaluate the identity policies of callers from now on. The
// users of [Server.Key] have none, so that they may do nothing.
func (s *Server) Deny(t testing.TB) {
	t.Helper()
	s.control(t, http.MethodPost, "/moto-api/reset-auth", "0")
}

// DenyOnly makes moto allow everything to the users of [Server.Key] but these
// actions from now on. moto has names of its own for some.
func (s *Server) DenyOnly(t testing.TB, actions ...string) {
	t.Helper()
	s.control(t, http.MethodPost, "/moto-api/reset-auth", "inf")
	list, err := json.Marshal(actions)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"Version": {"2010-05-08"}, "Action": {"PutUserPolicy"}, "UserName": {"repligrant-auditor"}, "PolicyName": {"but"},
		"PolicyDocument": {`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
			{"Effect": "Deny", "Action": ` + string(list) + `, "Resource": "*"}]}`},
	}
	for _, key := range s.keys {
		s.post(t, key, form)
	}
	s.Deny(t)
}

// post sends a form to IAM in the name of a key, with a signature that moto does
// not look at while it denies nothing.
func (s *Server) post(t testing.TB, key Key, form url.Values) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key.ID+"/20261122/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none")
	s.send(t, r)
}

// Record begins to record the requests that moto gets.
func (s *Server) Record(t testing.TB) {
	t.Helper()
	s.control(t, http.MethodPost, "/moto-api/recorder/reset-recording", "")
	s.control(t, http.MethodPost, "/moto-api/recorder/start-recording", "")
}

// A Request is one that moto recorded.
type Request struct {
	Key     string // ID of the caller's access key
	Service string // that it is signed for: "s3", "iam", "sts", "organizations"
	Method  string
	Path    string
	Query   string // of the URL
	Action  string // of a form, or X-Amz-Target
	Body    string
}

// Reads reports whether r only reads, by its method or by the name that AWS gave
// it. It is a second opinion on repligrant's own list of reads.
func (r Request) Reads() bool {
	if r.Service == "s3" {
		return r.Method == http.MethodGet
	}
	operation := r.Action[strings.LastIndexByte(r.Action, '.')+1:]
	return slices.ContainsFunc([]string{"Get", "List", "Describe"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

// Recorded returns the requests since [Server.Record], and ends the recording.
func (s *Server) Recorded(t testing.TB) []Request {
	t.Helper()
	s.control(t, http.MethodPost, "/moto-api/recorder/stop-recording", "")
	var list []Request
	for line := range strings.Lines(s.control(t, http.MethodGet, "/moto-api/recorder/download-recording", "")) {
		r, err := parseRequest([]byte(line))
		if err != nil {
			t.Fatalf("moto's recording: %v", err)
		}
		list = append(list, r)
	}
	return list
}

// scope is where a signature names who called which service.
var scope = regexp.MustCompile(`Credential=([^/]+)/[0-9]+/[^/]+/([a-z0-9]+)/aws4_request`)

func parseRequest(line []byte) (Request, error) {
	var entry struct {
		Headers map[string]string `json:"headers"`
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Body    []byte            `json:"body"` // base64
	}
	if err := json.Unmarshal(line, &entry); err != nil {
		return Request{}, err
	}
	u, err := url.Parse(entry.URL)
	if err != nil {
		return Request{}, err
	}
	r := Request{Method: entry.Method, Path: u.Path, Query: u.RawQuery, Action: entry.Headers["X-Amz-Target"], Body: string(entry.Body)}
	if m := scope.FindStringSubmatch(entry.Headers["Authorization"]); m != nil {
		r.Key, r.Service = m[1], m[2]
	}
	if form, err := url.ParseQuery(r.Body); err == nil && form.Get("Action") != "" {
		r.Action = form.Get("Action")
	}
	return r, nil
}

// control calls moto's own API.
func (s *Server) control(t testing.TB, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/plain")
	return s.send(t, r)
}

// send sends a request that has to succeed, and returns what moto answers.
func (s *Server) send(t testing.TB, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: status %d (%v): %s", r.Method, r.URL.Path, answer.StatusCode, err, text)
	}
	return string(text)
}
