package cli_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// A wish draws SPECs that combine every feature that plan supports. Equal seeds
// draw equal SPECs.
type wish struct {
	*rand.Rand
	text strings.Builder
	used map[string]int // how often each feature was drawn, over all wishes
}

func newWish(seed uint64, used map[string]int) *wish {
	return &wish{Rand: rand.New(rand.NewPCG(seed, 0)), used: used}
}

// pick draws one of the choices, and counts it under name.
func (w *wish) pick(name string, choices ...string) string {
	c := choices[w.IntN(len(choices))]
	w.used[name+"="+c]++
	return c
}

// maybe draws true or false.
func (w *wish) maybe(name string) bool { return w.pick(name, "true", "false") == "true" }

func (w *wish) line(format string, args ...any) { fmt.Fprintf(&w.text, format+"\n", args...) }

// regions are two Regions of each partition.
var regions = map[string][2]string{
	"aws":        {"us-east-1", "eu-west-1"},
	"aws-cn":     {"cn-north-1", "cn-northwest-1"},
	"aws-us-gov": {"us-gov-west-1", "us-gov-east-1"},
	"aws-eusc":   {"eusc-de-east-1", "eusc-de-east-1"},
}

// spec draws a SPEC.
func (w *wish) spec() string {
	at := regions[w.pick("partition", "aws", "aws", "aws-cn", "aws-us-gov", "aws-eusc")]
	destinations := len(w.pick("destinations", "1", "11", "111"))
	w.line("version: 1")
	w.line("accounts:")
	w.line("  prod: { id: %q }", "111122223333")
	w.line("  backup: { id: %q }", "444455556666")
	if w.maybe("allowed destinations") {
		w.line("allowed_destinations: { accounts: [prod, backup], regions: [%s] }", strings.Join(slices.Compact(slices.Clone(at[:])), ", "))
	}
	w.line("buckets:")
	keyed := w.maybe("source with keys")
	w.line("  acme-orders: { account: prod, region: %s%s%s }", at[0], w.pick("object lock", "", ", object_lock: false", ", object_lock: true"), w.keys(keyed, at[0]))
	w.line("  acme-jobs: { account: %s, region: %s%s }", w.pick("owner of job bucket", "prod", "backup"), at[0], w.keys(w.maybe("job bucket with keys"), at[0]))
	for i := range destinations {
		w.line("  acme-copy-%d: { account: %s, region: %s%s%s }", i, w.pick("owner of destination", "prod", "backup", "backup"), at[1],
			w.pick("ownership", "", ", object_ownership: bucket-owner-enforced", ", object_ownership: bucket-owner-preferred", ", object_ownership: object-writer"),
			w.keys(keyed || w.maybe("only the destination has keys"), at[1]))
	}
	w.role(at[0])
	w.line("replication:")
	w.rules(destinations, keyed, at)
	w.writers()
	return w.text.String()
}

// key is the ARN of a key.
func key(account, region, id string) string {
	return fmt.Sprintf("%q", fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", arn.PartitionOf(region), region, account, id))
}

// keys draws the keys of a bucket, and whether it uses S3 Bucket Keys.
func (w *wish) keys(has bool, region string) string {
	if !has {
		return w.pick("no keys", "", ", kms_key: []")
	}
	var list []string
	for i := range len(w.pick("keys", "1", "1", "11")) {
		list = append(list, key(w.pick("owner of key", "111122223333", "444455556666"), region, fmt.Sprint("key-", i)))
	}
	return ", kms_key: [" + strings.Join(list, ", ") + "]" + w.pick("bucket key", "", ", bucket_key: true", ", bucket_key: false")
}

// role draws details of the replication role.
func (w *wish) role(region string) {
	var details []string
	add := func(name string, choices ...string) {
		if c := w.pick(name, choices...); c != "" {
			details = append(details, name+": "+c)
		}
	}
	add("path", "", "/service-role/")
	add("confused_deputy", "", "none", "if-exists")
	add("grant_to", "", "role", "account")
	add("permissions_boundary", "", "", fmt.Sprintf("%q", "arn:"+arn.PartitionOf(region)+":iam::111122223333:policy/boundary"))
	if len(details) > 0 {
		w.line("roles:")
		w.line("  acme-orders-replication: { %s }", strings.Join(details, ", "))
	}
}

// rules draws one rule or more to each destination. Whether a destination
// refuses tags is drawn once: what it refuses one rule, it refuses its role.
func (w *wish) rules(destinations int, keyed bool, at [2]string) {
	prefixes := []string{"", "logs/", "a*b?$/", "logs/2026/", "año/", "日本/"}
	for to := range destinations {
		tags := w.pick("tags", "replicate", "omit", "deny")
		annotations := w.pick("annotations", "omit", "replicate", "deny")
		rules := len(w.pick("rules", "1", "1", "11", "111"))
		for i := range rules {
			w.line("  - name: rule-%d-%d", to, i)
			w.line("    from: acme-orders")
			w.line("    to: acme-copy-%d", to)
			w.line("    priority: %d", i+1)
			w.line("    prefix: %q", w.pick("prefix", prefixes...))
			w.line("    tags: %s", tags)
			w.line("    annotations: %s", annotations)
			w.filter(tags)
			w.line("    owner: %s", w.pick("owner", "source", "destination"))
			w.line("    status: %s", w.pick("status", "enabled", "enabled", "enabled", "disabled"))
			w.line("    replication_time: %s", w.pick("replication time", "false", "false", "true"))
			w.line("    replica_modifications: %s", w.pick("replica modifications", "false", "false", "true"))
			w.line("    sse_c_objects: %s", w.pick("SSE-C objects", "false", "false", "true"))
			if keyed {
				w.encryption(at[1])
			}
			if rules == 1 && keyed {
				w.line("    two_way: %s", w.pick("two way", "false", "true"))
			}
			w.job()
		}
	}
}

// encryption draws whether KMS objects are selected, and the key of replicas.
func (w *wish) encryption(region string) {
	switch w.pick("encryption", "as the buckets", "left out", "another key") {
	case "left out":
		w.line("    kms_objects: false")
	case "another key":
		w.line("    replica_kms_key: %s", key(w.pick("owner of replica key", "111122223333", "444455556666"), region, "replicas"))
	}
}

// job draws a batch job.
func (w *wish) job() {
	var files []string
	switch w.pick("existing objects", "false", "false", "true", "manifest", "report", "manifest and report") {
	case "true":
		w.line("    existing_objects: true")
		return
	case "manifest":
		files = []string{"manifest"}
	case "report":
		files = []string{"report"}
	case "manifest and report":
		files = []string{"manifest", "report"}
	default:
		return
	}
	w.line("    existing_objects:")
	for _, f := range files {
		w.line("      %s: { bucket: acme-jobs, prefix: %ss/ }", f, f)
	}
}

// filter draws a tag filter or delete markers, which exclude each other; a rule
// with a tag filter has to replicate tags.
func (w *wish) filter(tags string) {
	switch w.pick("filter", "none", "tag", "tags", "delete markers") {
	case "tag":
		if tags == "replicate" {
			w.line("    filter_tags: { class: gold }")
		}
	case "tags":
		if tags == "replicate" {
			w.line("    filter_tags: { class: gold, team: \"\" }")
		}
	case "delete markers":
		w.line("    delete_markers: true")
	}
}

// writers draws writers to the source bucket.
func (w *wish) writers() {
	n := len(w.pick("writers", "", "1", "11"))
	if n > 0 {
		w.line("writers:")
	}
	for i := range n {
		w.line("  - name: writer-%d", i)
		w.line("    bucket: acme-orders")
		w.line("    account: %s", w.pick("account of writer", "prod", "prod", "backup"))
		if w.pick("kind of writer", "user", "role") == "user" {
			w.line("    kind: user")
		} else {
			w.line("    assumed_by: [lambda.amazonaws.com]")
		}
		w.line("    multipart: %s", w.pick("multipart", "true", "false"))
		prefixes := w.pick("prefixes", "[]", "[uploads/]", "[uploads/, \"in*/\"]", "[up, uploads/]")
		w.line("    prefixes: %s", prefixes)
		if prefixes != "[]" { // who may write everywhere is kept from nothing
			w.line("    guard: %s", w.pick("guard", "true", "false"))
		}
		w.line("    source_ips: %s", w.pick("source addresses", "[203.0.113.0/24]", "[203.0.113.0/24, 198.51.100.7]"))
		if w.maybe("access point") {
			w.line("    access_point: recordings")
		}
	}
}
