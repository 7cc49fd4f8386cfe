package audit_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// A change of a world, and what two audits of it say became of the findings.
func changed(t *testing.T, before, now []edit) *audit.Difference {
	t.Helper()
	return compared(t, audited(t, before), audited(t, now))
}

func audited(t *testing.T, edits []edit) *audit.Audit {
	t.Helper()
	w := clean(t)
	for _, e := range edits {
		e(w)
	}
	return w.audit()
}

func compared(t *testing.T, before, now *audit.Audit) *audit.Difference {
	t.Helper()
	d, err := audit.Compare(before, now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// all shows all.
func all(w *world) { w.input.All = true }

func changesIn(d *audit.Difference) []string {
	l := []string{}
	for _, f := range d.Findings {
		l = append(l, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", f.Change, f.Finding.Check, f.Finding.Target, f.Because)))
	}
	for _, r := range d.Rules {
		l = append(l, strings.TrimSpace(fmt.Sprintf("rule %s %q %q %s", r.Rule, r.Before, r.Now, r.Because)))
	}
	for _, q := range d.Requirements {
		l = append(l, fmt.Sprintf("%s: %s, now %s", q.Requirement, q.Before, q.Now))
	}
	for i := range l {
		l[i] = short.Replace(l[i])
	}
	return l
}

const unreadable = `{"unreadable": "AccessDenied"}`

// dangerous lets the role delete replicas.
var dangerous = with(rolePolicy, `{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)

func TestDifference(t *testing.T) {
	const object = "logs/acme-logs/acme-logs-copy/s3:ReplicateObject: "
	refused, some := put(dstPolicy, document(strings.ReplaceAll(receive, "s3:ReplicateObject", "s3:ReplicateDelete"))),
		with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/a*"}`)
	every := with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)
	for _, tt := range []struct {
		name          string
		before, now   []edit
		certain, open bool
		want          []string
	}{
		{name: "nothing", want: []string{}},
		{
			name: "a gap is mended", before: []edit{refused, all}, now: []edit{all}, certain: true,
			want: []string{"gone permission-missing DST", "gone permission-surplus DST", `rule logs "fails" "replicates"`, object + "missing, now granted"},
		},
		{
			name: "a gap comes", now: []edit{refused, all}, before: []edit{all}, certain: true,
			want: []string{"new permission-missing DST", "new permission-surplus DST", `rule logs "replicates" "fails"`, object + "granted, now missing"},
		},
		{
			name: "without --all it is not told that something was granted", now: []edit{refused}, certain: true,
			want: []string{"new permission-missing DST", "new permission-surplus DST", `rule logs "replicates" "fails"`, object + "not-listed, now missing"},
		},
		{
			name: "worse", before: []edit{some}, now: []edit{every}, certain: true,
			want: []string{"changed permission-blocked DST", `rule logs "degraded" "fails"`},
		},
		{
			name: "the same gap, and one more", before: []edit{dangerous}, now: []edit{dangerous, put(destination+" > Versioning", `{}`)}, certain: true,
			want: []string{"new versioning-disabled DST", "same permission-surplus ROLE", `rule logs "replicates" "fails"`},
		},
		{
			name: "what is not read any more is not mended", before: []edit{refused}, now: []edit{put(dstPolicy, unreadable)}, open: true,
			want: []string{
				"new read-denied DST", "undecided permission-missing DST requirement", "undecided permission-surplus DST unread",
				`rule logs "fails" "unknown"`, object + "missing, now unknown",
			},
		},
		{
			name: "nor is the surplus of a role that is not read", before: []edit{dangerous}, now: []edit{put(rolePolicy, unreadable)}, open: true,
			want: []string{"new read-denied ROLE", "undecided permission-surplus ROLE unread", `rule logs "replicates" "unknown"`, object + "not-listed, now unknown"},
		},
		{
			name: "what is read now", before: []edit{put(dstPolicy, unreadable)}, certain: true,
			want: []string{"gone read-denied DST", `rule logs "unknown" "replicates"`, object + "unknown, now not-listed"},
		},
		{
			name: "an account that nobody has any more", before: []edit{put(destination+" > Versioning", `{}`)}, now: []edit{drop(foreign)}, open: true,
			want: []string{"new read-denied FOREIGN", "undecided versioning-disabled DST unread", `rule logs "fails" "unknown"`, object + "not-listed, now unknown"},
		},
		{
			name: "another document of the same bucket was not read", before: []edit{put(destination+" > Versioning", `{}`)}, now: []edit{put(dstPolicy, unreadable)}, certain: true, open: true,
			want: []string{"new read-denied DST", "gone versioning-disabled DST", `rule logs "fails" "unknown"`, object + "not-listed, now unknown"},
		},
		{
			name: "the rule is gone, and its gaps with it", before: []edit{noSpec, refused}, now: []edit{noSpec, put(config, "null"), put(dstPolicy, "null")}, certain: true,
			want: []string{"gone permission-missing DST", "gone permission-surplus DST", `rule logs "fails" ""`, object + "missing, now not-required"},
		},
		{
			name: "the rule is not looked at", before: []edit{noSpec, refused}, open: true,
			now:  []edit{noSpec, func(w *world) { w.input.Buckets = []string{"acme-logs-copy"} }},
			want: []string{"undecided permission-missing DST not-audited", "undecided permission-surplus DST not-audited", `rule logs "fails" "" not-audited`, object + "missing, now not-audited"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := changed(t, tt.before, tt.now)
			var rest []string
			for _, l := range changesIn(d) { // requirements that follow from the others
				if !strings.Contains(l, "unknown") || strings.Contains(l, "ReplicateObject") || !strings.HasPrefix(l, "logs/") {
					rest = append(rest, l)
				}
			}
			if rest == nil {
				rest = []string{}
			}
			if diff := cmp.Diff(tt.want, rest); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if d.Certain() != tt.certain || d.Open() != tt.open {
				t.Errorf("certain %v and open %v, want %v and %v", d.Certain(), d.Open(), tt.certain, tt.open)
			}
		})
	}
}

// TestDifferenceOfParts: what is unknown is one finding, or one for each
// requirement, and the same either way.
func TestDifferenceOfParts(t *testing.T) {
	folded, single := audited(t, []edit{put(rolePolicy, unreadable)}), audited(t, []edit{put(rolePolicy, unreadable), all})
	if len(folded.Findings) >= len(single.Findings) {
		t.Fatalf("%d findings, one by one %d", len(folded.Findings), len(single.Findings))
	}
	for _, d := range []*audit.Difference{compared(t, folded, single), compared(t, single, folded)} {
		if d.Certain() || d.Open() || d.Summary.Same == 0 {
			t.Errorf("the same audit with and without --all differs: %v", changesIn(d))
		}
	}
}

// TestDifferenceRefuses what another tool wrote.
func TestDifferenceRefuses(t *testing.T) {
	a, other := audited(t, nil), audited(t, nil)
	other.Tool.Name = "another"
	for _, pair := range [][2]*audit.Audit{{a, other}, {other, a}} {
		if d, err := audit.Compare(pair[0], pair[1]); err == nil || d != nil || !strings.Contains(err.Error(), `"another"`) {
			t.Errorf("Compare = %v, %v", d, err)
		}
	}
}

// breaks are set-ups with something wrong of every kind.
var breaks = map[string][]edit{
	"no destination policy":   {put(dstPolicy, "null")},
	"dangerous":               {dangerous},
	"versioning":              {put(destination+" > Versioning", `{"Status": "Suspended"}`), put(source+" > Versioning", `{}`)},
	"trust":                   {put(trust, document(`{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}`))},
	"trust too wide":          {with(trust, `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}`)},
	"boundary":                {put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b", "Document": `+document(`{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}`)+`}`)},
	"SCP":                     {put(own+" > organization", `{"Id": "o-a", "Path": "o-a/r/", "ManagementAccount": false, "SCPs": [[`+document(`{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}`)+`]], "RCPs": [[]]}`)},
	"RCP":                     {put(foreign+" > organization", `{"Id": "o-a", "Path": "o-a/r/", "ManagementAccount": false, "SCPs": [], "RCPs": [[`+document(`{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}`)+`]]}`)},
	"requester pays":          {put(destination+" > RequestPayment", `{"Payer": "Requester"}`)},
	"restricted":              {put(dstPolicy, document(strings.Replace(receive, `{"AWS": "`+roleARN+`"}`, `"*"`, 1)))},
	"other role":              {put(config+" > Role", `"arn:aws:iam::111122223333:role/other"`)},
	"no rule":                 {put(config, "null")},
	"other rule":              {put(configRule+" > Filter", `{"Prefix": "a/"}`)},
	"flawed rule":             {put(configRule+" > Status", `"Maybe"`)},
	"Object Lock":             {put(source+" > ObjectLockConfiguration", `{"ObjectLockEnabled": "Enabled"}`)},
	"SSE-C":                   {put(destination+" > ServerSideEncryptionConfiguration", `{"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}]}`), rule(func(r *replication.Rule) { r.SSECObjects = true })},
	"tags":                    {rule(func(r *replication.Rule) { r.Tags = replication.Refuse })},
	"ownership":               {preferred, rule(func(r *replication.Rule) { r.To.ObjectOwnership = enforced })},
	"orphan":                  {with(dstPolicy, `{"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEID1234567"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)},
	"no effect":               {with(rolePolicy, `{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-logs/*"}`)},
	"inapplicable condition":  {with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a"}}}`)},
	"encryption":              {put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}`)},
	"writer too wide":         {writes(nil), with(userPolicy, `{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs/*"}`)},
	"writer cannot write":     {writes(nil), put(userPolicy, document(guard[:0]+`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}`))},
	"ownership of the source": {put(source+" > OwnershipControls", `{"Rules": [{"ObjectOwnership": "ObjectWriter"}]}`), rule(func(r *replication.Rule) { r.From.ObjectOwnership = enforced })},
	"owner override":          {preferred, rule(func(r *replication.Rule) { r.OwnerOverride = true })},
	"live owner override":     {preferred, put(configRule+" > Destination > AccessControlTranslation", `{"Owner": "Destination"}`), put(configRule+" > Destination > Account", `"444455556666"`)},
	"annotations":             {rule(func(r *replication.Rule) { r.Annotations = replication.Refuse })},
	"not allowed": {func(w *world) {
		w.input.Allowed = replication.Allowed{Accounts: []string{own}, Regions: []string{"eu-north-1"}}
	}},
	"region":                       {put(destination+" > Region", `"eu-north-1"`), rule(func(r *replication.Rule) { r.To.Region = "eu-west-1" })},
	"restricted by the account":    {put(dstPolicy, document(strings.Replace(receive, `{"AWS": "`+roleARN+`"}`, `"*"`, 1))), put(destination+" > PublicAccessBlockConfiguration", "null"), put(foreign+" > PublicAccessBlockConfiguration", `{"RestrictPublicBuckets": true}`)},
	"delete markers":               {put(configRule+" > DeleteMarkerReplication", `{"Status": "Enabled"}`), rule(func(r *replication.Rule) { r.DeleteMarkers = true })},
	"a disabled key":               {keyed, put(srcKey+" > KeyMetadata", `{"KeyState": "Disabled", "KeyManager": "CUSTOMER"}`)},
	"a disabled replica key":       {keyed, put(dstKey+" > KeyMetadata", `{"KeyState": "Disabled", "KeyManager": "CUSTOMER"}`)},
	"a key of AWS":                 {keyed, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "AWS"}`)},
	"a key policy without role":    {keyed, put(dstKey+" > Policy", document(strings.ReplaceAll(encrypts, roleARN, "arn:aws:iam::444455556666:root")))},
	"a key policy that denies":     {keyed, with(srcKey+" > Policy", `{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}`)},
	"no right to decrypt":          {keyed, put(rolePolicy, document(readBucket, readObjects, write, useReplica))},
	"no key":                       {keyed, put(foreign+" > Listed", `["buckets", "keys"]`), put(dstKey, "null")},
	"KMS not selected":             {keyed, drop(configRule + " > SourceSelectionCriteria"), drop(configRule + " > Destination > EncryptionConfiguration"), rule(func(r *replication.Rule) { r.KMSObjects, r.ReplicaKMSKey = false, "" })},
	"an alias":                     {keyed, put(configRule+" > Destination > EncryptionConfiguration", `{"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:alias/a"}`)},
	"a key of another Region":      {keyed, put(destination+" > Region", `"eu-north-1"`), rule(func(r *replication.Rule) { r.To.Region = "eu-north-1" })},
	"too wide on keys":             {keyed, with(rolePolicy, `{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}`)},
	"writer of keys":               {keyed, writes(nil)},
	"writer through a point":       {writes(func(w *replication.Writer) { w.AccessPoint = "in" }), put(own+" > accessPoints", `{"arn:aws:s3:us-east-1:111122223333:accesspoint/in": {"Bucket": "acme-logs", "Policy": `+document(guard)+`}}`)},
	"writer not guarded":           {writes(func(w *replication.Writer) { w.Guard = true })},
	"writer is not there":          {writes(nil), put(user, "null")},
	"role is not there":            {put(role, "null")},
	"bucket is not there":          {put(destination, "null")},
	"a source policy that denies":  {with(srcPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::acme-logs/*"}`)},
	"an inapplicable key of roles": {with(rolePolicy, `{"Effect": "Allow", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a"}}}`)},
	"policy over quota":            {with(rolePolicy, `{"Effect": "Deny", "Action": "ec2:*", "Resource": "`+strings.Repeat("a", 11000)+`"}`)},
}

// unreadings are ways not to read a part of a world. None of them mends anything.
func unreadings(w *world) map[string][]edit {
	out := map[string][]edit{}
	for id, account := range w.tree {
		out[id] = []edit{drop(id)}
		fields := account.(map[string]any)
		for _, f := range []string{"organization", "PublicAccessBlockConfiguration"} {
			out[id+" > "+f] = []edit{drop(id + " > " + f)}
		}
		for _, kind := range []string{"buckets", "roles", "users", "keys", "accessPoints"} {
			entities, _ := fields[kind].(map[string]any)
			for name, entity := range entities {
				if entity == nil {
					continue // there is none
				}
				at := id + " > " + kind + " > " + name
				out[at] = []edit{put(id+" > Listed", "[]"), drop(at)}
				for field, value := range entity.(map[string]any) {
					out[at+" > "+field] = []edit{drop(at + " > " + field)}
					if field == "InlinePolicies" {
						for policy := range value.(map[string]any) {
							out[at+" > "+field+" > "+policy] = []edit{put(at+" > "+field+" > "+policy, unreadable)}
						}
					}
				}
			}
		}
	}
	delete(out, own+" > roles > "+roleARN+" > RoleId") // the Region, ID and tags of something are no reason to find anything
	return out
}

// TestNothingIsMendedByNotReading: whatever is wrong, an audit that reads less
// does not say that it is gone, and gives no reason to think that all is well.
func TestNothingIsMendedByNotReading(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(breaks)) {
		for _, spec := range []bool{true, false} {
			edits := slices.Clone(breaks[name])
			if !spec {
				edits = append(edits, noSpec)
				if name == "no rule" || strings.HasPrefix(name, "writer") {
					continue // without a SPEC there is nothing wrong with it
				}
			}
			before := audited(t, edits)
			if len(before.Findings) == 0 && spec {
				t.Errorf("%s: nothing is wrong", name)
			}
			w := clean(t)
			for _, e := range edits {
				e(w)
			}
			for _, hidden := range slices.Sorted(maps.Keys(unreadings(w))) {
				now := audited(t, slices.Concat(edits, unreadings(w)[hidden]))
				for _, f := range compared(t, before, now).Findings {
					if f.Change == audit.Gone && f.Finding.Outcome != audit.Advice {
						t.Errorf("%s (spec %v): without %s this is gone: %s\nthe audit finds %v", name, spec, short.Replace(hidden), line(f.Finding), lines(now))
					}
				}
			}
		}
	}
}
