package audit_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// changes are what a drawn world may have beside the clean set-up.
var changes = []edit{
	put(rolePolicy, document(readBucket, readObjects)),
	put(rolePolicy, document(readBucket, readObjects, strings.ReplaceAll(write, "copy/*", "copy/a/*"))),
	put(dstPolicy, "null"),
	put(dstPolicy, document(strings.ReplaceAll(receive, "copy/*", "copy/b/*"))),
	put(trust, document()),
	with(trust, `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}`),
	with(dstPolicy, `{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`),
	with(rolePolicy, `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`),
	with(rolePolicy, `{"Effect": "Deny", "Action": "s3:GetObjectVersionAcl", "Resource": "*"}`),
	deny(`"s3:*"`, `{"BoolIfExists": {"aws:SecureTransport": "false"}}`),
	deny(`"s3:Replicate*"`, `{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}`),
	deny(`"s3:*"`, `{"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}`),
	with(srcPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::acme-logs/secret/*"}`),
	put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b", "Document": `+document(readOnly)+`}`),
	put(source+" > Versioning", `{"Status": "Suspended"}`),
	put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}`),
	put(destination+" > OwnershipControls > Rules", `[{"ObjectOwnership": "BucketOwnerEnforced"}]`),
	put(config, "null"),
	put(configRule+" > DeleteMarkerReplication > Status", `"Enabled"`),
	rule(func(r *replication.Rule) { r.OwnerOverride = true }),
	rule(func(r *replication.Rule) { r.DeleteMarkers = true }),
	rule(func(r *replication.Rule) { r.Tags = replication.Refuse }),
	rule(func(r *replication.Rule) { r.Prefix = "a/" }),
	writes(func(w *replication.Writer) { w.Guard = true }),
	func(w *world) { writes(nil)(w); with(srcPolicy, guard)(w) },
	put(rolePolicy, document(readBucket, write, `{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::acme-logs/*"}`)),
	put(rolePolicy, document(readBucket, readObjects, strings.Replace(write, "acme-logs-copy/*", "acme-*/${aws:PrincipalTag/dir}*", 1))),
	put(dstPolicy, document(`{"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::777788889999:root"}, "Action": "s3:*", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)),
	put(dstPolicy, document(strings.Replace(receive, `"`+roleARN+`"`, `["`+roleARN+`", "777788889999", "*"]`, 1))),
	put(destination+" > PublicAccessBlockConfiguration", "null"),
}

// ofKeys are what the policies of keys, and what the role may do with them, may have
// beside the clean set-up with KMS at both ends.
var ofKeys = []edit{
	with(dstKey+" > Policy", keyFor(`"*"`, `"kms:*"`, "")),
	with(dstKey+" > Policy", keyFor(`"*"`, `["kms:Encrypt", "kms:Decrypt"]`, `{"StringEquals": {"kms:CallerAccount": ["111122223333", "777788889999"]}}`)),
	with(dstKey+" > Policy", keyFor(`{"AWS": ["`+roleARN+`", "arn:aws:iam::777788889999:role/x"]}`, `["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt", "kms:CreateGrant"]`, "")),
	with(dstKey+" > Policy", keyFor(`{"AWS": ["`+roleARN+`", "arn:aws:iam::777788889999:role/x"]}`, `"kms:PutKeyPolicy"`, "")),
	with(dstKey+" > Policy", keyFor(`{"AWS": "arn:aws:iam::111122223333:root"}`, `"kms:*"`, "")),
	put(dstKey+" > Policy", document(keyFor(`{"AWS": "arn:aws:iam::111122223333:root"}`, `"kms:*"`, `{"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}`))),
	put(dstKey+" > Policy", document(keyFor(`{"AWS": "*"}`, `["kms:GenerateDataKey*", "kms:*crypt"]`, `{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/acme-logs-replication"}}`))),
	put(dstKey+" > Policy", document(strings.Replace(keyFor(`{"AWS": "`+roleARN+`"}`, `"kms:ScheduleKeyDeletion"`, ""), "Action", "NotAction", 1))),
	put(srcKey+" > Policy", document(keyFor(`{"AWS": "`+roleARN+`"}`, `["kms:Decrypt", "kms:DescribeKey"]`, ""))),
	with(srcKey+" > Policy", keyFor(`{"AWS": "777788889999"}`, `["kms:Decrypt", "kms:PutKeyPolicy"]`, "")),
	with(rolePolicy, `{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}`),
	put(rolePolicy, document(readBucket, readObjects, write, `{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], "Resource": ["`+srcKeyARN+`", "`+dstKeyARN+`"]}`)),
}

// keyFor is a statement of a key's policy.
func keyFor(principal, actions, condition string) string {
	st := `{"Effect": "Allow", "Principal": ` + principal + `, "Action": ` + actions + `, "Resource": "*"}`
	if condition == "" {
		return st
	}
	return grantIf(st, condition)
}

// facts are what a world may lose.
var facts = []string{
	foreign, source, destination, role, trust, rolePolicy, role + " > InlinePolicies", role + " > AttachedPolicies", role + " > PermissionsBoundary", role + " > Tags",
	srcPolicy, dstPolicy, config, source + " > Versioning", destination + " > Versioning", source + " > OwnershipControls", destination + " > OwnershipControls",
	source + " > ServerSideEncryptionConfiguration", source + " > ObjectLockConfiguration", source + " > PublicAccessBlockConfiguration", destination + " > PublicAccessBlockConfiguration",
	foreign + " > PublicAccessBlockConfiguration", source + " > Region", destination + " > Region",
}

// draw draws changes.
func draw(t *rapid.T) []int {
	return slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.IntRange(0, len(changes)-1), 0, 4, rapid.ID).Draw(t, "changes")))
}

// build makes the world of drawn changes. Those that do not fit together are
// not made.
func build(t testing.TB, picked []int, first ...edit) *world {
	w := clean(t)
	for _, e := range first {
		e(w)
	}
	for _, i := range picked {
		if i == 18 && w.tree[own].(map[string]any)["buckets"].(map[string]any)["acme-logs"].(map[string]any)["ReplicationConfiguration"] == nil {
			continue // there is no rule to change
		}
		changes[i](w)
	}
	return w
}

func encode(t testing.TB, out *audit.Audit) string {
	t.Helper()
	data, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestDeterministic audits twice: the same input gives the same bytes, in
// whatever order maps are walked.
func TestDeterministic(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		picked := draw(r)
		one, two := encode(t, build(t, picked).audit()), encode(t, build(t, picked).audit())
		if one != two {
			r.Fatalf("two audits differ:\n%s", cmp.Diff(one, two))
		}
	})
}

// requirements lists the requirements of the SPEC that findings of some outcomes name.
func requirements(out *audit.Audit, outcomes ...audit.Outcome) map[string]bool {
	all := map[string]bool{}
	for _, f := range out.Findings {
		if f.Origin == "live" || !slices.Contains(outcomes, f.Outcome) {
			continue
		}
		for _, id := range append(slices.Clone(f.Requirements), f.Requirement) {
			if id != "" {
				all[id] = true
			}
		}
	}
	return all
}

// wished are the requirements of the SPEC alone. A finding may be about those of live
// rules too, which nobody asks for where the configuration was not read.
func (w *world) wished() map[string]bool {
	all := map[string]bool{}
	for _, q := range replication.Requirements(w.rules) {
		all[q.ID] = true
	}
	for _, writer := range w.writers {
		for _, q := range replication.WriterRequirements(writer) {
			all[q.ID] = true
		}
	}
	return all
}

// unmet are the outcomes of a requirement that is not granted.
var unmet = []audit.Outcome{audit.Missing, audit.Blocked, audit.Unknown, audit.Mismatch}

// TestLessKnowledge forgets one fact: nothing that was not granted is granted
// then, and nothing is missing or blocked that was not.
func TestLessKnowledge(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		picked := draw(r)
		fact := rapid.SampledFrom(facts).Draw(r, "fact")
		before := build(t, picked).audit()
		w := build(t, picked)
		if !w.forget(fact) {
			return
		}
		after := w.audit()
		now, ofSpec := requirements(after, unmet...), w.wished()
		for id := range requirements(before, unmet...) {
			if !now[id] && ofSpec[id] && !strings.Contains(id, "kms:") { // KMS is asked for by the fact itself
				r.Fatalf("without %s, %s is granted; before: %v, after: %v", fact, id, lines(before), lines(after))
			}
		}
		was := requirements(before, audit.Missing, audit.Blocked)
		for id := range requirements(after, audit.Missing, audit.Blocked) {
			if !was[id] {
				r.Fatalf("without %s, %s is not met; before: %v, after: %v", fact, id, lines(before), lines(after))
			}
		}
		if before.Summary.Requirements.Granted < after.Summary.Requirements.Granted && len(before.Rules) == len(after.Rules) {
			r.Fatalf("without %s, more is granted: %+v, then %+v", fact, before.Summary, after.Summary)
		}
	})
}

// forget makes a fact one that was not read, if it is there.
func (w *world) forget(path string) bool {
	parts := strings.Split(path, " > ")
	at := any(w.tree)
	for _, p := range parts {
		m, ok := at.(map[string]any)
		if !ok {
			return false
		}
		if at, ok = m[p]; !ok {
			return false
		}
	}
	if path == rolePolicy {
		w.put(path, `{"unreadable": "AccessDenied"}`)
		return true
	}
	if len(parts) == 3 { // an entry: what is listed would not exist
		w.put(parts[0]+" > Listed", `[]`)
	}
	w.put(path, "")
	return true
}

// TestUnrelated adds an account and a bucket that no rule names: nothing changes.
func TestUnrelated(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		picked := draw(r)
		before := build(t, picked).audit()
		w := build(t, picked)
		w.put("777788889999", `{"Listed": ["buckets", "roles"], "buckets": {"zzz": `+bucket("us-east-1", document(receive), "null")+`}, "organization": null}`)
		w.put(own+" > buckets > unrelated", bucket("us-east-1", document(`{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}`), "null"))
		after := w.audit()
		after.Sources = before.Sources
		if diff := cmp.Diff(before, after); diff != "" {
			r.Fatalf("an unrelated account changes the audit (-before +after):\n%s", diff)
		}
	})
}

// TestIDs sees that findings keep their IDs where another rule comes before
// them, and that no two have one ID.
func TestIDs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		picked := draw(r)
		before := build(t, picked).audit()
		w := build(t, picked)
		first := logs()
		first.Name, first.Prefix, first.Priority = "zero", "zero/", 9
		w.rules = slices.Insert(w.rules, 0, first)
		ids := map[string]int{}
		for _, f := range w.audit().Findings {
			ids[f.ID]++
		}
		for id, n := range ids {
			if n > 1 {
				r.Fatalf("%d findings have the ID %s", n, id)
			}
		}
		for _, f := range before.Findings {
			// What is needed of a role, and the place in a configuration, change with the rules.
			if ids[f.ID] == 0 && f.Outcome != audit.Surplus {
				r.Fatalf("with one more rule, %s has another ID; now %v", line(f), lines(w.audit()))
			}
		}
	})
}

// TestFixesKeep applies each fix of a surplus that says what to write: no
// requirement that was granted is not granted then.
func TestFixesKeep(t *testing.T) {
	documents := map[replication.Kind]string{
		replication.RolePolicy: rolePolicy, replication.RoleTrustPolicy: trust,
		replication.SourceBucketPolicy: srcPolicy, replication.DestinationBucketPolicy: dstPolicy,
		replication.SourceKMSKeyPolicy: srcKey + " > Policy", replication.DestinationKMSKeyPolicy: dstKey + " > Policy",
	}
	applied := map[replication.Kind]int{}
	rapid.Check(t, func(r *rapid.T) {
		picked, keys := draw(r), []int(nil)
		if rapid.Bool().Draw(r, "keyed") {
			keys = rapid.SliceOfNDistinct(rapid.IntRange(0, len(ofKeys)-1), 1, 3, rapid.ID).Draw(r, "keys")
		}
		world := func() *world {
			if keys == nil {
				return build(t, picked)
			}
			w := build(t, picked, keyed)
			for _, n := range keys {
				ofKeys[n](w)
			}
			return w
		}
		before := world().audit()
		unmetBefore := requirements(before, unmet...)
		for _, f := range before.Findings {
			path := documents[f.Document]
			if f.Outcome != audit.Surplus || f.Fix == nil || f.Fix.Statement == nil || path == "" || len(f.Evidence) == 0 || f.Evidence[0].Statement == nil {
				continue
			}
			w := world()
			w.mend(path, *f.Evidence[0].Statement, f.Fix)
			applied[f.Document]++
			for id := range requirements(w.audit(), unmet...) {
				if !unmetBefore[id] {
					r.Fatalf("with the fix of %s, %s is not met", line(f), id)
				}
			}
		}
	})
	for _, k := range []replication.Kind{replication.RolePolicy, replication.DestinationBucketPolicy, replication.DestinationKMSKeyPolicy} {
		if applied[k] == 0 {
			t.Errorf("no fix of a %s was applied", k)
		}
	}
}

// mend replaces a statement of a document by that of a fix, or takes it out.
func (w *world) mend(path string, index int, fix *audit.Fix) {
	w.Helper()
	holder, last := w.find(path)
	d := holder[last].(map[string]any)
	statements := slices.Clone(d["Statement"].([]any))
	if fix.Op == audit.Remove {
		d["Statement"] = slices.Delete(statements, index, index+1)
		return
	}
	text, err := fix.Statement.MarshalJSON()
	if err != nil {
		w.Fatal(err)
	}
	statements[index] = w.decode(string(text))
	d["Statement"] = statements
}
