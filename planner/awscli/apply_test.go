package awscli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

const smallest = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:      { account: prod,   region: us-east-1 }
  acme-orders-copy: { account: backup, region: eu-west-1 }
replication:
  - name: orders
    from: acme-orders
    to: acme-orders-copy
`

// TestTwice applies a plan with everything in it: in the order of the steps, and
// the second time nothing.
func TestTwice(t *testing.T) {
	w := newWorld(t)
	w.versioned(prod, "src")
	w.versioned(backup, "dst")
	w.put(backup, `{"Version": "2012-10-17", "Statement": [{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*", "Resource": "*"}]}`,
		"key-policy", "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	p := everything()

	dry := w.applied(p, "--dry-run")
	if len(dry.writes) > 0 || !strings.Contains(dry.stdout, "would change: role repl\n") || !strings.Contains(dry.stdout, `+      "Sid": "RepligrantEncrypt"`) {
		t.Errorf("a dry run wrote %q and says:\n%s", dry.writes, dry.stdout)
	}
	want := []string{
		prod + " create-role", prod + " create-policy", prod + " attach-role-policy", prod + " create-policy", prod + " attach-role-policy",
		prod + " create-role", prod + " put-role-policy", prod + " create-user", prod + " put-user-policy",
		prod + " put-access-point-policy",
		backup + " put-key-policy", backup + " put-bucket-policy",
		prod + " put-bucket-replication",
	}
	if diff := cmp.Diff(want, w.applied(p).writes); diff != "" {
		t.Errorf("writes of the first run (-want +got):\n%s", diff)
	}
	again := w.applied(p)
	if len(again.writes) > 0 || !strings.HasSuffix(again.stdout, "--- 0 changes made\n") {
		t.Errorf("the second run wrote %q and says:\n%s", again.writes, again.stdout)
	}
	w.holds(backup, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*", "Resource": "*"},
		{"Sid": "RepligrantDecrypt", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/service-role/repl"}, "Action": ["kms:Decrypt"], "Resource": "*"},
		{"Sid": "RepligrantEncrypt", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/service-role/repl"}, "Action": ["kms:Encrypt"], "Resource": "*"},
		{"Sid": "RepligrantUseJobKey", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/batch"}, "Action": ["kms:Encrypt"], "Resource": "*"},
		{"Sid": "RepligrantEncryptUploads", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/service-role/repl"}, "Action": ["kms:Encrypt"], "Resource": "*"}]}`,
		"key-policy", "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab")
}

// TestForeign makes sure that nothing is lost that the script did not write.
func TestForeign(t *testing.T) {
	w := newWorld(t)
	w.versioned(prod, "acme-orders")
	w.versioned(backup, "acme-orders-copy")
	w.put(prod, `{"Arn": "arn:aws:iam::111122223333:role/acme-orders-replication", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
		{"Sid": "S3", "Effect": "Allow", "Principal": {"Service": ["s3.amazonaws.com"]}, "Action": ["sts:AssumeRole"], "Condition": {"StringEquals": {"aws:SourceAccount": "9"}}}]}}`,
		"role", "acme-orders-replication")
	w.put(backup, `{"Version": "2008-10-17", "Id": "Policy1", "Statement": [
		{"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::acme-orders-copy/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
		{"Sid": "RepligrantOther", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/other", "arn:aws:iam::111122223333:role/acme-orders-replication"]}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"},
		{"Sid": "RepligrantEveryone", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"},
		{"Sid": "RepligrantGone", "Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEEXAMPLE01"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"},
		{"Sid": "RepligrantToAccount", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*",
			"Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/acme-orders-replication"}}},
		{"Sid": "RepligrantReceiveReplicas2", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/acme-orders-replication"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"}]}`,
		"bucket-policy", "acme-orders-copy")
	w.put(prod, `{"Role": "arn:aws:iam::111122223333:role/acme-orders-replication", "Rules": [
		{"ID": "theirs", "Priority": 9, "Filter": {}, "Status": "Enabled", "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::elsewhere"}},
		{"ID": "orders", "Priority": 1, "Filter": {"Prefix": "old/"}, "Status": "Disabled", "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-orders-copy"}}]}`,
		"bucket-replication", "acme-orders")
	p := planOf(t, smallest)
	first := w.applied(p)
	if !strings.Contains(first.stdout, "note: the trust policy of role acme-orders-replication has other statements, which are kept\n") {
		t.Errorf("nobody is told who else may assume the role:\n%s", first.stdout)
	}
	if !strings.Contains(first.stdout, "note: the policy of bucket acme-orders-copy has statements for roles or users that are not in this plan, which are kept: RepligrantOther RepligrantEveryone\n") {
		t.Errorf("nobody is told which statements of repligrant are left:\n%s", first.stdout)
	}
	w.holds(prod, `{"Arn": "arn:aws:iam::111122223333:role/acme-orders-replication", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
		{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}`, "role", "acme-orders-replication")
	w.holds(backup, `{"Version": "2012-10-17", "Id": "Policy1", "Statement": [
		{"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::acme-orders-copy/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
		{"Sid": "RepligrantOther", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/acme-orders-replication", "arn:aws:iam::111122223333:role/other"]}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"},
		{"Sid": "RepligrantEveryone", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-orders-copy/*"},
		{"Sid": "RepligrantReceiveReplicasFKPAGOCJ", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/acme-orders-replication"},
			"Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-orders-copy/*"}]}`, "bucket-policy", "acme-orders-copy")
	w.holds(prod, `{"Role": "arn:aws:iam::111122223333:role/acme-orders-replication", "Rules": [
		{"ID": "theirs", "Priority": 9, "Filter": {}, "Status": "Enabled", "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::elsewhere"}},
		{"ID": "orders", "Priority": 1, "Filter": {"Prefix": ""}, "Status": "Enabled", "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-orders-copy"}}]}`,
		"bucket-replication", "acme-orders")
	const kept = "note: the replication configuration of bucket acme-orders has rules of other IDs, which are kept: [\"theirs\"]\n"
	again := w.applied(p)
	if len(again.writes) > 0 {
		t.Errorf("the second run wrote %q", again.writes)
	}
	for _, r := range []result{first, again} {
		if !strings.Contains(r.stdout, kept) {
			t.Errorf("nobody is told whose rules are left:\n%s", r.stdout)
		}
	}
}

// TestTwoSpecs has two teams replicate to one bucket, each with a SPEC of its
// own: whoever comes second leaves what the other has.
func TestTwoSpecs(t *testing.T) {
	orders, invoices := smallest, strings.NewReplacer("acme-orders:", "acme-invoices:", "from: acme-orders", "from: acme-invoices").Replace(smallest)
	for _, both := range [][2]string{{orders, invoices}, {invoices, orders}} {
		w := newWorld(t)
		w.versioned(prod, "acme-orders", "acme-invoices")
		w.versioned(backup, "acme-orders-copy")
		w.applied(planOf(t, both[0]))
		w.applied(planOf(t, both[1]))
		for _, again := range both {
			if r := w.applied(planOf(t, again)); len(r.writes) > 0 {
				t.Errorf("run again, the script wrote %q", r.writes)
			}
		}
		f := w.fake
		f.profile = backup
		got, err := f.load("nothing", "bucket-policy", "acme-orders-copy")
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(got)
		for _, role := range []string{"acme-orders-replication", "acme-invoices-replication"} {
			if !strings.Contains(text, "role/"+role) {
				t.Errorf("%s has nothing any more: %s", role, text)
			}
		}
	}
}

// TestAssumedBy has a writer that may be assumed by a user whose writes another
// SPEC guards: the guard stays.
func TestAssumedBy(t *testing.T) {
	const (
		head  = "version: 1\naccounts: {prod: {id: \"111122223333\"}}\nbuckets: {acme-orders: {account: prod, region: us-east-1}}\n"
		guard = head + "writers: [{name: app, kind: user, bucket: acme-orders, prefixes: [a/], guard: true}]\n"
		other = head + "writers: [{name: batch, bucket: acme-orders, prefixes: [b/], guard: true, assumed_by: [\"arn:aws:iam::111122223333:user/app\"]}]\n"
	)
	w := newWorld(t)
	w.applied(planOf(t, guard))
	w.applied(planOf(t, other))
	if r := w.applied(planOf(t, guard)); len(r.writes) > 0 {
		t.Errorf("the guard of the first SPEC is written anew: %q", r.writes)
	}
}

// TestStops makes sure of what the script refuses, and that it says why. A dry
// run says the same and goes on.
func TestStops(t *testing.T) {
	role := `{"Arn": "arn:aws:iam::111122223333:role/acme-orders-replication", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}`
	tests := []struct {
		name  string
		given func(*world)
		args  []string
		want  string
		dry   bool // a dry run goes on
	}{
		{"versioning of the destination", func(w *world) {
			w.put(backup, `{}`, "bucket-versioning", "acme-orders-copy")
		}, []string{"--step", "2"}, "versioning of bucket acme-orders-copy is never enabled", true},
		{"versioning of the source", func(w *world) {
			w.put(prod, `{"Status": "Suspended"}`, "bucket-versioning", "acme-orders")
		}, []string{"--step", "3"}, "versioning of bucket acme-orders is Suspended", true},
		{"another role", func(w *world) {
			w.put(prod, `{"Role": "arn:aws:iam::111122223333:role/other", "Rules": []}`, "bucket-replication", "acme-orders")
		}, []string{"--step", "3"}, "has role arn:aws:iam::111122223333:role/other, and S3 takes one role", true},
		{"rules of the first version", func(w *world) {
			w.put(prod, `{"Role": "arn:aws:iam::111122223333:role/acme-orders-replication", "Rules": [{"ID": "x", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::x"}}]}`,
				"bucket-replication", "acme-orders")
		}, []string{"--step", "3"}, "has rules without a Filter", true},
		{"a rule of another ID with the same priority", func(w *world) {
			w.put(prod, `{"Role": "arn:aws:iam::111122223333:role/acme-orders-replication", "Rules": [{"ID": "theirs", "Priority": 1, "Filter": {}, "Status": "Disabled",
				"DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-orders-copy"}}]}`, "bucket-replication", "acme-orders")
		}, []string{"--step", "3"}, `bucket acme-orders has rule "theirs" of priority 1 to arn:aws:s3:::acme-orders-copy, as has rule "orders" of the plan`, true},
		{"another path", func(w *world) {
			w.put(prod, strings.ReplaceAll(role, "role/", "role/team/"), "role", "acme-orders-replication")
		}, []string{"--step", "1"}, "there is arn:aws:iam::111122223333:role/team/acme-orders-replication", true},
		{"a policy of somebody else", func(w *world) {
			w.put(prod, role, "role", "acme-orders-replication")
			w.put(prod, `{"Version": "2012-10-17", "Statement": [{"Sid": "Destinations", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`, "role", "acme-orders-replication", "replication")
		}, []string{"--step", "1"}, "repligrant did not write it; --replace-policies replaces it", true},
		{"an old policy with variables", func(w *world) {
			w.put(backup, `{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-orders-copy/${x}"}]}`, "bucket-policy", "acme-orders-copy")
		}, []string{"--step", "2"}, "is of version 2008-10-17 and has ${ in it", false},
		{"no access", func(w *world) {
			w.faults("s3api get-bucket-policy: An error occurred (AccessDenied) when calling the GetBucketPolicy operation: no")
		}, []string{"--step", "2"}, "account 444455556666: aws s3api get-bucket-policy failed", false},
		{"a write that fails", func(w *world) {
			w.faults("iam create-role: An error occurred (AccessDenied) when calling the CreateRole operation: no")
		}, []string{"--step", "1"}, "account 111122223333: role acme-orders-replication: aws iam create-role failed", false},
		{"another account", func(w *world) {
			w.env = append(w.env, "AWS_PROFILE_backup="+prod)
		}, nil, "account backup is 444455556666, and the credentials are of 111122223333: name the profile with AWS_PROFILE_backup", false},
		{"nobody signed in", func(w *world) {
			w.faults("sts get-caller-identity: Unable to locate credentials")
		}, nil, "account prod (111122223333) cannot be entered", false},
		{"an unknown account", nothing, []string{"--account", "nobody"}, "the plan has no account nobody", false},
		{"an unknown step", nothing, []string{"--step", "4"}, "--step takes 1, 2 or 3", false},
		{"an unknown flag", nothing, []string{"--force"}, "unknown argument --force", false},
		{"no value", nothing, []string{"--step"}, "--step needs a value", false},
		{"a profile without an account", nothing, []string{"--profile", "audit"}, "--profile takes NAME=PROFILE", false},
		{"nothing to do", nothing, []string{"--account", "backup", "--step", "3"}, "the plan has nothing for account backup step 3", false},
	}
	p := planOf(t, strings.Replace(smallest, "    to:", "    prefix: \"a*b/\"\n    to:", 1)) // what needs a policy of version 2012-10-17
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.versioned(prod, "acme-orders")
			w.versioned(backup, "acme-orders-copy")
			tt.given(w)
			if tt.dry {
				dry := w.run(p, append(slices.Clone(tt.args), "--dry-run")...)
				if dry.status != 1 || !strings.Contains(dry.stdout, "would stop: ") || !strings.Contains(dry.stdout, tt.want) || len(dry.writes) > 0 {
					t.Errorf("a dry run: status %d, wrote %q, says\n%s%s", dry.status, dry.writes, dry.stdout, dry.stderr)
				}
			}
			r := w.run(p, tt.args...)
			if r.status == 0 || !strings.Contains(r.stderr, tt.want) {
				t.Errorf("status %d, standard error:\n%s\nwant %q", r.status, r.stderr, tt.want)
			}
		})
	}
}

func nothing(*world) {}

// TestFlags makes sure of what is done only where it is asked for.
func TestFlags(t *testing.T) {
	w := newWorld(t)
	w.put(prod, `{"Arn": "arn:aws:iam::111122223333:role/acme-orders-replication", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}`, "role", "acme-orders-replication")
	w.put(prod, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`, "role", "acme-orders-replication", "replication")
	p := planOf(t, smallest)
	first := w.applied(p, "--replace-policies", "--step", "1")
	if diff := cmp.Diff([]string{prod + " update-assume-role-policy", prod + " put-role-policy"}, first.writes); diff != "" {
		t.Errorf("step 1 (-want +got):\n%s", diff)
	}
	second := w.applied(p, "--account", "backup", "--enable-versioning", "--profile", "backup="+backup)
	if diff := cmp.Diff([]string{backup + " put-bucket-versioning", backup + " put-bucket-policy"}, second.writes); diff != "" {
		t.Errorf("the part of backup (-want +got):\n%s", diff)
	}
	help := w.applied(p, "--help")
	if len(help.writes) > 0 || !strings.Contains(help.stdout, "444455556666  backup  AWS_PROFILE_backup\n") {
		t.Errorf("--help wrote %q and says:\n%s", help.writes, help.stdout)
	}
}

// TestMerged makes sure that a script leaves alone what a merge found to grant
// everything already.
func TestMerged(t *testing.T) {
	w := newWorld(t)
	w.versioned(prod, "acme-orders")
	w.versioned(backup, "acme-orders-copy")
	p := planOf(t, smallest)
	for i := range p.Documents {
		if p.Documents[i].Step > 1 {
			p.Documents[i].Merged, p.Documents[i].Change = p.Documents[i].Document, planner.NoChange
		}
	}
	if r := w.applied(p, "--step", "2"); len(r.writes) > 0 {
		t.Errorf("the script wrote %q", r.writes)
	}
	p.Documents[len(p.Documents)-1].Change = planner.Add
	if diff := cmp.Diff([]string{prod + " put-bucket-replication"}, w.applied(p, "--step", "3").writes); diff != "" {
		t.Errorf("step 3 (-want +got):\n%s", diff)
	}
}

// prefixed is the smallest SPEC with so many rules, each with a prefix.
func prefixed(n int) string {
	head, _, _ := strings.Cut(smallest, "  - name: orders\n")
	var rules strings.Builder
	for i := range n {
		fmt.Fprintf(&rules, "  - {name: r%d, from: acme-orders, to: acme-orders-copy, priority: %d, prefix: \"%060d/\"}\n", i, i+1, i)
	}
	return head + rules.String()
}

// TestEarlier makes sure that what a plan grants in one form does not stay beside
// what it grants in another: one inline policy, two managed ones, one fewer. What
// has such a name and other content is somebody else's, and is kept.
func TestEarlier(t *testing.T) {
	const policies = "arn:aws:iam::111122223333:policy/acme-orders-replication-policy-"
	w := newWorld(t)
	few, many, more := planOf(t, prefixed(1)), planOf(t, prefixed(60)), planOf(t, prefixed(75))
	step := func(p *planner.Plan, want ...string) result {
		t.Helper()
		r := w.applied(p, "--step", "1")
		var got []string
		for _, l := range r.writes {
			got = append(got, strings.TrimPrefix(l, prod+" "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("writes (-want +got):\n%s", diff)
		}
		return r
	}
	made := []string{"create-policy", "attach-role-policy"}
	step(few, "create-role", "put-role-policy")
	r := step(many, slices.Concat(made, made, []string{"delete-role-policy"})...)
	if want := "changed: policy replication of role acme-orders-replication, which an earlier plan wrote: delete\n"; !strings.Contains(r.stdout, want) {
		t.Errorf("no %q in:\n%s", want, r.stdout)
	}
	step(more, "create-policy-version", "create-policy-version", "create-policy", "attach-role-policy")
	if dry := w.applied(many, "--step", "1", "--dry-run"); len(dry.writes) > 0 || !strings.Contains(dry.stdout, "would change: policy "+policies+"3 of role") {
		t.Errorf("a dry run wrote %q and says:\n%s", dry.writes, dry.stdout)
	}
	step(many, "create-policy-version", "create-policy-version", "detach-role-policy")

	w.put(prod, `{"`+policies+`1": true, "`+policies+`2": true, "`+policies+`7": true, "`+policies+`old": true, "arn:aws:iam::aws:policy/ReadOnlyAccess": true}`, "attached", "acme-orders-replication")
	w.put(prod, `{"default": "v1", "versions": [{"VersionId": "v1", "Document": {"Version": "2012-10-17", "Statement": {"Sid": "Theirs", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}]}`, "managed", policies+"7")
	r = step(few, "put-role-policy", "detach-role-policy", "detach-role-policy")
	for _, want := range []string{
		"changed: policy " + policies + "2 of role acme-orders-replication, which an earlier plan wrote: detach\n",
		"note: policy " + policies + "2 itself stays; delete it if nothing else has it\n",
		"note: the policy " + policies + "7 of role acme-orders-replication is named as an earlier plan would, and repligrant did not write it: it is kept\n",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in:\n%s", want, r.stdout)
		}
	}
	w.holds(prod, `{"`+policies+`7": true, "`+policies+`old": true, "arn:aws:iam::aws:policy/ReadOnlyAccess": true}`, "attached", "acme-orders-replication")
	step(few)
}

// TestSent makes sure that a policy of a bucket that nearly fills its quota is
// sent in as many bytes as the plan says.
func TestSent(t *testing.T) {
	w := newWorld(t)
	w.versioned(backup, "acme-orders-copy")
	p := planOf(t, strings.ReplaceAll(prefixed(190), "prefix: \"0000000", "prefix: \"é000000"))
	w.applied(p, "--step", "2")
	sent, err := os.ReadFile(filepath.Join(w.dir, "sent"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Documents {
		if d.Kind == replication.DestinationBucketPolicy && (len(sent) != d.Size || d.Size < 18_000) {
			t.Errorf("%d bytes were sent, and the plan says %d of %d", len(sent), d.Size, d.Limit)
		}
	}
}

// TestWaits makes sure that the script waits for a role that AWS does not know yet.
func TestWaits(t *testing.T) {
	w := newWorld(t)
	w.versioned(prod, "acme-orders")
	w.versioned(backup, "acme-orders-copy")
	message := "s3api put-bucket-policy: An error occurred (MalformedPolicy) when calling the PutBucketPolicy operation: Invalid principal in policy"
	w.faults(message, message)
	r := w.run(planOf(t, smallest))
	if r.status != 0 || r.stderr != "slept\nslept\n" {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}

// TestVersions makes sure that a managed policy gets a sixth version.
func TestVersions(t *testing.T) {
	w := newWorld(t)
	p := everything()
	arn := "arn:aws:iam::" + prod + ":policy/repl-policy"
	w.applied(p, "--step", "1")
	versions := ""
	for _, v := range []string{"v2", "v3", "v4", "v5"} {
		versions += `, {"VersionId": "` + v + `", "CreateDate": "2026-02-0` + v[1:] + `", "Document": {}}`
	}
	w.put(prod, `{"default": "v1", "count": 5, "versions": [{"VersionId": "v1", "CreateDate": "2026-01-01", "Document":
		{"Version": "2012-10-17", "Statement": [{"Sid": "SourceBucket2", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}}`+versions+`]}`, "managed", arn)
	r := w.applied(p, "--step", "1")
	if diff := cmp.Diff([]string{prod + " delete-policy-version", prod + " create-policy-version"}, r.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if !strings.Contains(r.stdout, "changed: version v2 of policy "+arn+": delete\n") {
		t.Errorf("the oldest version that is not in force stays:\n%s", r.stdout)
	}
	if again := w.applied(p, "--step", "1"); len(again.writes) > 0 {
		t.Errorf("the second run wrote %q", again.writes)
	}
}

// hostile are texts that a shell would run if it could.
var hostile = []string{
	`$(touch pwned)`, "`touch pwned`", `'; touch pwned; '`, `"; touch pwned; "`, "\\'$(touch pwned)", "line\nJSON\ntouch pwned\n",
	"${IFS}", "!!", "%s%n", "\u202e\u2066", "日本/\U0001F600", "<<'JSON'",
}

// TestHostile puts such texts where a plan can hold texts, and runs the script.
func TestHostile(t *testing.T) {
	w := newWorld(t)
	w.versioned(prod, "src")
	p := everything()
	p.Documents = slices.DeleteFunc(p.Documents, func(d planner.Document) bool { return d.Step == 2 })
	p.Requirements = nil
	for _, d := range everything().Documents {
		if d.Kind == replication.DestinationBucketPolicy {
			p.Documents = append(p.Documents, d)
		}
	}
	for _, text := range hostile {
		p.Warnings = append(p.Warnings, planner.Warning{Code: "code", Message: text})
	}
	all := quoteJSON(t, strings.Join(hostile, " "))
	for i := range p.Documents {
		d := &p.Documents[i]
		d.Document = []byte(strings.NewReplacer("dst/*", "dst/"+all, `"a/"`, `"`+all+`"`, `"one"`, `"`+all+`"`).Replace(string(d.Document)))
	}
	w.applied(p)
	if again := w.applied(p, "--step", "3"); len(again.writes) > 0 {
		t.Errorf("the second run wrote %q", again.writes)
	}
	f := w.fake
	f.profile = prod
	c, err := f.load("nothing", "bucket-replication", "src")
	if err != nil {
		t.Fatal(err)
	}
	if got := c["Rules"].([]any)[0].(object)["ID"]; got != strings.Join(hostile, " ") {
		t.Errorf("the ID of the rule did not arrive as it is: %q", got)
	}
	for _, text := range hostile {
		w.env = append(w.env, "AWS_PROFILE_prod="+text)
		if r := w.run(p, "--step", "3"); r.status != 1 {
			t.Errorf("profile %q: status %d", text, r.status)
		}
	}
}
