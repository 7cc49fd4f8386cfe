package audit_test

import (
	"testing"

	"github.com/repligrant/repligrant/replication"
)

func TestWriters(t *testing.T) {
	guarded := func(w *replication.Writer) { w.Guard = true }
	cannot := func(outcome, document, op string) []string {
		return []string{outcome + " writer-cannot-write critical " + document + " s3:PutObject none " + op}
	}
	const seed = `{"Effect": "Deny", "Principal": {"AWS": "` + userARN + `"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*", "Condition": {"StringNotLikeIfExists": {"s3:prefix": ["uploads/*"]}}}`
	const unguarded = "mismatch writer-not-guarded high writer-bucket-policy SRC "
	play(t, []story{
		{name: "can", edits: []edit{writes(nil)}},
		{name: "nothing is granted", edits: []edit{writes(nil), put(userPolicy, document())}, want: cannot("missing", "writer-policy USER", "add")},
		{name: "the bucket's policy grants it", edits: []edit{writes(nil), put(userPolicy, document()), with(srcPolicy, `{"Effect": "Allow", "Principal": {"AWS": "`+userARN+`"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*"}`)}},
		{
			name: "a denial of everything, meant for what lies outside", edits: []edit{writes(nil), with(srcPolicy, seed)},
			want: append(cannot("missing", "writer-bucket-policy SRC", "replace"), "mismatch condition-key-not-applicable high source-bucket-policy SRC s3:PutObject replace"),
		},
		{
			name: "from another account", edits: []edit{writes(func(w *replication.Writer) {
				w.Bucket = replication.Bucket{Name: "acme-logs-copy", Account: foreign, Partition: "aws"}
			})},
			want: []string{
				"missing writer-cannot-write critical writer-bucket-policy DST s3:PutObject none add",
				"missing writer-cannot-write critical writer-policy USER s3:PutObject none add",
				"surplus writer-too-wide medium writer-policy USER wider s3:PutObject remove",
			},
		},
		{name: "gone", edits: []edit{writes(nil), drop(user)}, want: []string{"missing role-not-found critical writer-policy USER none add"}, says: "writer-policy  no such user"},
		{name: "not read", edits: []edit{writes(nil), put(user, `{"Errors": {"GetUser": "AccessDenied"}}`)}, want: []string{"unknown read-denied medium writer-policy USER"}, says: "writer-policy " + "USER GetUser: AccessDenied"},
		{name: "groups not read", edits: []edit{writes(nil), drop(user + " > GroupPolicies")}, want: []string{"unknown read-denied medium writer-policy USER"}, says: "writer-policy group policies ListGroupsForUser: not in the snapshot"},
		{name: "on every key", edits: []edit{writes(nil), put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*"}`))}, want: []string{"surplus writer-too-wide medium writer-policy USER wider s3:PutObject replace"}, says: "writer-policy upload[0] grants s3:PutObject; for example s3:PutObject on SRC/b"},
		{name: "and read", edits: []edit{writes(nil), with(userPolicy, `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*"}`)}, want: []string{"surplus writer-too-wide medium writer-policy USER wider s3:GetObject remove"}},
		{name: "guarded", edits: []edit{writes(guarded), with(srcPolicy, guard)}},
		{name: "not guarded", edits: []edit{writes(guarded)}, want: []string{unguarded + "s3:PutObject add"}},
		{name: "guarded against some writes", edits: []edit{writes(guarded), with(srcPolicy, `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": ["s3:PutObject", "s3:PutObjectAcl"], "NotResource": "arn:aws:s3:::acme-logs/uploads/*"}`)}, want: []string{unguarded + "s3:PutObjectTagging add"}},
		{
			name: "guarded under a condition", edits: []edit{writes(guarded), with(srcPolicy, `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": "s3:*", "NotResource": "arn:aws:s3:::acme-logs/uploads/*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}`)},
			want: []string{unguarded + "s3:PutObject add"},
		},
		{name: "several prefixes", edits: []edit{writes(func(w *replication.Writer) { w.Prefixes = []string{"uploads/", "more/"} })}, want: cannot("missing", "writer-policy USER", "add")},
		{
			name:  "through an access point that was not read",
			edits: []edit{writes(func(w *replication.Writer) { w.AccessPoint = "in" }), put(userPolicy, document(upload, `{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/in/object/uploads/*"}`))},
			want:  []string{"unknown read-denied medium writer-access-point-policy arn:aws:s3:us-east-1:OWN:accesspoint/in"},
			says:  "writer-access-point-policy policy of access point in GetAccessPointPolicy: the access point was not read",
		},
		{
			name: "from its addresses",
			edits: []edit{
				writes(func(w *replication.Writer) { w.SourceIPs = []string{"203.0.113.0/24"} }),
				put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`)),
				with(srcPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`),
			},
		},
	})
}

// TestWriterAddresses is a writer that is to write from some addresses: it can if
// it can from each of them, and it may too much if it can from others.
func TestWriterAddresses(t *testing.T) {
	from := func(ranges ...string) edit { return writes(func(w *replication.Writer) { w.SourceIPs = ranges }) }
	only := func(condition string) edit {
		return put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*", "Condition": `+condition+`}`))
	}
	in := func(ranges string) edit { return only(`{"IpAddress": {"aws:SourceIp": ` + ranges + `}}`) }
	deny := func(condition string) edit {
		return with(srcPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*", "Condition": `+condition+`}`)
	}
	const (
		partly = "missing writer-cannot-write medium writer-policy USER s3:PutObject partial add"
		denied = "missing writer-cannot-write medium writer-bucket-policy SRC s3:PutObject partial replace"
		wide   = "surplus writer-too-wide medium writer-policy USER wider s3:PutObject replace"
	)
	play(t, []story{
		{name: "from all of them", edits: []edit{from("203.0.113.0/24", "2001:db8::/32"), in(`["203.0.113.0/24", "2001:db8::/32"]`)}},
		{name: "from all of them, in two halves", edits: []edit{from("203.0.113.0/24"), in(`["203.0.113.0/25", "203.0.113.128/25"]`)}},
		{name: "from the first range alone", edits: []edit{from("203.0.113.0/24", "198.51.100.0/24"), in(`"203.0.113.0/24"`)}, want: []string{partly}, says: "writer-policy upload[0] allows it only if IpAddress aws:SourceIp 203.0.113.0/24"},
		{name: "from the beginning of a range", edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0/25"`)}, want: []string{partly}},
		{name: "from one address", edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0"`)}, want: []string{partly}},
		{name: "an address of which IPv6 is forgotten", edits: []edit{from("203.0.113.7", "2001:db8::7"), in(`"203.0.113.7"`)}, want: []string{partly}},
		{name: "the bucket denies one of them", edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0/24"`), deny(`{"IpAddress": {"aws:SourceIp": "203.0.113.99"}}`)}, want: []string{denied}, says: "writer-bucket-policy [0] denies it where IpAddress aws:SourceIp 203.0.113.99, which holds for these requests"},
		{name: "the bucket denies all but some of them", edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0/24"`), deny(`{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/26"}}`)}, want: []string{denied}},
		{
			name: "compared as texts, which nobody knows", edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0/24"`), deny(`{"StringLike": {"aws:SourceIp": "203.0.113.1*"}}`)},
			want: []string{"unknown permission-unknown medium writer-bucket-policy SRC s3:PutObject", "unknown permission-unknown medium writer-policy USER s3:PutObject"},
		},
		{name: "from anywhere", edits: []edit{from("203.0.113.0/24")}, want: []string{wide}, says: "writer-policy upload[0] grants s3:PutObject to any address too: no condition keeps it to 203.0.113.0/24"},
		{name: "from a wider range", edits: []edit{from("203.0.113.0/25"), in(`"203.0.113.0/24"`)}, want: []string{wide}, says: "writer-policy upload[0] grants s3:PutObject to 203.0.113.128 too: no condition keeps it to 203.0.113.0/25"},
		{
			name: "its own addresses compared as texts", edits: []edit{from("203.0.113.0/24"), only(`{"StringLike": {"aws:SourceIp": "203.0.113.*"}}`)},
			want: []string{"unknown permission-unknown medium writer-policy USER s3:PutObject"},
		},
		{name: "from all but another range", edits: []edit{from("203.0.113.0/25"), only(`{"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}`)}, want: []string{wide}},
		{
			name:  "kept to them by a denial of its own",
			edits: []edit{from("203.0.113.0/24"), with(userPolicy, `{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`)},
		},
		{name: "a denial elsewhere takes nothing away", edits: []edit{from("203.0.113.0/24"), deny(`{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`)}, want: []string{wide}},
		{
			name:  "from anywhere, and more",
			edits: []edit{from("203.0.113.0/24"), put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*"}`))},
			want:  []string{wide},
		},
		{
			name:  "with a Deny of no address at all",
			edits: []edit{from("203.0.113.0/24"), in(`"203.0.113.0/24"`), deny(`{"Null": {"aws:SourceIp": "true"}}`)},
		},
	})
}

// TestWriterAddressGuard is a guarded writer with addresses: the bucket has to
// deny it what comes from elsewhere.
func TestWriterAddressGuard(t *testing.T) {
	guarded := writes(func(w *replication.Writer) {
		w.Guard, w.Prefixes, w.SourceIPs = true, []string{"uploads/"}, []string{"203.0.113.0/24"}
	})
	own := put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/uploads/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`))
	bucket := func(condition string) edit {
		return put(srcPolicy, document(guard, `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": ["s3:PutObject*", "s3:AbortMultipartUpload"], "Resource": "arn:aws:s3:::acme-logs/*", "Condition": {`+condition+`}}`))
	}
	const (
		writer = "mismatch writer-not-guarded high writer-bucket-policy SRC s3:PutObject add"
		not    = `"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}`
	)
	play(t, []story{
		{name: "guarded", edits: []edit{guarded, own, bucket(not)}},
		{name: "with the exemption of an older page, which nobody uses", edits: []edit{guarded, own, bucket(not + `, "Bool": {"aws:ViaAWSService": "false"}`)}},
		{name: "its prefixes alone are guarded", edits: []edit{guarded, own, with(srcPolicy, guard)}, want: []string{writer}},
		{name: "its addresses alone are guarded", edits: []edit{guarded, own, bucket(not), put(srcPolicy+" > Statement > 0 > NotResource", `"arn:aws:s3:::acme-logs/*"`)}, want: []string{writer}},
		{name: "a wider range is let in", edits: []edit{guarded, own, bucket(`"NotIpAddress": {"aws:SourceIp": "203.0.112.0/23"}`)}, want: []string{writer}},
		{name: "a VPC endpoint is let in", edits: []edit{guarded, own, bucket(not + `, "StringNotEquals": {"aws:SourceVpce": "vpce-1"}`)}, want: []string{writer}},
		{name: "all VPC endpoints are let in", edits: []edit{guarded, own, bucket(not + `, "Null": {"aws:SourceIp": "false"}`)}, want: []string{writer}},
		{
			name: "a narrower range", edits: []edit{guarded, own, bucket(`"NotIpAddress": {"aws:SourceIp": "203.0.113.0/25"}`)},
			want: []string{"missing writer-cannot-write medium writer-bucket-policy SRC s3:PutObject partial replace"},
		},
		{
			name: "compared with what nobody knows", edits: []edit{guarded, own, bucket(not + `, "StringEquals": {"aws:PrincipalTag/team": "x"}`)},
			want: []string{"unknown permission-unknown medium writer-bucket-policy SRC s3:PutObject"},
		},
	})
}

// TestWriterAddressGuardFix audits a writer again after the bucket was told to
// keep others' addresses out.
func TestWriterAddressGuardFix(t *testing.T) {
	w := clean(t)
	writes(func(w *replication.Writer) { w.Guard, w.Prefixes, w.SourceIPs = true, nil, []string{"203.0.113.0/24"} })(w)
	w.put(userPolicy, document(`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`))
	out := w.audit()
	if len(out.Findings) != 1 || out.Findings[0].Fix.Statement == nil {
		t.Fatalf("want one finding with a statement: %v", lines(out))
	}
	if got, want := out.Findings[0].Message, "the policy of acme-logs does not deny writer uploader s3:PutObject, s3:PutObjectAcl, s3:PutObjectTagging, s3:AbortMultipartUpload from any address, and it writes from 203.0.113.0/24 only"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
	text, err := out.Findings[0].Fix.Statement.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	w.put(srcPolicy, document(string(text)))
	if out := w.audit(); len(out.Findings) > 0 {
		t.Errorf("with the fix %s an audit finds %v", text, lines(out))
	}
}

// TestWriterAddressFix audits a writer again after its policy was kept to its addresses.
func TestWriterAddressFix(t *testing.T) {
	w := clean(t)
	writes(func(w *replication.Writer) { w.SourceIPs = []string{"203.0.113.0/24", "198.51.100.7"} })(w)
	out := w.audit()
	if len(out.Findings) != 1 || out.Findings[0].Fix.Statement == nil {
		t.Fatalf("want one finding with a statement: %v", lines(out))
	}
	if got, want := out.Findings[0].Message, "writer uploader may do s3:PutObject from any address, and writes from 203.0.113.0/24, 198.51.100.7 only"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
	text, err := out.Findings[0].Fix.Statement.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	w.put(userPolicy, document(string(text)))
	if out := w.audit(); len(out.Findings) > 0 {
		t.Errorf("with the fix %s an audit finds %v", text, lines(out))
	}
}

// TestWriterFix audits a writer again after its denial was mended.
func TestWriterFix(t *testing.T) {
	w := clean(t)
	writes(nil)(w)
	with(srcPolicy, `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs/*"}`)(w)
	out := w.audit()
	if len(out.Findings) != 1 || out.Findings[0].Fix.Statement == nil {
		t.Fatalf("want one finding with a statement: %v", lines(out))
	}
	text, err := out.Findings[0].Fix.Statement.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	w.put(srcPolicy, document(string(text)))
	if out := w.audit(); len(out.Findings) > 0 {
		t.Errorf("with the fix %s an audit finds %v", text, lines(out))
	}
}

// TestWriterRole is a writer that is a role.
func TestWriterRole(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/uploads"
	w := clean(t)
	u := uploader()
	u.Kind, u.ARN = "role", arn
	w.writers = append(w.writers, u)
	w.rules[0].To.ObjectOwnership = enforced
	w.put(own+" > roles > "+arn, `{"AssumeRolePolicyDocument": `+document(`{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}`)+`, "InlinePolicies": {"p": `+document(upload)+`}, "AttachedPolicies": {}, "PermissionsBoundary": null}`)
	if out := w.audit(); len(out.Findings) > 0 {
		t.Errorf("an audit of a role that writes finds %v", lines(out))
	}
}
