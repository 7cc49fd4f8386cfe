package iac_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

// The owner of what the tests below speak of, and what is there.
const (
	owner   = "111122223333"
	roleR   = "arn:aws:iam::" + owner + ":role/r"
	roleS   = "arn:aws:iam::" + owner + ":role/s"
	userU   = "arn:aws:iam::" + owner + ":user/u"
	policyP = "arn:aws:iam::" + owner + ":policy/p"
)

const anyDocument = `{"Version":"2012-10-17","Statement":[]}`

func documents(names ...string) fact.Value[map[string]snapshot.Document] {
	m := map[string]snapshot.Document{}
	for _, name := range names {
		m[name] = snapshot.ReadDocument(anyDocument)
	}
	return fact.Of(m)
}

// held is what is there before a plan: two roles and a user, each with an inline
// policy "old" and a managed one, and two buckets with policies.
func held() *snapshot.Snapshot {
	role := func() *snapshot.Role {
		return &snapshot.Role{InlinePolicies: documents("old"), AttachedPolicies: documents(policyP), PermissionsBoundary: fact.Absent[snapshot.Boundary]()}
	}
	bucket := func() *snapshot.Bucket {
		return &snapshot.Bucket{Policy: snapshot.ReadDocument(anyDocument), Versioning: enabled, ObjectLockConfiguration: unlocked}
	}
	return &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{owner: {
		Roles:   map[string]*snapshot.Role{roleR: role(), roleS: role()},
		Users:   map[string]*snapshot.User{userU: {InlinePolicies: documents("old"), AttachedPolicies: documents(policyP), GroupPolicies: documents()}},
		Buckets: map[string]*snapshot.Bucket{"a": bucket(), "b": bucket()},
	}}}
}

// change is a change of a resource, whose type is the beginning of its address.
func change(address, actions, before, after, unknown string) string {
	kind, _, _ := strings.Cut(address[strings.LastIndex(address, "aws_"):], ".")
	quoted := `"` + strings.ReplaceAll(actions, " ", `", "`) + `"`
	module := ""
	if at := strings.LastIndex(address, "."+kind); at > 0 {
		module = fmt.Sprintf(`"module_address": %q,`, strings.TrimSuffix(address[:at], ".data"))
	}
	return fmt.Sprintf(`{"address": %q, %s "mode": "managed", "type": %q, "change": {"actions": [%s], "before": %s, "after": %s, "after_unknown": %s}}`,
		address, module, kind, quoted, before, after, unknown)
}

// after lays a plan of changes over what is there.
func after(t *testing.T, config string, changes ...string) (*snapshot.Account, *iac.Layer) {
	t.Helper()
	l, err := iac.Terraform("plan.json", []byte(planText(strings.Join(changes, ","), config)), owner)
	if err != nil {
		t.Fatal(err)
	}
	return l.Over(held()).Accounts[owner], l
}

// What a resource held before it is replaced, or before it was deposed, goes.
func TestReplaced(t *testing.T) {
	const (
		oldInline   = `{"name": "old", "role": "r", "policy": "{}"}`
		newInline   = `{"name": "new", "role": "r", "policy": "{}"}`
		attachedOld = `{"role": "r", "policy_arn": "` + policyP + `"}`
		attachedNew = `{"role": "r", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}`
	)
	deposed := strings.Replace(change("aws_iam_role_policy.p", "delete", oldInline, "null", "{}"), `"mode"`, `"deposed": "1a2b", "mode"`, 1)
	for _, tt := range []struct {
		name, change     string
		inline, attached map[string]fact.State
	}{
		{
			"inline policy of another name", change("aws_iam_role_policy.p", "delete create", oldInline, newInline, "{}"),
			map[string]fact.State{"new": fact.Known},
			map[string]fact.State{policyP: fact.Known},
		},
		{
			"attachment of another policy", change("aws_iam_role_policy_attachment.p", "delete create", attachedOld, attachedNew, "{}"),
			map[string]fact.State{"old": fact.Known},
			map[string]fact.State{"arn:aws:iam::aws:policy/ReadOnlyAccess": fact.NotRead},
		},
		{
			"the same, in the other order", change("aws_iam_role_policy_attachment.p", "create delete", attachedOld, attachedNew, "{}"),
			map[string]fact.State{"old": fact.Known},
			map[string]fact.State{"arn:aws:iam::aws:policy/ReadOnlyAccess": fact.NotRead},
		},
		{"deposed", deposed, map[string]fact.State{}, map[string]fact.State{policyP: fact.Known}},
		{
			"the managed policy destroyed", change("aws_iam_policy.p", "delete", `{"arn": "`+policyP+`", "name": "p", "policy": "{}"}`, "null", "{}"),
			map[string]fact.State{"old": fact.Known},
			map[string]fact.State{},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, _ := after(t, "", tt.change)
			r := a.Roles[roleR]
			got := []map[string]fact.State{states(r.InlinePolicies), states(r.AttachedPolicies)}
			if d := cmp.Diff([]map[string]fact.State{tt.inline, tt.attached}, got); d != "" {
				t.Errorf("policies of the role (-want +got):\n%s", d)
			}
		})
	}
	a, _ := after(t, "", change("aws_s3_bucket_policy.p", "delete create", `{"bucket": "a", "policy": "{}"}`, `{"bucket": "b", "policy": "{}"}`, "{}"))
	if got := a.Buckets["a"].Policy; got.State() != fact.None {
		t.Errorf("the policy that goes to another bucket is %v, want none", got)
	}
	a, _ = after(t, "", change("aws_iam_role.x", "delete create", `{"name": "r", "arn": "`+roleR+`"}`, `{"name": "q"}`, "{}"))
	if got, there := a.Roles[roleR]; got != nil || !there || a.Roles["arn:aws:iam::"+owner+":role/q"] == nil {
		t.Errorf("a role of another name leaves the old one: %v", a.Roles)
	}
}

// Where one resource destroys what another puts, nobody knows which comes first.
func TestContested(t *testing.T) {
	const one = `{"bucket": "a", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": []}"}`
	for name, tt := range map[string]struct {
		changes []string
		want    fact.State
	}{
		"two addresses": {[]string{change("aws_s3_bucket_policy.one", "delete", one, "null", "{}"), change("aws_s3_bucket_policy.two", "create", "null", one, "{}")}, fact.NotRead},
		"made first":    {[]string{change("aws_s3_bucket_policy.one", "create delete", one, one, "{}")}, fact.NotRead},
		"made after":    {[]string{change("aws_s3_bucket_policy.one", "delete create", one, one, "{}")}, fact.Known},
	} {
		a, _ := after(t, "", tt.changes...)
		if got := a.Buckets["a"].Policy; got.State() != tt.want {
			t.Errorf("%s: the policy is %v, want %v", name, got, tt.want)
		}
	}
}

// A bucket that is replaced with all that belongs to it is as the plan says.
func TestReplacedWhole(t *testing.T) {
	const bucket, part = `{"bucket": "a"}`, `{"bucket": "a", "versioning_configuration": [{"status": "Enabled"}]}`
	a, _ := after(t, "", change("aws_s3_bucket.a", "delete create", bucket, bucket, "{}"), change("aws_s3_bucket_versioning.a", "delete create", part, part, "{}"))
	if b := a.Buckets["a"]; b.Versioning.String() != enabled.String() || b.Policy.State() != fact.None {
		t.Errorf("versioning is %v and the policy %v, want it enabled and no policy", b.Versioning, b.Policy)
	}
}

// aws_iam_policy_attachment detaches its policy from those that it lists no more.
func TestAttachmentsShrink(t *testing.T) {
	const before = `{"policy_arn": "` + policyP + `", "roles": ["r", "s"], "users": ["u"], "groups": []}`
	a, _ := after(t, "", change("aws_iam_policy_attachment.p", "update", before, `{"policy_arn": "`+policyP+`", "roles": ["s"], "users": [], "groups": []}`, "{}"))
	got := []map[string]fact.State{states(a.Roles[roleR].AttachedPolicies), states(a.Roles[roleS].AttachedPolicies), states(a.Users[userU].AttachedPolicies)}
	if d := cmp.Diff([]map[string]fact.State{{}, {policyP: fact.Known}, {}}, got); d != "" {
		t.Errorf("attached to r, s and u (-want +got):\n%s", d)
	}
	const single = `{"role": "r", "policy_arn": "` + policyP + `"}`
	a, _ = after(t, "", change("aws_iam_policy_attachment.p", "update", before, `{"policy_arn": "`+policyP+`", "roles": ["s"], "users": [], "groups": []}`, "{}"),
		change("aws_iam_role_policy_attachment.p", "no-op", single, single, "{}"))
	if got := states(a.Roles[roleR].AttachedPolicies); got[policyP] != fact.NotRead {
		t.Errorf("detached by one resource and attached by another, the policy is %v, want it unknown", got)
	}
	a, l := after(t, "", change("aws_iam_policy_attachment.p", "update", before, `{"policy_arn": "`+policyP+`", "roles": ["s", null]}`, `{"roles": [false, true]}`))
	if got := states(a.Roles[roleR].AttachedPolicies); got[policyP] != fact.NotRead || len(l.Left) == 0 {
		t.Errorf("with a role that nobody knows yet, r has %v, and %v is left; want the policy unknown", got, l.Left)
	}
}

// The exclusive resources leave nothing but what they list.
func TestExclusive(t *testing.T) {
	for _, tt := range []struct {
		kind, list       string
		inline, attached map[string]fact.State
	}{
		{"aws_iam_role_policies_exclusive", `"policy_names": []`, map[string]fact.State{}, map[string]fact.State{policyP: fact.Known}},
		{"aws_iam_role_policies_exclusive", `"policy_names": ["old"]`, map[string]fact.State{"old": fact.Known}, map[string]fact.State{policyP: fact.Known}},
		{"aws_iam_role_policy_attachments_exclusive", `"policy_arns": []`, map[string]fact.State{"old": fact.Known}, map[string]fact.State{}},
		{
			"aws_iam_role_policy_attachments_exclusive", `"policy_arns": ["arn:aws:iam::aws:policy/X"]`,
			map[string]fact.State{"old": fact.Known},
			map[string]fact.State{"arn:aws:iam::aws:policy/X": fact.NotRead},
		},
	} {
		a, _ := after(t, "", change(tt.kind+".x", "create", "null", `{"role_name": "r", `+tt.list+`}`, "{}"))
		r := a.Roles[roleR]
		if d := cmp.Diff([]map[string]fact.State{tt.inline, tt.attached}, []map[string]fact.State{states(r.InlinePolicies), states(r.AttachedPolicies)}); d != "" {
			t.Errorf("%s with %s (-want +got):\n%s", tt.kind, tt.list, d)
		}
	}
	const none = `{"role_name": "r", "policy_names": []}`
	put := change("aws_iam_role_policy.p", "create", "null", `{"name": "new", "role": "r", "policy": "{}"}`, "{}")
	a, _ := after(t, "", put, change("aws_iam_role_policies_exclusive.x", "no-op", none, none, "{}"))
	if d := cmp.Diff(map[string]fact.State{"old": fact.Known, "new": fact.Known}, states(a.Roles[roleR].InlinePolicies)); d != "" {
		t.Errorf("a resource that does not change takes nothing away (-want +got):\n%s", d)
	}
	a, _ = after(t, "", put, change("aws_iam_role_policies_exclusive.x", "create", "null", none, "{}"))
	if d := cmp.Diff(map[string]fact.State{"new": fact.NotRead}, states(a.Roles[roleR].InlinePolicies)); d != "" {
		t.Errorf("one that is made contends with what else the plan puts (-want +got):\n%s", d)
	}
	a, _ = after(t, "", change("aws_iam_policy.q", "create", "null", `{"name": "q", "policy": "{}"}`, `{"arn": true}`),
		change("aws_iam_role_policy_attachments_exclusive.x", "create", "null", `{"role_name": "r", "policy_arns": ["arn:aws:iam::`+owner+`:policy/q"]}`, "{}"))
	if d := cmp.Diff(map[string]fact.State{"arn:aws:iam::" + owner + ":policy/q": fact.Known}, states(a.Roles[roleR].AttachedPolicies)); d != "" {
		t.Errorf("it attaches what it lists (-want +got):\n%s", d)
	}
	a, _ = after(t, "", change("aws_iam_role_policies_exclusive.x", "create", "null", `{"role_name": "r"}`, `{"policy_names": true}`))
	if got := states(a.Roles[roleR].InlinePolicies); got["old"] != fact.NotRead {
		t.Errorf("with a list that nobody knows yet: %v, want the policy unknown", got)
	}
	a, _ = after(t, "", change("aws_iam_user_policies_exclusive.x", "delete", `{"user_name": "u", "policy_names": []}`, "null", "{}"))
	if got := states(a.Users[userU].InlinePolicies); got["old"] != fact.Known {
		t.Errorf("destroyed, the resource leaves %v, want all", got)
	}
}

// A user can get another name in place, and takes its policies along.
func TestRenamed(t *testing.T) {
	const to = "arn:aws:iam::" + owner + ":user/staff/v"
	a, _ := after(t, "", change("aws_iam_user.u", "update", `{"name": "u", "path": "/", "arn": "`+userU+`"}`, `{"name": "v", "path": "/staff/", "arn": "`+userU+`"}`, "{}"))
	if a.Users[userU] != nil || a.Users[to] == nil {
		t.Fatalf("users: %v, want %s", a.Users, to)
	}
	if got := states(a.Users[to].InlinePolicies); got["old"] != fact.Known {
		t.Errorf("its policies are %v", got)
	}
}

// Actions and values that no plan has are not passed over.
func TestOddChanges(t *testing.T) {
	_, l := after(t, "", change("aws_s3_bucket_policy.p", "melt", `{"bucket": "a"}`, `{"bucket": "a"}`, "{}"))
	if len(l.Left) != 1 || l.Left[0].Address != "aws_s3_bucket_policy.p" {
		t.Errorf("an action that nobody knows leaves %v", l.Left)
	}
	a, l := after(t, "", change("aws_s3_bucket_policy.p", "forget", `{"bucket": "a"}`, "null", "{}"))
	if a != nil && a.Buckets["a"].Policy.State() != fact.Known || len(l.Left) != 0 {
		t.Errorf("a resource that is forgotten changes something: %v", l.Left)
	}
	for _, text := range []string{change("aws_iam_role.r", "create", "null", "null", "{}"), change("aws_iam_role.r", "delete", "null", "null", "{}"), change("aws_kms_grant.g", "update", "{}", "7", "{}")} {
		if _, err := iac.Terraform("plan.json", []byte(planText(text, "")), owner); err == nil || !strings.Contains(err.Error(), "the plan does not say what aws_") {
			t.Errorf("%s: %v, want it refused", text, err)
		}
	}
}

// Blocks that are a set stand in another order in a plan than in the expressions,
// and dynamic blocks have no expressions at all.
func TestExpressionsOfBlocks(t *testing.T) {
	const two = `"rules": [{"id": "one", "status": "Enabled"}, {"id": "two", "status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::x"}]}]`
	bucket := func(address, name string) string {
		return change(address, "create", "null", `{"bucket": "`+name+`"}`, `{"arn": true, "id": true}`)
	}
	old := change("aws_s3_bucket.a", "create", "null", `{"bucket": "a", "replication_configuration": [{"role": "r", `+two+`}]}`,
		`{"replication_configuration": [{"rules": [{"destination": [{"bucket": true}]}, {}]}]}`)
	const refers = `{"destination": [{"bucket": {"references": ["aws_s3_bucket.copy.arn"]}}]}`
	config := `{"address": "aws_s3_bucket.a", "provider_config_key": "aws", "expressions": {"replication_configuration": [{"rules": [` + refers + `, {}]}]}}`
	a, _ := after(t, config, old, bucket("aws_s3_bucket.copy", "copy"))
	if got := a.Buckets["a"].ReplicationConfiguration; whyOpen(got) == "" {
		t.Errorf("blocks of a set are matched by their order: %v", got)
	}
	part := change("aws_s3_bucket_replication_configuration.a", "create", "null",
		`{"bucket": "a", "role": "r", "rule": [{"status": "Enabled"}, {"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::x"}]}]}`,
		`{"rule": [{"destination": [{"bucket": true}]}, {}]}`)
	config = `{"address": "aws_s3_bucket_replication_configuration.a", "provider_config_key": "aws", "expressions": {"rule": [` + refers + `]}}`
	a, _ = after(t, config, part, bucket("aws_s3_bucket.copy", "copy"))
	if got := a.Buckets["a"].ReplicationConfiguration; whyOpen(got) == "" {
		t.Errorf("one of two blocks is dynamic, and is taken for the other: %v", got)
	}
	config = strings.Replace(config, `"rule": [`, `"rule": [{}, `, 1)
	config = strings.Replace(config, `{}, `+refers, refers+`, {}`, 1)
	a, _ = after(t, config, part, bucket("aws_s3_bucket.copy", "copy"))
	if c, ok := a.Buckets["a"].ReplicationConfiguration.Get(); !ok || c.Rules[0].Destination.Bucket != "arn:aws:s3:::copy" {
		t.Errorf("a reference in a list of blocks is not followed: %v", a.Buckets["a"].ReplicationConfiguration)
	}
}

// Only a bucket, role or user that is made anew can have a name that nobody can
// mean now: what another resource gives may be the name of one that is there.
func TestNameFromElsewhere(t *testing.T) {
	const unknown = `{"bucket": true}`
	config := `{"address": "aws_s3_bucket_policy.p", "provider_config_key": "aws", "expressions": {"bucket": {"references": ["terraform_data.name.output"]}}}`
	data := `{"address": "terraform_data.name", "mode": "managed", "type": "terraform_data", "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {"output": true}}}`
	_, l := after(t, config, data, change("aws_s3_bucket_policy.p", "create", "null", `{"policy": "{}"}`, unknown))
	if len(l.Left) != 1 {
		t.Errorf("a policy of some bucket leaves %v, want itself", l.Left)
	}
	config = strings.Replace(config, "terraform_data.name.output", "aws_s3_bucket.new.id", 1)
	_, l = after(t, config, change("aws_s3_bucket.new", "create", "null", "{}", `{"bucket": true, "id": true}`),
		change("aws_s3_bucket_policy.p", "create", "null", `{"policy": "{}"}`, unknown))
	if len(l.Left) != 0 {
		t.Errorf("a policy of a new bucket leaves %v, want nothing", l.Left)
	}
}

// Tags of a new bucket or role are known where none are written, and unknown where
// those that are written are.
func TestTags(t *testing.T) {
	for tags, want := range map[string]fact.State{
		`"tags": null}|{"tags_all": true`: fact.None, `"name": "r"}|{"tags": true, "tags_all": true`: fact.NotRead, `"tags_all": {"a": "b"}}|{"x": true`: fact.Known,
		`"tags_all": {"a": "b"}}|{"tags_all": {"c": true}`: fact.NotRead,
	} {
		known, unknown, _ := strings.Cut(tags, "|")
		a, _ := after(t, "", change("aws_s3_bucket.new", "create", "null", `{"bucket": "new", `+known, unknown+"}"))
		if got := a.Buckets["new"].Tagging; got.State() != want {
			t.Errorf("with %s the tags of a new bucket are %v, want %v", tags, got, want)
		}
	}
	a, _ := after(t, "", change("aws_iam_role.r", "update", `{"name": "r", "arn": "`+roleR+`", "tags_all": {}}`, `{"name": "r", "arn": "`+roleR+`"}`, `{"tags_all": true}`))
	if got := a.Roles[roleR].Tags; got.Read() {
		t.Errorf("the tags of a role that gets new ones are %v, want them unknown", got)
	}
}

// Policies in dynamic blocks of a new role count, although a plan has no
// expressions for them; so does that a bucket with Object Lock is versioned.
func TestNewWithBlocks(t *testing.T) {
	a, _ := after(t, "", change("aws_iam_role.q", "create", "null", `{"name": "q", "inline_policy": [{"name": "one", "policy": "{}"}]}`, `{"managed_policy_arns": true}`))
	q := a.Roles["arn:aws:iam::"+owner+":role/q"]
	if got := states(q.InlinePolicies); len(got) != 1 || len(states(q.AttachedPolicies)) != 0 || !q.AttachedPolicies.Read() {
		t.Errorf("a new role has %v and %v", got, q.AttachedPolicies)
	}
	a, _ = after(t, "", change("aws_s3_bucket.new", "create", "null", `{"bucket": "new", "object_lock_enabled": true}`, `{"versioning": true}`))
	if v := a.Buckets["new"].Versioning; v.String() != enabled.String() {
		t.Errorf("versioning of a new bucket with Object Lock is %v, want it enabled", v)
	}
}

// A managed policy whose name is made up at apply has a document all the same.
func TestAttachedBeforeItsName(t *testing.T) {
	config := `{"address": "aws_iam_role_policy_attachment.a", "provider_config_key": "aws", "expressions": {"policy_arn": {"references": ["aws_iam_policy.new.arn"]}}}`
	a, _ := after(t, config, change("aws_iam_policy.new", "create", "null", `{"name_prefix": "x", "policy": "`+strings.ReplaceAll(anyDocument, `"`, `\"`)+`"}`, `{"arn": true, "name": true}`),
		change("aws_iam_role_policy_attachment.a", "create", "null", `{"role": "r"}`, `{"policy_arn": true}`))
	want := map[string]fact.State{policyP: fact.Known, "aws_iam_role_policy_attachment.a.policy_arn": fact.Known}
	if d := cmp.Diff(want, states(a.Roles[roleR].AttachedPolicies)); d != "" {
		t.Errorf("attached (-want +got):\n%s", d)
	}
}

// Boundaries are those of the plan: a new one with its document, one that is
// destroyed is unknown, one that is taken away is none.
func TestBoundaries(t *testing.T) {
	const limit = "arn:aws:iam::" + owner + ":policy/limit"
	role := func(boundary string) string {
		return `{"name": "r", "arn": "` + roleR + `", "permissions_boundary": ` + boundary + `}`
	}
	define := change("aws_iam_policy.limit", "create", "null", `{"name": "limit", "policy": "`+strings.ReplaceAll(anyDocument, `"`, `\"`)+`"}`, `{"arn": true}`)
	config := `{"address": "aws_iam_role.r", "provider_config_key": "aws", "expressions": {"permissions_boundary": {"references": ["aws_iam_policy.limit.arn"]}}}`
	a, _ := after(t, config, define, change("aws_iam_role.r", "update", role("null"), `{"name": "r", "arn": "`+roleR+`"}`, `{"permissions_boundary": true}`))
	if b, _ := a.Roles[roleR].PermissionsBoundary.Get(); b.PermissionsBoundaryARN != limit || b.Document.State() != fact.Known {
		t.Errorf("the new boundary is %v", a.Roles[roleR].PermissionsBoundary)
	}
	a, _ = after(t, config, change("aws_iam_role.r", "update", role(`"`+limit+`"`), role("null"), "{}"))
	if b := a.Roles[roleR].PermissionsBoundary; b.State() != fact.None {
		t.Errorf("the boundary that is taken away is %v", b)
	}
	a, _ = after(t, config, change("aws_iam_role.r", "update", role("null"), role(`"`+limit+`"`), "{}"), change("aws_iam_policy.limit", "delete", `{"name": "limit", "arn": "`+limit+`"}`, "null", "{}"))
	if b, _ := a.Roles[roleR].PermissionsBoundary.Get(); b.Document.Read() {
		t.Errorf("the document of a boundary that is destroyed is %v, want it unknown", b.Document)
	}
}

// The policy of a key is replaced, the key's default is unknown, and an alias has
// one key.
func TestKeys(t *testing.T) {
	const k, l = "arn:aws:kms:us-east-1:" + owner + ":key/k", "arn:aws:kms:us-east-1:" + owner + ":key/l"
	key := func(id, policy string) string {
		return `{"arn": "` + id + `", "key_id": "k", "is_enabled": true, "policy": ` + policy + `}`
	}
	a, _ := after(t, "", change("aws_kms_key.k", "no-op", key(k, `"{}"`), key(k, `"{}"`), "{}"),
		change("aws_kms_key_policy.k", "create", "null", `{"key_id": "k"}`, `{"policy": true}`))
	if address, ok := fact.Address(a.Keys[k].Policy.Why()); !ok || address != "aws_kms_key_policy.k.policy" {
		t.Errorf("the policy of the key is %v, want it known after apply", a.Keys[k].Policy)
	}
	a, _ = after(t, "", change("aws_kms_key_policy.k", "delete", `{"key_id": "`+k+`", "policy": "{}"}`, "null", "{}"))
	if address, ok := fact.Address(a.Keys[k].Policy.Why()); !ok || address != "aws_kms_key_policy.k" {
		t.Errorf("the policy of a key whose own is destroyed is %v, want it known after apply", a.Keys[k].Policy)
	}
	alias := func(id string) string { return `{"name": "alias/a", "target_key_arn": "` + id + `"}` }
	named := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{owner: {Keys: map[string]*snapshot.Key{k: {Aliases: fact.Of([]any{"alias/a"})}, l: {}}}}}
	layer, err := iac.Terraform("plan.json", []byte(planText(change("aws_kms_alias.a", "update", alias(k), alias(l), "{}"), "")), owner)
	if err != nil {
		t.Fatal(err)
	}
	keys := layer.Over(named).Accounts[owner].Keys
	if got := []int{len(keys[k].Aliases.Or(nil)), len(keys[l].Aliases.Or(nil))}; !cmp.Equal(got, []int{0, 1}) {
		t.Errorf("an alias that goes to another key: %v and %v", keys[k].Aliases, keys[l].Aliases)
	}
}

// Access points have the bucket and the policy that the plan gives them.
func TestAccessPoints(t *testing.T) {
	const id = "arn:aws:s3:us-east-1:" + owner + ":accesspoint/ap"
	config := `{"address": "aws_s3_access_point.ap", "provider_config_key": "aws", "expressions": {"bucket": {"references": ["aws_s3_bucket.new.id"]}}},
		{"address": "aws_s3control_access_point_policy.ap", "provider_config_key": "aws", "expressions": {"access_point_arn": {"references": ["aws_s3_access_point.ap.arn"]}}}`
	bucket := change("aws_s3_bucket.new", "create", "null", `{"bucket": "new"}`, `{"id": true, "arn": true}`)
	point := change("aws_s3_access_point.ap", "create", "null", `{"name": "ap"}`, `{"bucket": true, "arn": true, "account_id": true, "policy": true}`)
	a, l := after(t, config, bucket, point)
	p := a.AccessPoints[id]
	if p == nil || p.Bucket != "new" || p.Policy.State() != fact.None || len(l.Left) != 0 {
		t.Fatalf("the access point is %+v; left: %v", p, l.Left)
	}
	a, l = after(t, config, bucket, point, change("aws_s3control_access_point_policy.ap", "create", "null", `{"policy": "`+strings.ReplaceAll(anyDocument, `"`, `\"`)+`"}`, `{"access_point_arn": true}`))
	if got := a.AccessPoints[id].Policy; got.State() != fact.Known || len(l.Left) != 0 {
		t.Errorf("its policy is %v; left: %v", got, l.Left)
	}
}

// In the call of a module, each.key is the index of the call.
func TestModuleCalls(t *testing.T) {
	bucket := func(key string) string {
		return change(`aws_s3_bucket.s["`+key+`"]`, "create", "null", `{"bucket": "acme-`+key+`"}`, `{"id": true, "arn": true}`)
	}
	version := func(key string) string {
		return change(`module.m["`+key+`"].module.n.aws_s3_bucket_versioning.v`, "create", "null", `{"versioning_configuration": [{"status": "Enabled"}]}`, `{"bucket": true}`)
	}
	text := `{"format_version": "1.2", "resource_changes": [` + strings.Join([]string{bucket("a.b"), bucket("c"), version("a.b"), version("c")}, ",") + `], "configuration": {
		"provider_config": {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}},
		"root_module": {"resources": [{"address": "aws_s3_bucket.s", "provider_config_key": "aws", "for_each_expression": {}}], "module_calls": {"m": {
			"for_each_expression": {"references": ["REFERENCE"]}, "expressions": {"bucket": {"references": REFERENCES}}, "module": {"module_calls": {"n": {
			"expressions": {"name": {"references": ["var.bucket"]}}, "module": {"resources": [{"address": "aws_s3_bucket_versioning.v", "provider_config_key": "aws",
			"expressions": {"bucket": {"references": ["var.name"]}}}]}}}}}}}}}`
	for references, each := range map[string]string{`["aws_s3_bucket.s", "each.key"]`: "local.x", `["each.value.id", "each.value"]`: "aws_s3_bucket.s"} {
		a, l := apply(t, strings.Replace(strings.Replace(text, "REFERENCES", references, 1), "REFERENCE", each, 1))
		for _, name := range []string{"acme-a.b", "acme-c"} {
			if b := a.Buckets[name]; b == nil || b.Versioning.String() != enabled.String() {
				t.Errorf("with %s, bucket %s is %+v; left: %v", references, name, b, l.Left)
			}
		}
	}
}

// Providers tell their accounts in several ways; one that stands in a module has
// variables that a plan does not tell.
func TestProviderAccounts(t *testing.T) {
	const inPrior = `"prior_state": {"values": {"root_module": {"resources": [{"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "values": {"account_id": "444455556666"}}]}}},`
	for _, tt := range []struct{ name, prior, provider, config, want string }{
		{"role", "", `"expressions": {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}`, "", "444455556666"},
		{"last of several roles", "", `"expressions": {"assume_role": [{"role_arn": {"constant_value": "arn:aws:iam::123456789012:role/a"}}, {"role_arn": {"references": ["var.role"]}}]}`, "", "444455556666"},
		{"web identity", "", `"expressions": {"assume_role_with_web_identity": [{"role_arn": {"references": ["var.role"]}}]}`, "", "444455556666"},
		{"several accounts", "", `"expressions": {"allowed_account_ids": {"constant_value": ["444455556666", "111122223333"]}}`, "", ""},
		{"a variable of a module", "", `"module_address": "module.m", "expressions": {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}`, "", ""},
		{"who it is", inPrior, `"expressions": {}`, `, {"address": "data.aws_caller_identity.me", "provider_config_key": "aws"}`, "444455556666"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := `{"format_version": "1.2", ` + tt.prior + `"variables": {"role": {"value": "arn:aws:iam::444455556666:role/deploy"}}, "resource_changes": [` + newBucket + `],
				"configuration": {"provider_config": {"aws": {` + tt.provider + `}}, "root_module": {"resources": [` + bucketConfig + tt.config + `]}}}`
			l, err := iac.Terraform("plan.json", []byte(text), "")
			switch {
			case tt.want == "" && err == nil:
				t.Errorf("the account is %q, want the plan refused", l.Accounts)
			case tt.want != "" && (err != nil || !cmp.Equal(l.Accounts, []string{tt.want})):
				t.Errorf("%v, %v; want %s", l, err, tt.want)
			}
		})
	}
}

// One account that is given for several providers is told.
func TestOneAccountForSeveral(t *testing.T) {
	other := `{"address": "aws_s3_bucket.copy", "provider_config_key": "aws.backup"}`
	_, l := apply(t, planText(newBucket+","+change("aws_s3_bucket.copy", "create", "null", `{"bucket": "copy"}`, "{}"), bucketConfig+","+other))
	want := []string{"provider:aws.backup=111122223333", "provider:aws=111122223333"}
	if d := cmp.Diff(want, l.Taken); d != "" {
		t.Errorf("taken for granted (-want +got):\n%s", d)
	}
}
