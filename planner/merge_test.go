package planner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

const (
	mergeSpec = `version: 1
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
	source      = "arn:aws:s3:::acme-orders"
	destination = "arn:aws:s3:::acme-orders-copy"
	role        = "arn:aws:iam::111122223333:role/acme-orders-replication"
	ours        = `{"Sid":"RepligrantReceiveReplicasFKPAGOCJ","Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":["s3:ReplicateObject","s3:ReplicateTags"],"Resource":"` + destination + `/*"}`
	tls         = `{"Sid":"Tls","Action":"s3:*","Effect":"Deny","Principal":"*","Resource":"` + destination + `/*","Condition":{"Bool":{"aws:SecureTransport":false}}}`
	console     = `{"Sid":"Set-permissions-for-objects","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:ReplicateObject","s3:ReplicateDelete"],"Resource":"` + destination + `/*"}`
	consoleTags = `{"Sid":"Set permissions for objects","Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":["s3:ReplicateTags"],"Resource":"` + destination + `/*"}`
	onlyTags    = `{"Sid":"RepligrantReceiveReplicasFKPAGOCJ","Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"s3:ReplicateTags","Resource":"` + destination + `/*"}`
)

func doc(version string, statements ...string) string {
	return `{"Version":"` + version + `","Statement":[` + strings.Join(statements, ",") + `]}`
}

func held(text string) planner.Held {
	if text == "" {
		return planner.Held{State: fact.None, From: "have.json"}
	}
	return planner.Held{State: fact.Known, Text: []byte(text), From: "have.json"}
}

// mergeInto plans and merges into the policy of one target.
func mergeInto(t testing.TB, spec, target, text string) (*planner.Plan, error) {
	t.Helper()
	p := planText(t, "spec.yaml", []byte(spec))
	return p, p.Merge(planner.Existing{Policies: map[string]planner.Held{target: held(text)}})
}

// mergedOf returns the documents of a target that were merged.
func mergedOf(p *planner.Plan, target string) []planner.Document {
	var list []planner.Document
	for _, d := range p.Documents {
		if d.Target == target && d.Change != "" {
			list = append(list, d)
		}
	}
	return list
}

func codes(p *planner.Plan) []string {
	list := []string{}
	for _, w := range p.Warnings {
		if strings.HasPrefix(w.Code, "merge-") {
			list = append(list, w.Code)
		}
	}
	return list
}

// warned returns the message of a warning.
func warned(p *planner.Plan, code string) string {
	for _, w := range p.Warnings {
		if w.Code == code {
			return w.Message
		}
	}
	return ""
}

func TestMergeBucketPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, have string
		change     planner.Change
		want       string
		codes      []string
	}{
		{"nothing there", "", planner.Add, doc("2012-10-17", ours), nil},
		{"an empty list", doc("2012-10-17"), planner.Add, doc("2012-10-17", ours), nil},
		{"others stay, with their odd forms", doc("2012-10-17", tls, tls), planner.Add, doc("2012-10-17", tls, tls, ours), nil},
		{"one statement that is no list", `{"Statement":` + tls + `,"Id":"x"}`, planner.Add, `{"Statement":[` + tls + `,` + ours + `],"Id":"x"}`, nil},
		{"it is there", doc("2012-10-17", ours, tls), planner.NoChange, doc("2012-10-17", ours, tls), nil},
		{
			"it is there in another order", doc("2012-10-17", strings.Replace(ours, `"s3:ReplicateObject","s3:ReplicateTags"`, `"s3:ReplicateTags","s3:ReplicateObject"`, 1)),
			planner.NoChange,
			doc("2012-10-17", strings.Replace(ours, `"s3:ReplicateObject","s3:ReplicateTags"`, `"s3:ReplicateTags","s3:ReplicateObject"`, 1)), nil,
		},
		{"an earlier one is replaced in its place", doc("2012-10-17", onlyTags, tls), planner.Replace, doc("2012-10-17", ours, tls), nil},
		{
			"one that is not planned any more goes", doc("2012-10-17", strings.Replace(ours, "ReceiveReplicas", "DenyTags", 1), tls, ours), planner.Replace,
			doc("2012-10-17", tls, ours), nil,
		},
		{"the console's statement grants", doc("2008-10-17", console), planner.Add, doc("2008-10-17", console, onlyTags), []string{"merge-console"}},
		{
			"the console's statements grant everything", doc("2012-10-17", console, consoleTags), planner.NoChange, doc("2012-10-17", console, consoleTags),
			[]string{"merge-console", "merge-console"},
		},
		{
			"a wider grant of others makes ours needless", doc("2012-10-17", `{"Effect":"Allow","Principal":{"AWS":"`+role+`"},"Action":"s3:Replicate*","Resource":"*"}`, ours),
			planner.Replace,
			doc("2012-10-17", `{"Effect":"Allow","Principal":{"AWS":"`+role+`"},"Action":"s3:Replicate*","Resource":"*"}`), nil,
		},
		{
			"a grant below a condition is none", doc("2012-10-17", strings.Replace(console, `"Effect"`, `"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}},"Effect"`, 1)),
			planner.Add,
			doc("2012-10-17", strings.Replace(console, `"Effect"`, `"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}},"Effect"`, 1), ours), nil,
		},
		{
			"a grant on some keys is none", doc("2012-10-17", strings.Replace(console, "copy/*", "copy/logs/*", 1)), planner.Add,
			doc("2012-10-17", strings.Replace(console, "copy/*", "copy/logs/*", 1), ours), nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := mergeInto(t, mergeSpec, destination, tt.have)
			if err != nil {
				t.Fatal(err)
			}
			got := mergedOf(p, destination)
			if len(got) != 1 || got[0].Change != tt.change {
				t.Fatalf("merged %+v, want change %s", got, tt.change)
			}
			if diff := cmp.Diff(tt.want, string(got[0].Merged)); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
			if (got[0].Diff == "") != (tt.change == planner.NoChange) {
				t.Errorf("change %s has the difference %q", tt.change, got[0].Diff)
			}
			if diff := cmp.Diff(append([]string{}, tt.codes...), codes(p)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if len(p.Blocked()) > 0 {
				t.Errorf("blocked: %v", p.Blocked())
			}
		})
	}
}

// The policy of version 2008-10-17 has no escapes for the characters of a
// prefix. It gets the current version where nothing else in it changes meaning.
func TestMergeVersion(t *testing.T) {
	starred := strings.Replace(mergeSpec, "    to:", "    prefix: a*b/\n    to:", 1)
	p, err := mergeInto(t, starred, destination, doc("2008-10-17", tls))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(mergedOf(p, destination)[0].Merged); !strings.HasPrefix(got, `{"Version":"2012-10-17"`) || !strings.Contains(got, tls) {
		t.Errorf("merged into version 2008-10-17: %s", got)
	}
	_, err = mergeInto(t, starred, destination, doc("2008-10-17", strings.Replace(tls, "copy/*", "copy/${x}", 1)))
	if diags := diag.Of(err); len(diags) != 1 || diags[0].Message.Key != "merge-version" {
		t.Errorf("a ${ that would become a variable gave %v", err)
	}
}

// Documents that are parts of one policy are merged as one.
func TestMergeParts(t *testing.T) {
	p, err := mergeInto(t, mergeSpec+`writers:
  - { name: uploader, kind: user, account: prod, bucket: acme-orders-copy, prefixes: [uploads/], guard: true }
`, destination, doc("2012-10-17", tls))
	if err != nil {
		t.Fatal(err)
	}
	got := mergedOf(p, destination)
	if len(got) != 2 || string(got[0].Merged) != string(got[1].Merged) || got[0].Kind == got[1].Kind {
		t.Fatalf("merged %d parts: %+v", len(got), got)
	}
	for _, sid := range []string{"Tls", "RepligrantReceiveReplicas", "RepligrantUpload", "RepligrantGuard"} {
		if strings.Count(string(got[0].Merged), `"`+sid) != 1 {
			t.Errorf("%s is not there once: %s", sid, got[0].Merged)
		}
	}
}

func TestMergeDenied(t *testing.T) {
	vpce := func(bucket, more string) string {
		return `{"Sid":"Vpce","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + bucket + `","` + bucket + `/*"],"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}` + more + `}}`
	}
	spared := `,"ArnNotEquals":{"aws:PrincipalArn":"` + role + `"}`
	for _, tt := range []struct {
		name, target, have string
		code               string
		blocked            bool
		offered            string // the source bucket's policy, merged
	}{
		{"destination", destination, doc("2012-10-17", vpce(destination, "")), "merge-deny-blocks", true, ""},
		{"destination, spared", destination, doc("2012-10-17", vpce(destination, spared)), "", false, ""},
		{"source", source, doc("2012-10-17", vpce(source, "")), "merge-deny-narrowed", true, doc("2012-10-17", vpce(source, spared))},
		{"source, spared", source, doc("2012-10-17", vpce(source, spared)), "", false, ""},
		{
			"source, somebody is spared already", source, doc("2012-10-17", vpce(source, `,"ArnNotEquals":{"aws:principalarn":"arn:aws:iam::111122223333:role/admin"}`)),
			"merge-deny-narrowed", true,
			doc("2012-10-17", vpce(source, `,"ArnNotEquals":{"aws:principalarn":["arn:aws:iam::111122223333:role/admin","`+role+`"]}`)),
		},
		{
			"source, everyone but one principal", source,
			doc("2012-10-17", tls, `{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::777788889999:root"},"Action":"s3:Get*","Resource":"`+source+`/*"}`),
			"merge-deny-narrowed", true,
			doc("2012-10-17", tls, `{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::777788889999:root"},"Action":"s3:Get*","Resource":"`+source+`/*","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"`+role+`"}}}`),
		},
		{
			"perhaps", destination,
			doc("2012-10-17", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}`),
			"merge-deny-perhaps", false, "",
		},
		{
			"advised only", destination,
			doc("2012-10-17", `{"Effect":"Deny","Principal":"*","Action":"s3:ReplicateTags","Resource":"*"}`), "merge-deny-advised", false, "",
		},
		{"of somebody else", destination, doc("2012-10-17", strings.Replace(vpce(destination, ""), `"Principal":"*"`, `"Principal":{"AWS":"777788889999"}`, 1)), "", false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := mergeInto(t, mergeSpec, tt.target, tt.have)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(codes(p), " "); got != tt.code {
				t.Errorf("warnings %q, want %q", got, tt.code)
			}
			if blocked := len(p.Blocked()) > 0; blocked != tt.blocked {
				t.Errorf("blocked %t, want %t", blocked, tt.blocked)
			}
			i := slices.IndexFunc(p.Documents, func(d planner.Document) bool { return d.Kind == replication.SourceBucketPolicy })
			switch {
			case tt.offered == "" && i >= 0:
				t.Errorf("it offers %s", p.Documents[i].Merged)
			case tt.offered != "" && i < 0:
				t.Error("it offers no policy of the source bucket")
			case i >= 0 && string(p.Documents[i].Merged) != tt.offered:
				t.Errorf("it offers\n%s\nwant\n%s", p.Documents[i].Merged, tt.offered)
			case i >= 0:
				again, err := mergeInto(t, mergeSpec, tt.target, tt.offered)
				if err != nil || len(again.Blocked()) > 0 || len(mergedOf(again, tt.target)) > 0 {
					t.Errorf("what it offers does not help: %v, %v", err, again.Warnings)
				}
			}
		})
	}
}

// What has no reading is refused with its place, and what was not read is said.
func TestMergeRefused(t *testing.T) {
	big := doc("2012-10-17", strings.Repeat(tls+",", 150)+tls)
	for _, tt := range []struct{ name, target, text, key string }{
		{"no JSON", destination, "nonsense", "merge-policy-malformed"},
		{"two documents", destination, doc("2012-10-17") + doc("2012-10-17"), "merge-policy-malformed"},
		{"unknown element", destination, `{"Statement":[],"Statements":[]}`, "merge-policy-malformed"},
		{"Action and NotAction", source, doc("2012-10-17", `{"Effect":"Deny","Principal":"*","Action":"*","NotAction":"*","Resource":"*"}`), "merge-policy-malformed"},
		{"a list", destination, "[]", "merge-policy-malformed"},
		{"above the quota", destination, big, "merge-policy-too-large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := mergeInto(t, mergeSpec, tt.target, tt.text)
			diags := diag.Of(err)
			if len(diags) != 1 || diags[0].Message.Key != tt.key || diags[0].Pos.File != "have.json" || diags[0].Hint.English == "" {
				t.Errorf("got %v, want %s at have.json", err, tt.key)
			}
		})
	}
	p := planText(t, "spec.yaml", []byte(mergeSpec))
	err := p.Merge(planner.Existing{Policies: map[string]planner.Held{
		destination: {Why: "AccessDenied"}, source: {},
	}})
	if err != nil || len(mergedOf(p, destination)) > 0 {
		t.Errorf("merging with what was not read: %v", err)
	}
	if diff := cmp.Diff([]string{"merge-not-consulted", "merge-not-read-why"}, codes(p)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// reachMerge marks what merging says in some of these tests' cases.
func reachMerge(t *testing.T, reached map[string]bool) {
	t.Helper()
	deny := func(action, more string) string {
		return doc("2012-10-17", `{"Effect":"Deny","Principal":"*","Action":"`+action+`","Resource":"*"`+more+`}`)
	}
	starred := strings.Replace(mergeSpec, "    to:", "    prefix: a*b/\n    to:", 1)
	maybe := `,"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`
	v1 := `{"ID":"v1","Prefix":"","Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::elsewhere"}}`
	clash := strings.NewReplacer(`"orders"`, `"x"`, `"Prefix":""`, `"Prefix":"b"`).Replace(ourRule)
	rules := make([]string, 1001)
	for i := range rules {
		rules[i] = strings.Replace(otherRule, `"x"`, fmt.Sprintf(`"x%d"`, i), 1)
	}
	without, err := planner.NewAccess(specOf(t, strings.Replace(mergeSpec, "accounts:", signedIn+"accounts:", 1)), planner.AccessOptions{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range without.Warnings {
		reached[w.Code] = true
	}
	_, err = planner.NewAccess(specOf(t, manyBuckets(4000)), planner.AccessOptions{})
	_, elsewhere := planner.NewAccess(specOf(t, mergeSpec), planner.AccessOptions{Explain: true, Objects: []planner.Objects{{Bucket: "elsewhere"}}})
	problems := append(diag.Of(err), diag.Of(elsewhere)...)
	for _, text := range []string{strings.Repeat(" ", planner.MaxSize+1), "x", "{}", `{"schema":"repligrant.plan/v1","documents":[{}]}`, ruleToNowhere} {
		_, err := planner.Read("plan.json", []byte(text))
		problems = append(problems, diag.Of(err)...)
	}
	for _, d := range problems {
		reached[d.Message.Key], reached[d.Hint.Key] = true, true
		reachParts(reached, d.Message.Args)
	}
	for _, c := range []struct {
		spec, target  string
		held          planner.Held
		configuration bool
	}{
		{mergeSpec, destination, held(deny("s3:ReplicateObject", "")), false},
		{mergeSpec, destination, held(deny("s3:ReplicateTags", "")), false},
		{mergeSpec, destination, held(deny("s3:*", maybe)), false},
		{mergeSpec, destination, held(doc("2012-10-17", console)), false},
		{mergeSpec, destination, held(doc("2012-10-17", strings.ReplaceAll(ours, role, role+"-2"))), false},
		{mergeSpec, destination, held(doc("2012-10-17", strings.Replace(ours, role, "111122223333", 1))), false},
		{mergeSpec, destination, planner.Held{}, false},
		{mergeSpec, destination, planner.Held{Why: "AccessDenied"}, false},
		{mergeSpec, source, planner.Held{}, false},
		{mergeSpec, source, planner.Held{Why: "AccessDenied"}, false},
		{mergeSpec, source, held(deny("s3:*", "")), false},
		{mergeSpec, source, held("x"), false},
		{mergeSpec, destination, held(doc("2012-10-17", strings.Repeat(tls+",", 150)+tls)), false},
		{starred, destination, held(doc("2008-10-17", strings.Replace(tls, "copy/*", "copy/${x}", 1))), false},
		{mergeSpec, source, held("x"), true},
		{mergeSpec, source, held(config(role)), true},
		{mergeSpec, source, held(config(role, "{}")), true},
		{mergeSpec, source, held(config("arn:aws:iam::111122223333:role/other", otherRule)), true},
		{mergeSpec, source, held(config(role, v1)), true},
		{mergeSpec, source, held(config(role, clash)), true},
		{mergeSpec, source, held(config(role, rules...)), true},
	} {
		p := planText(t, "spec.yaml", []byte(c.spec))
		have := planner.Existing{Policies: map[string]planner.Held{c.target: c.held}}
		if c.configuration {
			have = planner.Existing{Configurations: map[string]planner.Held{c.target: c.held}}
		}
		for _, d := range diag.Of(p.Merge(have)) {
			reached[d.Message.Key], reached[d.Hint.Key] = true, true
			reachParts(reached, d.Message.Args)
		}
		for _, w := range p.Warnings {
			reached[w.Code] = true
			reachParts(reached, w.Args)
		}
	}
}

const (
	ourRule   = `{"ID":"orders","Priority":1,"Filter":{"Prefix":""},"Status":"Enabled","DeleteMarkerReplication":{"Status":"Disabled"},"Destination":{"Bucket":"` + destination + `"}}`
	otherRule = `{"ID":"x","Priority":7,"Filter":{},"Status":"Disabled","DeleteMarkerReplication":{"Status":"Disabled"},"Destination":{"Bucket":"arn:aws:s3:::elsewhere"},"New":1}`
)

func config(role string, rules ...string) string {
	return `{"Role":"` + role + `","Rules":[` + strings.Join(rules, ",") + `]}`
}

func TestMergeConfiguration(t *testing.T) {
	other := "arn:aws:iam::111122223333:role/other"
	renamed := strings.Replace(ourRule, `"orders"`, `"by-hand"`, 1)
	emptyFilter := strings.Replace(ourRule, `{"Prefix":""}`, `{}`, 1)
	for _, tt := range []struct {
		name, have string
		change     planner.Change
		want       string // the problem's key, if Change is empty
	}{
		{"nothing there", "", planner.Add, config(role, ourRule)},
		{"a rule of others", config(role, otherRule), planner.Add, config(role, otherRule, ourRule)},
		{"it is there, in another form", config(role, emptyFilter, otherRule), planner.NoChange, config(role, emptyFilter, otherRule)},
		{"it is there under another name", config(role, renamed), planner.NoChange, config(role, renamed)},
		{"it differs", config(role, strings.Replace(ourRule, `{"Prefix":""}`, `{"Prefix":"a"}`, 1), otherRule), planner.Replace, config(role, ourRule, otherRule)},
		{"elements in another order", `{"Rules":[` + otherRule + `],"Role":"` + role + `"}`, planner.Add, `{"Rules":[` + otherRule + `,` + ourRule + `],"Role":"` + role + `"}`},
		{"another role for our rules alone", config(other, ourRule), planner.Replace, config(role, ourRule)},
		{"another role for rules of others", config(other, otherRule), "", "merge-role-differs"},
		{"priority", config(role, strings.Replace(renamed, `"Prefix":""`, `"Prefix":"b"`, 1)), "", "merge-priority"},
		{"first version", config(role, `{"ID":"v1","Prefix":"","Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::elsewhere"}}`), "", "merge-first-version"},
		{"no rules", config(role), "", "merge-configuration-malformed"},
		{"rules that are none", config(role, "null"), "", "merge-configuration-malformed"},
		{"Rules twice", `{"Role":"` + role + `","Rules":[` + ourRule + `],"Rules":[]}`, "", "merge-configuration-malformed"},
		{"rules in lower case", `{"Role":"` + role + `","rules":[` + ourRule + `]}`, "", "merge-configuration-malformed"},
		{"no JSON", `{"Role":`, "", "merge-configuration-malformed"},
		{"null", `null`, "", "merge-configuration-malformed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := planText(t, "spec.yaml", []byte(mergeSpec))
			err := p.Merge(planner.Existing{Configurations: map[string]planner.Held{source: held(tt.have)}})
			if tt.change == "" {
				if diags := diag.Of(err); len(diags) != 1 || diags[0].Message.Key != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				return
			}
			got := mergedOf(p, source)
			if err != nil || len(got) != 1 || got[0].Change != tt.change {
				t.Fatalf("merged %+v, %v, want change %s", got, err, tt.change)
			}
			if diff := cmp.Diff(tt.want, string(got[0].Merged)); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
		})
	}
}

// What is there comes from a snapshot as it is written in it.
func TestMergeSnapshot(t *testing.T) {
	text := `{"schema": "repligrant.snapshot/v1", "accounts": {
	  "111122223333": {"buckets": {"acme-orders": {"ReplicationConfiguration": ` + config(role, ourRule) + `, "Policy": null}}},
	  "444455556666": {"buckets": {"acme-orders-copy": {"Policy": ` + doc("2012-10-17", tls) + `}}}}}`
	s, err := snapshot.Parse("snap.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := planText(t, "spec.yaml", []byte(mergeSpec))
	if err := p.Merge(p.Existing(s, "snap.json")); err != nil {
		t.Fatal(err)
	}
	if got := mergedOf(p, source); len(got) != 1 || got[0].Change != planner.NoChange {
		t.Errorf("configuration: %+v", got)
	}
	got := mergedOf(p, destination)
	if len(got) != 1 || string(got[0].Merged) != doc("2012-10-17", tls, ours) {
		t.Errorf("bucket policy: %+v", got)
	}
	if w := codes(p); len(w) > 0 {
		t.Errorf("warnings %v", w)
	}
}

func TestParseHeld(t *testing.T) {
	policyText := doc("2012-10-17", tls)
	printed, _ := json.Marshal(map[string]string{"Policy": policyText, "PolicyName": "default"})
	for _, tt := range []struct {
		name, text, want string
		configuration    bool
	}{
		{"policy", policyText, policyText, false},
		{"as the CLI prints it", string(printed), policyText, false},
		{"configuration", config(role, ourRule), config(role, ourRule), true},
		{"configuration as the CLI prints it", `{"ReplicationConfiguration":` + config(role, ourRule) + `}`, config(role, ourRule), true},
		{"nothing that it knows", "[1]", "[1]", false},
	} {
		h, configuration := planner.ParseHeld("f", []byte(tt.text))
		if string(h.Text) != tt.want || configuration != tt.configuration || h.From != "f" {
			t.Errorf("%s: got %s, %t", tt.name, h.Text, configuration)
		}
	}
}

const (
	kmsSpec = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:
    { account: prod, region: us-east-1, bucket_key: false, kms_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  acme-orders-copy:
    { account: backup, region: eu-west-1, bucket_key: false, kms_key: "` + replicaKey + `" }
replication:
  - { name: orders, from: acme-orders, to: acme-orders-copy }
`
	replicaKey = "arn:aws:kms:eu-west-1:444455556666:key/9876dcba-12ab-34cd-56ef-1234567890ab"
	delegation = `{"Sid":"Enable IAM policies","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"kms:*","Resource":"*"}`
)

// A key policy delegates to the account of the key; the role of another account
// needs a statement of its own, unless it has one.
func TestMergeKeyPolicy(t *testing.T) {
	theirs := `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["kms:Encrypt","kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"}`
	viaS3 := strings.Replace(theirs, `"Resource"`, `"Condition":{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:aws:s3:arn":"`+destination+`/*"}},"Resource"`, 1)
	bucketOnly := strings.Replace(viaS3, "copy/*", "copy", 1)
	for _, tt := range []struct {
		name, have string
		change     planner.Change
	}{
		{"the default policy", doc("2012-10-17", delegation), planner.Add},
		{"a grant to the account", doc("2012-10-17", delegation, theirs), planner.NoChange},
		{"a grant through S3", doc("2012-10-17", delegation, viaS3, bucketOnly), planner.NoChange},
		{"a grant for another context", doc("2012-10-17", delegation, bucketOnly), planner.Add},
	} {
		p, err := mergeInto(t, kmsSpec, replicaKey, tt.have)
		if err != nil {
			t.Fatal(err)
		}
		got := mergedOf(p, replicaKey)
		if len(got) != 1 || got[0].Change != tt.change || !strings.Contains(string(got[0].Merged), delegation) {
			t.Errorf("%s: %+v", tt.name, got)
			continue
		}
		again, err := mergeInto(t, kmsSpec, replicaKey, string(got[0].Merged))
		if err != nil || mergedOf(again, replicaKey)[0].Change != planner.NoChange {
			t.Errorf("%s, merged again: %v, %+v", tt.name, err, mergedOf(again, replicaKey))
		}
	}
	p, err := mergeInto(t, kmsSpec, replicaKey, "")
	if err != nil || len(mergedOf(p, replicaKey)) > 0 || strings.Join(codes(p), " ") != "merge-not-read-why" {
		t.Errorf("a key without a policy: %v, %v", err, codes(p))
	}
}

// TestMergeAssumedBy has a SPEC whose writer may be assumed by callers of another
// SPEC: a user whose writes that one guards, and a role that replicates. What the
// other SPEC says about them stays.
func TestMergeAssumedBy(t *testing.T) {
	const (
		head   = "version: 1\naccounts: {prod: {id: \"111122223333\"}}\nbuckets:\n  acme-orders: {account: prod, region: us-east-1}\n"
		theirs = head + `  acme-invoices: {account: prod, region: us-east-1}
replication: [{from: acme-invoices, to: acme-orders, tags: deny, role: acme-invoices-replication}]
writers: [{name: app, kind: user, bucket: acme-orders, prefixes: [a/], guard: true}]
`
		ours = head + `writers:
  - {name: batch, bucket: acme-orders, prefixes: [b/], guard: true,
     assumed_by: ["arn:aws:iam::111122223333:user/app", "arn:aws:iam::111122223333:role/acme-invoices-replication"]}
`
	)
	first, err := mergeInto(t, theirs, source, "")
	if err != nil {
		t.Fatal(err)
	}
	there := mergedOf(first, source)[0].Merged
	second, err := mergeInto(t, ours, source, string(there))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"arn:aws:iam::111122223333:role/batch"}, second.Callers()); diff != "" {
		t.Errorf("whose statements the plan may replace (-want +got):\n%s", diff)
	}
	documents := mergedOf(second, source)
	if len(documents) == 0 || documents[0].Change != planner.Add {
		t.Fatalf("the merge is no addition: %+v", documents)
	}
	for l := range strings.Lines(documents[0].Diff) {
		if strings.HasPrefix(l, "-") && strings.Contains(l, "Sid") {
			t.Errorf("a statement of the other SPEC goes:\n%s", documents[0].Diff)
		}
	}
}
