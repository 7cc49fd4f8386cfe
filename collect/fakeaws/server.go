// Package fakeaws is an AWS in one process: it answers the read-only calls that
// repligrant makes of S3, S3 Control, KMS, IAM, STS and Organizations, over HTTP
// on loopback, with what a snapshot says that accounts hold. It stores nothing, checks no
// signature and evaluates no policy; what is not a read it refuses and records.
package fakeaws

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// Options change how a Server answers. The zero Options is ready to use.
type Options struct {
	// PageSize is how many entries one page of a list holds; zero means all.
	PageSize int
	// MalformedRegion answers a call in the wrong Region with 400 and the Region
	// in the message, in place of 301 with the Region in a header. S3 does both.
	MalformedRegion bool
	// Organization lists the accounts that may read the policies of their
	// organization, besides its management account.
	Organization []string
	// ExternalID is what AssumeRole must be given; "" means that nothing is asked.
	ExternalID string
	// Objects are what is in the buckets, by "BUCKET/KEY" for the current version
	// and "BUCKET/KEY?VERSION" for one that is named; nil means that to ask for an
	// object is no read.
	Objects map[string]snapshot.Object
	// Fault returns what goes wrong with a call; nil means nothing.
	Fault func(Call) *Fault
}

// A Call is one request that a Server got.
type Call struct {
	Service   string // "S3", "S3 Control", "KMS", "IAM", "STS", "Organizations"
	Operation string // "GetBucketPolicy"; what cannot be named has its method and path
	Account   string // of the caller
	Resource  string // bucket, object, access point, key, entity, policy or level; "" for none
}

// A Fault is something that goes wrong with a call.
type Fault struct {
	Delay    time.Duration              // before the answer; it ends when the caller gives up
	Drop     bool                       // close the connection without an answer
	Code     string                     // answer with this error, in the form of the service
	Status   int                        // answer with this status and Body, or that of Code; zero means the proper answer
	Body     string                     // without a Code
	Header   map[string]string          // of the answer
	Rewrite  func(proper string) string // change the proper answer
	Truncate bool                       // cut the proper answer off in the middle
}

// A Server is a running fake.
type Server struct {
	URL string

	opts Options
	held *snapshot.Snapshot
	http *http.Server

	mu      sync.Mutex
	calls   []Call
	refused []Call
}

// Start serves what s holds on a free port of loopback, until Close. It gives
// the fields of s that were not read the reasons under Errors.
func Start(s *snapshot.Snapshot, opts Options) (*Server, error) {
	s.Explain()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the fake AWS: %w", err)
	}
	f := &Server{URL: "http://" + l.Addr().String(), opts: opts, held: s}
	f.http = &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.http.Serve(l) }() // it returns when Close is called
	return f, nil
}

// Close stops the server and drops its connections.
func (f *Server) Close() error { return f.http.Close() }

// AccessKey returns an access key of an account: its credentials are those of
// the principal that the snapshot says has read the account.
func AccessKey(account string) (id, secret string) {
	return longTerm + account, "fake-secret-of-" + account
}

// The beginnings of access key IDs. An account ID follows.
const (
	longTerm  = "AKIAFAKE"
	temporary = "ASIAFAKE"
)

// Calls returns the reads that were asked for, in order.
func (f *Server) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Refused returns what was asked for and is no read.
func (f *Server) Refused() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.refused)
}

// A request is a request with what the fake makes of it.
type request struct {
	*http.Request
	Call
	region string
	form   map[string][]string
	token  string // of a session
}

func (r *request) value(name string) string {
	if v := r.form[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// ServeHTTP answers one call.
func (f *Server) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	r, ok := f.parse(h)
	if !f.record(r, ok) {
		r.refuse().write(w)
		return
	}
	var fault Fault
	if f.opts.Fault != nil {
		if p := f.opts.Fault(r.Call); p != nil {
			fault = *p
		}
	}
	if !wait(h.Context(), fault.Delay) {
		return
	}
	if fault.Drop {
		drop(w)
		return
	}
	f.faulty(r, fault).write(w)
}

// faulty gives the proper answer to a read, or what comes of it.
func (f *Server) faulty(r *request, fault Fault) answer {
	var a answer
	switch {
	case fault.Code != "":
		a = r.fail(fault.Code, "at fault")
		a.status = cmp.Or(fault.Status, a.status)
	case fault.Status != 0:
		a = answer{status: fault.Status, body: fault.Body}
	default:
		a = f.answer(r)
	}
	a.header = maps.Clone(a.header)
	if a.header == nil {
		a.header = make(map[string]string)
	}
	maps.Copy(a.header, fault.Header)
	if fault.Rewrite != nil {
		a.body = fault.Rewrite(a.body)
	}
	if fault.Truncate {
		a.header["Content-Length"] = strconv.Itoa(len(a.body))
		a.body = a.body[:len(a.body)/2]
	}
	return a
}

// drop closes the connection.
func drop(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close() // nobody is there any more
	}
}

// wait reports whether d passed before the caller gave up.
func wait(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// record keeps the call and reports whether it is a read.
func (f *Server) record(r *request, known bool) bool {
	_, ok := reads.Find(r.Service, r.Operation)
	ok = ok || r.Operation == reads.HeadObject && f.opts.Objects != nil
	f.mu.Lock()
	defer f.mu.Unlock()
	if !known || !ok {
		f.refused = append(f.refused, r.Call)
		return false
	}
	f.calls = append(f.calls, r.Call)
	return true
}

// credential is the part of a signature that names key, Region and service.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
var credential = regexp.MustCompile(`Credential=([^/]+)/[0-9]+/([a-z0-9-]+)/([a-z0-9]+)/aws4_request`)

// parse names the call. It fails for what is not signed by an account of the
// fake, or cannot be named.
func (f *Server) parse(h *http.Request) (*request, bool) {
	r := &request{Request: h, Call: Call{Operation: h.Method + " " + h.URL.RequestURI()}, token: h.Header.Get("X-Amz-Security-Token")}
	m := credential.FindStringSubmatch(h.Header.Get("Authorization"))
	if m == nil || !strings.HasPrefix(m[1], longTerm) && !strings.HasPrefix(m[1], temporary) {
		return r, false
	}
	r.Account, r.region = m[1][len(longTerm):], m[2]
	if f.held.Accounts[r.Account] == nil {
		return r, false
	}
	switch m[3] {
	case "s3":
		if h.Header.Get(accountHeader) != "" {
			r.Service = "S3 Control"
			return r, r.parseControl()
		}
		r.Service = "S3"
		return r, r.parseS3()
	case "kms":
		r.Service = "KMS"
		return r, r.parseTarget("TrentService.", "KeyId")
	case "iam":
		r.Service = "IAM"
		return r, r.parseForm()
	case "sts":
		r.Service = "STS"
		return r, r.parseForm()
	case "organizations":
		r.Service = "Organizations"
		return r, r.parseTarget("AWSOrganizationsV20161128.", "ChildId", "TargetId", "PolicyId")
	}
	return r, false
}

// parseS3 names a call of S3: a GET of a sub-resource of a bucket, or of all
// buckets, or a HEAD of an object.
func (r *request) parseS3() bool {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	r.Resource, r.form = bucket, r.URL.Query()
	if r.Method == http.MethodHead && key != "" {
		return r.parseHead(bucket + "/" + key)
	}
	if r.Method != http.MethodGet || key != "" {
		return false
	}
	sub := "x-id"
	if bucket != "" {
		sub = strings.TrimSuffix(r.URL.RawQuery, "=")
	}
	read, ok := reads.Query(sub)
	if ok {
		r.Operation = read.Operation
	}
	return ok
}

// parseHead names a call for what is known of an object.
func (r *request) parseHead(object string) bool {
	r.Operation, r.Resource = reads.HeadObject, object
	version, named := r.form["versionId"]
	if named {
		r.Resource += "?" + version[0]
	}
	return len(r.form) == 0 || named && len(r.form) == 1
}

// parseForm names a call of the Query protocol.
func (r *request) parseForm() bool {
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return false
	}
	r.form, r.Operation = r.PostForm, r.PostForm.Get("Action")
	for _, name := range []string{"RoleName", "UserName", "GroupName", "PolicyArn", "RoleArn"} {
		if v := r.PostForm.Get(name); v != "" {
			r.Resource = v
		}
	}
	return true
}

// parseTarget names a call of a JSON protocol, whose members are texts or
// numbers. The resource is the first of the members named.
func (r *request) parseTarget(prefix string, resources ...string) bool {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), prefix)
	r.Operation = operation
	var members map[string]any
	if !ok || r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&members) != nil {
		return false
	}
	r.form = make(map[string][]string)
	for name, value := range members {
		r.form[name] = []string{fmt.Sprint(value)}
	}
	for _, name := range resources {
		r.Resource += r.value(name)
	}
	return true
}

// accountHeader names the account that a call of S3 Control is about.
const accountHeader = "X-Amz-Account-Id"

// parseControl names a call of S3 Control.
func (r *request) parseControl() bool {
	read, name, ok := reads.Path(r.URL.Path)
	r.form, r.Operation = r.URL.Query(), read.Operation
	r.Resource = name + r.value("bucket")
	return ok && r.Method == http.MethodGet
}

// answer gives the proper answer to a read.
func (f *Server) answer(r *request) answer {
	account := f.held.Accounts[r.Account]
	switch r.Service {
	case "S3":
		return f.s3(r, account)
	case "S3 Control":
		return f.control(r, account)
	case "KMS":
		return f.kms(r, account)
	case "IAM":
		return f.iam(r, account)
	case "STS":
		return f.sts(r, account)
	}
	return f.organizations(r, account)
}
