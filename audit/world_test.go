package audit_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// The set-up of the tests: logs of one account, copied to another.
const (
	own     = "111122223333"
	foreign = "444455556666"
	roleARN = "arn:aws:iam::111122223333:role/acme-logs-replication"
	userARN = "arn:aws:iam::111122223333:user/uploader"
	srcARN  = "arn:aws:s3:::acme-logs"
	dstARN  = "arn:aws:s3:::acme-logs-copy"
)

// Where documents lie in a world.
const (
	source      = own + " > buckets > acme-logs"
	destination = foreign + " > buckets > acme-logs-copy"
	role        = own + " > roles > " + roleARN
	user        = own + " > users > " + userARN
	rolePolicy  = role + " > InlinePolicies > replication"
	userPolicy  = user + " > InlinePolicies > upload"
	trust       = role + " > AssumeRolePolicyDocument"
	srcPolicy   = source + " > Policy"
	dstPolicy   = destination + " > Policy"
	config      = source + " > ReplicationConfiguration"
	configRule  = config + " > Rules > 0"
)

// The statements of a clean set-up.
const (
	trustS3     = `{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`
	readBucket  = `{"Sid": "Bucket", "Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "Resource": "arn:aws:s3:::acme-logs"}`
	readObjects = `{"Sid": "Source", "Effect": "Allow", "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], "Resource": "arn:aws:s3:::acme-logs/*"}`
	write       = `{"Sid": "Destination", "Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/*"}`
	receive     = `{"Sid": "Replicas", "Effect": "Allow", "Principal": {"AWS": "` + roleARN + `"}, "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/*"}`
	upload      = `{"Sid": "Upload", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*"}`
	guard       = `{"Sid": "Guard", "Effect": "Deny", "Principal": {"AWS": "` + userARN + `"}, "Action": ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:AbortMultipartUpload"], "NotResource": "arn:aws:s3:::acme-logs/uploads/*"}`
)

func document(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

// bucket is a bucket without any trouble.
func bucket(region, policy, configuration string) string {
	return `{"Region": "` + region + `", "Versioning": {"Status": "Enabled"}, "Policy": ` + policy + `, "ReplicationConfiguration": ` + configuration + `,
		"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}, "RequestPayment": {"Payer": "BucketOwner"},
		"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
		"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": true}, "ObjectLockConfiguration": null}`
}

const ruleJSON = `{"ID": "logs", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}`

// A world is what an audit is made from, while it is being changed.
type world struct {
	testing.TB
	tree    map[string]any // accounts
	rules   []replication.Rule
	writers []replication.Writer
	input   audit.Input
}

// clean is a set-up in two accounts of which an audit finds nothing.
func clean(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, tree: map[string]any{}, rules: []replication.Rule{logs()}, input: audit.Input{SpecFile: "spec.yaml"}}
	w.put(own, `{"Listed": ["buckets", "roles", "users"], "buckets": {}, "roles": {}, "users": {}, "PublicAccessBlockConfiguration": null, "organization": null}`)
	w.put(foreign, `{"Listed": ["buckets"], "buckets": {}, "PublicAccessBlockConfiguration": null, "organization": null}`)
	w.put(source, bucket("us-east-1", "null", `{"Role": "`+roleARN+`", "Rules": [`+ruleJSON+`]}`))
	w.put(destination, bucket("eu-west-1", document(receive), "null"))
	w.put(role, `{"RoleId": "AROAEXAMPLE", "AssumeRolePolicyDocument": `+document(trustS3)+`, "InlinePolicies": {}, "AttachedPolicies": {}, "PermissionsBoundary": null, "Tags": []}`)
	w.put(rolePolicy, document(readBucket, readObjects, write))
	return w
}

// logs is the rule of the SPEC.
func logs() replication.Rule {
	return replication.Rule{
		Name: "logs", Role: roleARN, Enabled: true, Priority: 1, Tags: replication.Replicate, Annotations: replication.Omit,
		From: replication.Bucket{Name: "acme-logs", Account: own, Partition: "aws", Region: "us-east-1"},
		To:   replication.Bucket{Name: "acme-logs-copy", Account: foreign, Partition: "aws", Region: "eu-west-1"},
		Pos:  diag.Pos{File: "spec.yaml", Line: 9, Column: 5},
	}
}

func uploader() replication.Writer {
	return replication.Writer{
		Name: "uploader", Kind: "user", ARN: userARN, Account: own, Prefixes: []string{"uploads/"}, Bucket: logs().From,
		Pos: diag.Pos{File: "spec.yaml", Line: 20, Column: 5},
	}
}

// An edit changes a world.
type edit func(*world)

// put sets what lies at a path to what a text says.
func put(path, text string) edit { return func(w *world) { w.put(path, text) } }

// drop takes away what lies at a path: it was not read.
func drop(path string) edit { return func(w *world) { w.put(path, "") } }

// with adds a statement to a document, which may not be there.
func with(path, statement string) edit {
	return func(w *world) {
		holder, last := w.find(path)
		d, ok := holder[last].(map[string]any)
		if !ok {
			w.put(path, document(statement))
			return
		}
		d["Statement"] = append(d["Statement"].([]any), w.decode(statement))
	}
}

// rule changes the rule of the SPEC.
func rule(change func(*replication.Rule)) edit { return func(w *world) { change(&w.rules[0]) } }

// preferred lets the destination's replicas have other owners.
var preferred = put(destination+" > OwnershipControls", `{"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}`)

// noSpec audits without a SPEC. Without metrics nobody would see failures.
func noSpec(w *world) {
	w.input.SpecFile, w.rules, w.writers = "", nil, nil
	w.put(configRule+" > Destination > Metrics", `{"Status": "Enabled"}`)
}

// writes adds the uploader, whose policies allow what it needs.
func writes(change func(*replication.Writer)) edit {
	return func(w *world) {
		u := uploader()
		if change != nil {
			change(&u)
		}
		w.writers = append(w.writers, u)
		w.put(user, `{"UserId": "AIDAEXAMPLE", "InlinePolicies": {}, "AttachedPolicies": {}, "GroupPolicies": {}, "PermissionsBoundary": null}`)
		w.put(userPolicy, document(upload))
	}
}

// sameAccount moves the destination into the account of the source.
func sameAccount(w *world) {
	holder, last := w.find(destination)
	w.tree[own].(map[string]any)["buckets"].(map[string]any)[last] = holder[last]
	delete(w.tree, foreign)
	for i := range w.rules {
		w.rules[i].To.Account = own
	}
}

const sameDestination = own + " > buckets > acme-logs-copy"

func (w *world) decode(text string) any {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		w.Fatalf("%v in %s", err, text)
	}
	return v
}

// find returns the object that holds what a path names, and its key. Lists are
// found by index.
func (w *world) find(path string) (holder map[string]any, last string) {
	parts := strings.Split(path, " > ")
	holder = w.tree
	for i, p := range parts[:len(parts)-1] {
		switch next := holder[p].(type) {
		case map[string]any:
			holder = next
		case []any:
			holder = map[string]any{}
			for n, v := range next {
				holder[fmt.Sprint(n)] = v
			}
		default:
			w.Fatalf("nothing is at %s", strings.Join(parts[:i+1], " > "))
		}
	}
	return holder, parts[len(parts)-1]
}

func (w *world) put(path, text string) {
	holder, last := w.find(path)
	if text == "" {
		if _, ok := holder[last]; !ok {
			w.Fatalf("nothing is at %s", path)
		}
		delete(holder, last)
		return
	}
	holder[last] = w.decode(text)
}

// snapshot reads the world as a snapshot.
func (w *world) snapshot() *snapshot.Snapshot {
	w.Helper()
	data, err := json.Marshal(map[string]any{"schema": snapshot.Schema, "accounts": w.tree})
	if err != nil {
		w.Fatal(err)
	}
	s, err := snapshot.Parse("snapshot.json", data)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) audit() *audit.Audit {
	w.Helper()
	in := w.input
	in.Rules, in.Writers, in.Snapshot = slices.Clone(w.rules), slices.Clone(w.writers), w.snapshot()
	return audit.Run(in)
}

// short writes names of the set-up as one word.
var short = strings.NewReplacer(roleARN, "ROLE", userARN, "USER", dstARN, "DST", srcARN, "SRC", own, "OWN", foreign, "FOREIGN")

// line is a finding in one line: what every finding has.
func line(f audit.Finding) string {
	parts := []string{string(f.Outcome), f.Check, string(f.Severity), string(f.Document), f.Target}
	for _, s := range []string{string(f.Group), f.Action, string(f.Coverage)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if f.Fix != nil && f.Outcome != audit.Unknown { // what is unknown is always to be found out
		parts = append(parts, string(f.Fix.Op))
	}
	return short.Replace(strings.Join(parts, " "))
}

func lines(out *audit.Audit) []string {
	got := []string{}
	for _, f := range out.Findings {
		got = append(got, line(f))
	}
	return got
}

// says is all that the evidence of a finding says.
func says(f audit.Finding) string {
	var parts []string
	for _, e := range f.Evidence {
		at := ""
		if e.Statement != nil {
			at = fmt.Sprintf("[%d]", *e.Statement)
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s%s %s", e.Document, e.Policy, at, e.Says)))
	}
	return short.Replace(strings.Join(parts, "; "))
}

var enforced = fact.Of(replication.BucketOwnerEnforced)
