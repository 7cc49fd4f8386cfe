package audit_test

import (
	"slices"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// The findings of a destination whose policy denies s3:*, blocks it, or perhaps.
var (
	deniedThere = []string{
		"blocked permission-blocked critical destination-bucket-policy DST s3:ReplicateObject none replace",
		"advice permission-advised low destination-bucket-policy DST s3:ReplicateTags none replace",
	}
	perhapsThere = []string{"unknown permission-unknown medium destination-bucket-policy DST s3:ReplicateObject"}
)

// deny is a denial of actions at the destination, for everyone.
func deny(actions, condition string) edit {
	return with(dstPolicy, `{"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": `+actions+`, "Resource": ["arn:aws:s3:::acme-logs-copy", "arn:aws:s3:::acme-logs-copy/*"], "Condition": `+condition+`}`)
}

// inOrganizations puts the accounts into organizations; "" for none.
func inOrganizations(ofSource, ofDestination string) edit {
	return func(w *world) {
		for account, id := range map[string]string{own: ofSource, foreign: ofDestination} {
			if id == "" {
				continue
			}
			w.put(account+" > organization", `{"Id": "`+id+`", "ManagementAccount": false, "SCPs": [[`+document(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`)+`]], "RCPs": [[]]}`)
		}
	}
}

// allowing lets the SPEC allow destinations in one account.
func allowing(account string) edit {
	return func(w *world) { w.input.Allowed = replication.Allowed{Accounts: []string{account}} }
}

// TestDenials has the denials that people write most often, and what S3's
// requests make of them.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html.
func TestDenials(t *testing.T) {
	fails, unclear := audit.Fails, audit.Unclear
	blocked := func(name string, edits ...edit) story {
		return story{name: name, edits: edits, want: deniedThere, verdict: fails}
	}
	unknown := func(name string, edits ...edit) story {
		return story{name: name, edits: edits, want: perhapsThere, verdict: unclear}
	}
	granted := func(name string, edits ...edit) story { return story{name: name, edits: edits} }
	all := `"s3:*"`
	play(t, []story{
		granted("no TLS, Bool", deny(all, `{"Bool": {"aws:SecureTransport": "false"}}`)),
		unknown("no TLS, BoolIfExists", deny(all, `{"BoolIfExists": {"aws:SecureTransport": "false"}}`)),
		granted("old TLS", deny(all, `{"NumericLessThan": {"s3:TlsVersion": "1.2"}}`)),
		unknown("old TLS, IfExists", deny(all, `{"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}`)),
		granted("PutObject without encryption", deny(`"s3:PutObject"`, `{"Null": {"s3:x-amz-server-side-encryption": "true"}}`)),
		granted("s3:Put* not by KMS", deny(`"s3:Put*"`, `{"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}`)),
		blocked("s3:* not by KMS", deny(all, `{"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}`)),
		unknown("s3:Replicate* without the header", deny(`"s3:ReplicateObject"`, `{"Null": {"s3:x-amz-server-side-encryption": "true"}}`)),
		blocked("not through an endpoint", deny(all, `{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}`)),
		blocked("not from an address", deny(all, `{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`)),
		blocked("not from an address, services spared", deny(all, `{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}}`)),
		blocked("not from an address, service principals spared", deny(all, `{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}`)),
		granted("not from an address, the role spared", deny(all, `{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "ArnNotEquals": {"aws:PrincipalArn": "`+roleARN+`"}}`)),
		unknown("not from anywhere", deny(all, `{"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}`)),
		unknown("no MFA, Bool", deny(all, `{"Bool": {"aws:MultiFactorAuthPresent": "false"}}`)),
		blocked("no MFA, BoolIfExists", deny(all, `{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}`)),
		granted("not of the organization, and it is", inOrganizations("o-mine", "o-mine"), deny(all, `{"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}`)),
		blocked("not of the organization, and it is of another", allowing(foreign), inOrganizations("o-other", "o-mine"), deny(all, `{"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}`)),
		blocked("not of the organization, and it is of none", deny(all, `{"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}`)),
		blocked("not on a list of principals", deny(all, `{"StringNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::444455556666:role/admin"]}}`)),
		granted("on a list of principals", deny(all, `{"StringNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::444455556666:role/admin", "`+roleARN+`"]}}`)),
		blocked("not through an access point", deny(all, `{"StringNotEquals": {"s3:DataAccessPointAccount": "444455556666"}}`)),
		granted("long retention", deny(`"s3:PutObjectRetention"`, `{"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "10"}}`)),
		{
			name: "NotPrincipal of the role alone",
			edits: []edit{with(dstPolicy,
				`{"Effect": "Deny", "NotPrincipal": {"AWS": "`+roleARN+`"}, "Action": "s3:*", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)},
			want: perhapsThere, verdict: unclear,
		},
		{
			name: "NotPrincipal of others",
			edits: []edit{with(dstPolicy,
				`{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "s3:*", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)},
			want: deniedThere, verdict: fails,
		},
		{
			name:    "at the source",
			edits:   []edit{with(srcPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::acme-logs/secret/*"}`)},
			verdict: audit.Degraded,
			want: []string{
				"blocked permission-blocked medium source-bucket-policy SRC s3:GetObjectVersionAcl partial replace",
				"blocked permission-blocked medium source-bucket-policy SRC s3:GetObjectVersionForReplication partial replace",
				"blocked permission-blocked medium source-bucket-policy SRC s3:GetObjectVersionTagging partial replace",
			},
			says: "source-bucket-policy [0] denies it",
		},
		{
			name:    "by the role itself",
			edits:   []edit{with(rolePolicy, `{"Effect": "Deny", "Action": "s3:ReplicateObject", "Resource": "*"}`)},
			verdict: fails,
			want:    []string{"blocked permission-blocked critical role-policy ROLE s3:ReplicateObject none remove"},
			says:    "role-policy replication[3] denies it",
		},
		{
			name:    "a denial, and nothing granted either",
			edits:   []edit{deny(`"s3:ReplicateObject"`, `{}`), put(rolePolicy, document(readBucket, readObjects))},
			verdict: fails,
			want: []string{
				roleLacks,
				"blocked permission-blocked critical destination-bucket-policy DST s3:ReplicateObject none replace",
				adviceRole,
			},
		},
	})
}

// TestDenialIsSpared reads the fix of a denial.
func TestDenialIsSpared(t *testing.T) {
	for name, c := range map[string]struct{ condition, want string }{
		"without exceptions": {
			`{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}`,
			`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"ArnNotEquals":{"aws:PrincipalArn":"ROLE"}}`,
		},
		"with a list of exceptions": {
			`{"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/admin"}}`,
			`{"ArnNotEquals":{"aws:PrincipalArn":["arn:aws:iam::444455556666:role/admin","ROLE"]}}`,
		},
	} {
		w := clean(t)
		deny(`"s3:*"`, c.condition)(w)
		out := w.audit()
		if len(out.Findings) == 0 || out.Findings[0].Fix == nil || out.Findings[0].Fix.Statement == nil {
			t.Fatalf("%s: no fix in %v", name, lines(out))
		}
		got, err := out.Findings[0].Fix.Statement.MarshalJSON()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := short.Replace(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + dstARN + `","` + dstARN + `/*"],"Condition":` + c.want + `}`)
		if short.Replace(string(got)) != want {
			t.Errorf("%s: the fix is\n%s, want\n%s", name, short.Replace(string(got)), want)
		}
		mended := clean(t)
		with(dstPolicy, string(got))(mended)
		if out := mended.audit(); len(out.Findings) > 0 {
			t.Errorf("%s: with the fix an audit finds %v", name, lines(out))
		}
	}
}

// TestEachDenialIsSpared: where several statements deny, the fix has a change for
// each, in the order of the evidence, and with all of them nothing is denied.
func TestEachDenialIsSpared(t *testing.T) {
	denials := []string{
		`{"Sid": "Away", "Effect": "Deny", "Principal": "*", "Action": "s3:Replicate*", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}`,
		`{"Sid": "Him", "Effect": "Deny", "Principal": {"AWS": "` + roleARN + `"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`,
		`{"Sid": "All", "Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "*"}`,
	}
	w := clean(t)
	for _, st := range denials {
		with(dstPolicy, st)(w)
	}
	f := w.audit().Findings[0]
	if f.Check != "permission-blocked" || len(f.Evidence) != len(denials) || len(f.Fix.Also) != len(denials)-1 {
		t.Fatalf("%s with %d statements in evidence, and %d further changes", f.Check, len(f.Evidence), len(f.Fix.Also))
	}
	if want := "change the denial so that it spares " + roleARN; f.Fix.Text != want {
		t.Errorf("the fix says %q, want %q", f.Fix.Text, want)
	}
	mended := clean(t)
	for i, fix := range append([]audit.FurtherFix{{Op: f.Fix.Op, Statement: f.Fix.Statement}}, f.Fix.Also...) {
		if fix.Statement.Sid != f.Evidence[i].Sid {
			t.Errorf("change %d is of statement %s, the evidence is %s", i, fix.Statement.Sid, f.Evidence[i].Sid)
		}
		if fix.Op == audit.Remove {
			continue
		}
		data, err := fix.Statement.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		with(dstPolicy, string(data))(mended)
	}
	if out := mended.audit(); len(out.Findings) > 0 {
		t.Errorf("with the fixes an audit finds %v", lines(out))
	}
}

// TestFoldedAdviceSparesEachForm: what AWS advises of a key in two forms is one
// finding. Where each form is denied by a statement of its own, both are shown.
func TestFoldedAdviceSparesEachForm(t *testing.T) {
	w := clean(t)
	keyed(w)
	for sid, action := range map[string]string{"First": "kms:GenerateDataKey", "Second": "kms:Decrypt"} {
		with(dstKey+" > Policy", `{"Sid": "`+sid+`", "Effect": "Deny", "Principal": "*", "Action": "`+action+`", "Resource": "*"}`)(w)
	}
	var denied []string
	for _, f := range w.audit().Findings {
		if f.Check != "permission-advised" || f.Document != replication.DestinationKMSKeyPolicy {
			continue
		}
		for i, e := range f.Evidence {
			st := f.Fix.Statement
			if i > 0 {
				st = f.Fix.Also[i-1].Statement
			}
			if st.Sid != e.Sid {
				t.Errorf("the evidence is statement %s, and the change is of %s", e.Sid, st.Sid)
			}
			denied = append(denied, e.Sid)
		}
	}
	slices.Sort(denied)
	if want := []string{"First", "Second"}; !slices.Equal(denied, want) {
		t.Errorf("the statements %q are to be changed, want %q", denied, want)
	}
}

func TestOrganizations(t *testing.T) {
	const allow = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	both := func(mine string) edit {
		return func(w *world) {
			w.put(own+" > organization", mine)
			w.put(foreign+" > organization", `{"Id": "o-mine", "SCPs": [[]], "RCPs": [[]]}`)
		}
	}
	scps := func(levels string) edit {
		return both(`{"Id": "o-mine", "SCPs": [` + levels + `], "RCPs": [[]]}`)
	}
	rcps := func(statement string) edit {
		return put(foreign+" > organization", `{"Id": "o-mine", "SCPs": [[`+document(allow)+`]], "RCPs": [[`+document(statement)+`]]}`)
	}
	play(t, []story{
		{name: "none"},
		{name: "that allows", edits: []edit{scps(`[` + document(allow) + `], [` + document(allow) + `]`)}},
		{
			name:  "not read at all",
			edits: []edit{drop(own + " > organization"), drop(foreign + " > organization")},
			want: []string{
				"unknown read-denied low rcp OWN", "unknown read-denied low rcp FOREIGN", "unknown read-denied low scp OWN",
			},
			says: "rcp  DescribeOrganization: not read",
		},
		{
			name:  "policies not read",
			edits: []edit{both(`{"Id": "o-mine", "RCPs": [[]]}`)},
			want:  []string{"unknown read-denied low scp OWN"},
			says:  "scp  ListPoliciesForTarget: not read",
		},
		{name: "the management account is bound by none", edits: []edit{both(`{"Id": "o-mine", "ManagementAccount": true, "SCPs": [[]]}`)}},
		{
			name:    "a Region that is not on the list",
			edits:   []edit{scps(`[` + document(allow, `{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}}`) + `]`)},
			verdict: audit.Fails,
			want: []string{
				"blocked permission-blocked critical scp OWN s3:ReplicateObject none replace",
				"advice permission-advised low scp OWN s3:ReplicateTags none replace",
			},
		},
		{
			name:    "FullAWSAccess is missing at a level",
			edits:   []edit{scps(`[` + document(allow) + `], [` + document(readOnly) + `]`)},
			verdict: audit.Fails,
			want: []string{
				"blocked permission-blocked critical scp OWN s3:ReplicateObject none add",
				"advice permission-advised low scp OWN s3:ReplicateTags none add",
			},
			says: "scp  no policy at level 2 of 2 (1 is the root) allows s3:ReplicateObject",
		},
		{
			name:    "an RCP that keeps others out",
			edits:   []edit{rcps(`{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}`)},
			verdict: audit.Fails,
			want: []string{
				"blocked permission-blocked critical rcp FOREIGN s3:ReplicateObject none replace",
				"advice permission-advised low rcp FOREIGN s3:ReplicateTags none replace",
			},
		},
		{
			name: "an RCP that keeps none of its own out",
			edits: []edit{
				inOrganizations("o-mine", ""),
				rcps(`{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}`),
			},
		},
		{
			name:    "an RCP that stops S3 from assuming the role",
			edits:   []edit{both(`{"Id": "o-mine", "SCPs": [[` + document(allow) + `]], "RCPs": [[` + document(`{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}`) + `]]}`)},
			verdict: audit.Fails,
			want:    []string{"blocked permission-blocked critical rcp OWN sts:AssumeRole none remove"},
		},
		{
			name:    "the second of two policies without a name denies",
			edits:   []edit{scps(`[` + document(allow) + `, ` + document(`{"Effect": "Deny", "Action": "s3:Replicate*", "Resource": "*"}`) + `]`)},
			verdict: audit.Fails,
			want: []string{
				"blocked permission-blocked critical scp OWN s3:ReplicateObject none replace",
				"advice permission-advised low scp OWN s3:ReplicateTags none replace",
			},
			says: "scp SCPs[0][1][0] denies it",
		},
		{
			name:    "a policy of it has no reading",
			edits:   []edit{scps(`[` + document(allow) + `, {"unreadable": "AccessDenied"}]`)},
			verdict: audit.Unclear,
			want:    []string{"unknown read-denied medium scp OWN"},
			says:    "scp SCPs[0][1] DescribePolicy: AccessDenied",
		},
	})
}

func TestBlockPublicAccess(t *testing.T) {
	const public = `{"Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`
	cutOff := []string{
		"blocked public-policy-restricted critical public-access-block DST none set",
		"advice permission-advised low public-access-block DST s3:ReplicateTags none set",
	}
	block := destination + " > PublicAccessBlockConfiguration"
	play(t, []story{
		{
			name: "on", edits: []edit{with(dstPolicy, public)}, want: cutOff, verdict: audit.Fails,
			says: "public-access-block  RestrictPublicBuckets cuts other accounts off from a bucket with a public policy; destination-bucket-policy [1] is public",
		},
		{name: "off", edits: []edit{with(dstPolicy, public), put(block, "null")}, want: []string{"surplus permission-surplus critical destination-bucket-policy DST dangerous s3:GetObject remove"}},
		{name: "on for the account", edits: []edit{with(dstPolicy, public), put(block, "null"), put(foreign+" > PublicAccessBlockConfiguration", `{"RestrictPublicBuckets": true}`)}, want: cutOff, verdict: audit.Fails},
		{name: "on, and nothing is public"},
		{name: "not read, and nothing is public", edits: []edit{drop(block)}},
		{
			name: "of the account, not read", edits: []edit{with(dstPolicy, public), put(block, "null"), drop(foreign + " > PublicAccessBlockConfiguration")},
			want: []string{"unknown read-denied medium public-access-block FOREIGN", "surplus permission-surplus info destination-bucket-policy DST informational s3:GetObject remove"}, verdict: audit.Unclear,
			says: "public-access-block  GetPublicAccessBlock: that of the account is not in the snapshot",
		},
		{name: "in one account", edits: []edit{sameAccount, with(sameDestination+" > Policy", public)}},
	})
}
