package cli_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/covering"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// lattice is all that a SPEC and the options of a plan can say and that bears on
// permissions: a factor for each field, with the values that make a difference.
var lattice = covering.Design{
	Factors: []covering.Factor{
		{Name: "partition", Values: []string{"aws", "aws-cn", "aws-us-gov", "aws-eusc"}},
		{Name: "policy_style", Values: []string{"minimal", "aws-docs"}},
		{Name: "allowed_destinations", Values: []string{"", "listed"}},
		{Name: "owner of to", Values: []string{"backup", "prod"}},
		{Name: "keys of from", Values: []string{"none", "own", "foreign", "two"}},
		{Name: "replica key", Values: []string{"none", "own", "foreign", "chosen own", "chosen foreign", "left out"}},
		{Name: "bucket_key of from", Values: boolean, Of: "keys of from", In: []string{"own", "foreign", "two"}},
		{Name: "bucket_key of to", Values: boolean, Of: "replica key", In: []string{"own", "foreign", "left out"}},
		{Name: "kms_objects", Values: []string{"", "true"}, Of: "keys of from", In: []string{"own", "foreign", "two"}},
		{Name: "requester_pays", Values: boolean},
		{Name: "object_lock of from", Values: boolean},
		{Name: "object_lock of to", Values: boolean},
		{Name: "object_ownership", Values: []string{"", "bucket-owner-enforced", "bucket-owner-preferred", "object-writer"}},
		{Name: "tags", Values: []string{"replicate", "omit", "deny"}},
		{Name: "annotations", Values: []string{"omit", "replicate", "deny"}},
		{Name: "filter_tags", Values: []string{"none", "one", "two"}},
		{Name: "prefix", Values: []string{"", "logs/", "a*b?$/", "日本/"}},
		{Name: "owner", Values: []string{"source", "destination"}},
		{Name: "delete_markers", Values: []string{"false", "true"}},
		{Name: "status", Values: []string{"enabled", "disabled"}},
		{Name: "clock", Values: []string{"none", "metrics", "replication_time"}},
		{Name: "replica_modifications", Values: []string{"false", "true"}},
		{Name: "sse_c_objects", Values: []string{"false", "true"}},
		{Name: "storage_class", Values: []string{"", "STANDARD_IA"}},
		{Name: "existing_objects", Values: []string{"false", "true", "manifest", "report", "both"}},
		{Name: "batch role", Values: []string{"", "shared", "named"}, Of: "existing_objects", In: []string{"manifest", "report", "both"}},
		{Name: "owner of jobs", Values: []string{"prod", "backup"}, Of: "existing_objects", In: []string{"manifest", "report", "both"}},
		{Name: "keys of jobs", Values: []string{"none", "own", "foreign", "two"}, Of: "existing_objects", In: []string{"manifest", "report", "both"}},
		{Name: "bucket_key of jobs", Values: boolean, Of: "keys of jobs", In: []string{"own", "foreign", "two"}},
		{Name: "two_way", Values: []string{"false", "true", "named"}},
		{Name: "path", Values: []string{"", "/service-role/"}},
		{Name: "confused_deputy", Values: []string{"none", "if-exists", "strict"}},
		{Name: "grant_to", Values: []string{"role", "account"}},
		{Name: "permissions_boundary", Values: []string{"", "set"}},
		{Name: "beside", Values: []string{"nothing", "a longer prefix", "another destination", "another source"}},
		{Name: "writer", Values: []string{"none", "user", "role"}},
		{Name: "account of writer", Values: []string{"prod", "backup"}, Of: "writer", In: []string{"user", "role"}},
		{Name: "prefixes", Values: []string{"[]", "[uploads/]", `[uploads/, "in*/"]`, "[up, uploads/]"}, Of: "writer", In: []string{"user", "role"}},
		{Name: "multipart", Values: []string{"false", "true"}, Of: "writer", In: []string{"user", "role"}},
		{Name: "guard", Values: []string{"false", "true"}, Of: "prefixes", In: []string{"[uploads/]", `[uploads/, "in*/"]`, "[up, uploads/]"}},
		{Name: "access_point", Values: []string{"", "recordings"}, Of: "writer", In: []string{"user", "role"}},
		{Name: "source_ips", Values: []string{"", "[203.0.113.0/24]", "[203.0.113.0/24, 198.51.100.7]"}, Of: "writer", In: []string{"user", "role"}},
		{Name: "key policies", Values: []string{"other", "all"}},
	},
	Apart: slices.Concat(
		apart("filter_tags", "one two", "tags", "omit deny"),
		apart("filter_tags", "one two", "delete_markers", "true"),
		apart("keys of from", "own foreign two", "replica key", "none"),
		apart("kms_objects", "true", "replica key", "left_out"),
		apart("requester_pays", "true", "two_way", "true named", "owner of to", "backup"),
		apart("requester_pays", "true", "two_way", "true named", "beside", "another_destination"),
		apart("keys of from", "none", "replica key", "own foreign chosen_own chosen_foreign", "two_way", "true named"),
		apart("object_lock of from", "true", "object_lock of to", "false"),
		apart("object_lock of from", "false", "object_lock of to", "true", "two_way", "true named"),
	),
}

var boolean = []string{"", "true", "false"}

// apart lists values that a SPEC or its plan is refused for: a factor and some of
// its values, another one and so on.
func apart(factorsAndValues ...string) (lists [][]covering.Value) {
	lists = [][]covering.Value{nil}
	for i := 0; i < len(factorsAndValues); i += 2 {
		var longer [][]covering.Value
		for _, l := range lists {
			for v := range strings.FieldsSeq(factorsAndValues[i+1]) {
				longer = append(longer, append(slices.Clone(l), covering.Value{Factor: factorsAndValues[i], Value: strings.ReplaceAll(v, "_", " ")}))
			}
		}
		lists = longer
	}
	return lists
}

// A specOf writes a row of the lattice as a SPEC.
type specOf struct {
	covering.Row
	strings.Builder
	at [2]string
}

func (s *specOf) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// given writes fields that the row has a value for.
func (s *specOf) given(indent string, fields ...string) {
	for _, f := range fields {
		if v := s.Row[f]; v != "" {
			s.line("%s%s: %s", indent, f, v)
		}
	}
}

func textOf(r covering.Row) string {
	s := &specOf{Row: r, at: regions[r["partition"]]}
	s.line("version: 1")
	s.given("", "policy_style")
	s.line("accounts:\n  prod: { id: %q }\n  backup: { id: %q }", "111122223333", "444455556666")
	if r["allowed_destinations"] != "" {
		s.line("allowed_destinations: { accounts: [prod, backup], regions: [%s] }", strings.Join(slices.Compact(slices.Clone(s.at[:])), ", "))
	}
	s.buckets()
	s.roles()
	s.line("replication:")
	s.rule("orders", "acme-orders", "acme-copy", r["prefix"])
	switch r["beside"] {
	case "a longer prefix":
		s.rule("longer", "acme-orders", "acme-copy", r["prefix"]+"2026/")
	case "another destination":
		s.rule("other", "acme-orders", "acme-other", r["prefix"])
	case "another source":
		s.rule("parts", "acme-parts", "acme-copy", r["prefix"])
	}
	s.writer()
	return s.String()
}

// optionsOf are the options of a row's plan.
func optionsOf(r covering.Row) planner.Options {
	return planner.Options{AllKeyPolicies: r["key policies"] == "all"}
}

const prodID, backupID = "111122223333", "444455556666"

func (s *specOf) buckets() {
	from, to := s.at[0], s.at[1]
	sources := map[string]string{"none": "", "own": key(prodID, from, "a"), "foreign": key(backupID, from, "b"), "two": key(prodID, from, "a") + ", " + key(backupID, from, "b")}
	jobs := map[string]string{"own": key(prodID, from, "e"), "foreign": key(backupID, from, "f"), "two": key(backupID, from, "f") + ", " + key(prodID, from, "e")}
	source := s.flow("object_lock", "object_lock of from") + s.flow("requester_pays", "requester_pays") + keysOf(sources[s.Row["keys of from"]]) + s.flow("bucket_key", "bucket_key of from")
	replicas := map[string]string{
		"own": key(prodID, to, "c"), "foreign": key(backupID, to, "d"), "left out": key(backupID, to, "d"),
		"chosen own": key(backupID, to, "d"), "chosen foreign": key(prodID, to, "c"), // another one than the rule's
	}
	destination := s.flow("object_lock", "object_lock of to") + s.flow("object_ownership", "object_ownership") +
		keysOf(replicas[s.Row["replica key"]]) + s.flow("bucket_key", "bucket_key of to")
	s.line("buckets:")
	s.line("  acme-orders: { account: prod, region: %s%s }", from, source)
	s.line("  acme-copy: { account: %s, region: %s%s }", s.Row["owner of to"], to, destination)
	if s.Row["beside"] == "another source" {
		s.line("  acme-parts: { account: prod, region: %s%s }", from, source)
	}
	if s.Row["beside"] == "another destination" {
		s.line("  acme-other: { account: backup, region: %s%s }", to, destination)
	}
	s.line("  acme-jobs: { account: %s, region: %s%s%s }", cmp.Or(s.Row["owner of jobs"], "prod"), from, keysOf(jobs[s.Row["keys of jobs"]]), s.flow("bucket_key", "bucket_key of jobs"))
}

// flow is a field inside of braces, if the row has a value for it.
func (s *specOf) flow(field, name string) string {
	if v := s.Row[name]; v != "" {
		return ", " + field + ": " + v
	}
	return ""
}

func keysOf(list string) string {
	if list == "" {
		return ""
	}
	return ", kms_key: [" + list + "]"
}

func (s *specOf) roles() {
	s.line("roles:\n  replicator:\n    account: prod")
	s.given("    ", "path", "confused_deputy", "grant_to")
	if s.Row["permissions_boundary"] != "" {
		s.line("    permissions_boundary: arn:%s:iam::%s:policy/boundary", s.Row["partition"], prodID)
	}
}

func (s *specOf) rule(name, from, to, prefix string) {
	s.line("  - name: %s\n    from: %s\n    to: %s\n    role: replicator\n    prefix: %q", name, from, to, prefix)
	priority := 1
	if name == "longer" {
		priority = 2
	}
	s.line("    priority: %d", priority)
	switch s.Row["filter_tags"] {
	case "one":
		s.line("    filter_tags: { class: gold }")
	case "two":
		s.line("    filter_tags: { class: gold, team: \"\" }")
	}
	s.given("    ", "tags", "annotations", "owner", "delete_markers", "kms_objects", "status", "replica_modifications", "sse_c_objects", "storage_class")
	if c := s.Row["clock"]; c != "none" {
		s.line("    %s: true", c)
	}
	switch s.Row["replica key"] {
	case "chosen own":
		s.line("    replica_kms_key: %s", key(prodID, s.at[1], "c"))
	case "chosen foreign":
		s.line("    replica_kms_key: %s", key(backupID, s.at[1], "d"))
	case "left out":
		s.line("    kms_objects: false")
	}
	s.job()
	switch s.Row["two_way"] {
	case "true":
		s.line("    two_way: true")
	case "named":
		s.line("    two_way: { name: back-%s, role: back-%s }", name, to)
	}
}

func (s *specOf) job() {
	files := map[string][]string{"manifest": {"manifest"}, "report": {"report"}, "both": {"manifest", "report"}}[s.Row["existing_objects"]]
	if files == nil {
		s.line("    existing_objects: %s", s.Row["existing_objects"])
		return
	}
	s.line("    existing_objects:")
	for _, f := range files {
		s.line("      %s: { bucket: acme-jobs, prefix: %ss/ }", f, f)
	}
	if role := map[string]string{"shared": "replicator", "named": "filler"}[s.Row["batch role"]]; role != "" {
		s.line("      role: %s", role)
	}
}

func (s *specOf) writer() {
	if s.Row["writer"] == "none" {
		return
	}
	s.line("writers:\n  - name: uploader\n    bucket: acme-orders\n    account: %s\n    kind: %s", s.Row["account of writer"], s.Row["writer"])
	if s.Row["writer"] == "role" {
		s.line("    assumed_by: [lambda.amazonaws.com]")
	}
	s.given("    ", "prefixes", "multipart", "guard", "access_point", "source_ips")
}

// coverStrength is how many values each combination of which stands in a SPEC.
// REPLIGRANT_COVER=3 makes 356 SPECs instead of 53, and takes three minutes of a
// processor: .ci/full does that.
func coverStrength() int {
	if n, err := strconv.Atoi(os.Getenv("REPLIGRANT_COVER")); err == nil {
		return n
	}
	return 2
}

// TestPromiseCovers keeps the promise for SPECs in which every two values of the
// lattice stand together.
func TestPromiseCovers(t *testing.T) {
	strength := coverStrength()
	rows := lattice.Rows(strength)
	held, possible := lattice.Combinations(rows, strength), lattice.Possible(strength)
	for c := range maps.Keys(possible) {
		if !held[c] {
			t.Errorf("no SPEC has %s", c)
		}
	}
	if len(rows) == 0 || len(possible) < 1000 {
		t.Fatalf("%d SPECs for %d combinations: nothing is covered", len(rows), len(possible))
	}
	t.Logf("%d SPECs have all %d combinations of %d values of %d factors", len(rows), len(possible), strength, len(lattice.Factors))
	cuts := newTally()
	t.Cleanup(func() { cuts.log(t); cuts.every(t) })
	for i, r := range rows {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			newPromiseWith(t, optionsOf(r), textOf(r)).keep(cuts)
		})
	}
}

// TestCoverLeavesOut shows that what no SPEC of the cover has together cannot be
// planned: with nothing else in it the SPEC or its plan is refused.
func TestCoverLeavesOut(t *testing.T) {
	if len(lattice.Apart) == 0 {
		t.Fatal("nothing is left out")
	}
	for _, values := range lattice.Apart {
		r := covering.Row{}
		for _, f := range lattice.Factors {
			r[f.Name] = f.Values[0]
		}
		for _, v := range values {
			r[v.Factor] = v.Value
		}
		s, err := spec.Parse("spec.yaml", []byte(textOf(r)))
		if err == nil {
			_, err = optionsOf(r).New(s)
		}
		if err == nil {
			t.Errorf("%v can be planned: take it out of what is apart", values)
		}
	}
}
