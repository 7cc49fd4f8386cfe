package spec

import (
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// An entry is one element of replication as written. Its rule is the template
// of all rules that it expands to.
type entry struct {
	rule      Rule
	name      Text
	to        []Text
	role      Text
	batchRole Text
}

func (p *parser) entry(n *yaml.Node) {
	e := &entry{rule: Rule{Pos: n.Pos}}
	r := &e.rule
	r.Enabled.Value = true
	r.Tags.Value, r.Annotations.Value = Replicate, Omit
	p.mapping("replication", n.Pos, n, []field{
		{"name", 0, p.ruleName(&e.name)},
		{"from", required, p.text(&r.From)},
		{"to", required, p.oneOrMore(&e.to)},
		{"role", 0, p.text(&e.role, p.isRole)},
		{"prefix", 0, p.selecting(n.Pos, p.prefix(&r.Prefix))},
		{"filter_tags", 0, p.selecting(n.Pos, p.tags(&r.FilterTags))},
		{"priority", 0, p.selecting(n.Pos, p.priority(&r.Priority))},
		{"status", 0, p.status(&r.Enabled)},
		{"tags", 0, choice(p, &r.Tags, Replicate, Omit, Deny)},
		{"annotations", 0, choice(p, &r.Annotations, Omit, Replicate, Deny)},
		{"owner", 0, p.owner(&r.OwnerOverride)},
		{"delete_markers", 0, p.boolean(&r.DeleteMarkers)},
		{"kms_objects", 0, p.boolean(&r.KMSObjects)},
		{"replica_kms_key", 0, p.key(&r.ReplicaKMSKey)},
		{"sse_c_objects", 0, p.boolean(&r.SSECObjects)},
		{"replica_modifications", 0, p.boolean(&r.ReplicaModifications)},
		{"replication_time", 0, p.boolean(&r.ReplicationTime)},
		{"metrics", 0, p.boolean(&r.Metrics)},
		{"storage_class", 0, p.storageClass(&r.StorageClass)},
		{"existing_objects", 0, p.existingObjects(e)},
		{"two_way", 0, p.twoWay(&r.TwoWay)},
	})
	p.entries = append(p.entries, e)
}

// selecting reads what decides which objects the entry at pos selects. After a
// mistake in it, nothing more is said of entries that select the same.
func (p *parser) selecting(pos diag.Pos, read reader) reader {
	return func(key string, n *yaml.Node) {
		before := len(p.problems)
		read(key, n)
		p.unread[pos] = p.unread[pos] || len(p.problems) > before
	}
}

// maxRuleName is the length of the longest rule ID.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html.
const maxRuleName = 255

// ruleName reads the name of a rule. A name that S3 would refuse is kept all
// the same, so that the default does not take its place and clash.
func (p *parser) ruleName(to *Text) reader {
	return func(key string, n *yaml.Node) {
		p.text(to)(key, n)
		p.checkRuleName(*to)
	}
}

// checkRuleName checks a rule ID: ASCII, and not too long. AWS says nothing of
// control characters; they are refused because a name stands on one line of a
// report. Of the names made from one, only the first is reported.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func (p *parser) checkRuleName(t Text) {
	if !p.badNames[t.Pos] && !p.isRuleName(t) {
		p.badNames[t.Pos] = true
	}
}

func (p *parser) isRuleName(t Text) bool {
	for i, r := range t.Value {
		if r < ' ' || r > '~' {
			character, _ := firstRune(t.Value[i:])
			p.report(t.Pos, "spec-rule-name-character", "name", quote(t.Value), "character", quote(character))
			return false
		}
	}
	if len(t.Value) > maxRuleName {
		p.report(t.Pos, "spec-rule-name-length", "name", quote(t.Value), "length", strconv.Itoa(len(t.Value)), "limit", strconv.Itoa(maxRuleName))
		return false
	}
	return true
}

// isRole checks the name of a role, or its ARN.
func (p *parser) isRole(key string, t Text) bool {
	if isARN(t.Value) {
		return p.isRoleARN(key, t)
	}
	return p.matches(roleName, "spec-role-name")(key, t)
}

func (p *parser) priority(to *Optional[int]) reader {
	return func(key string, n *yaml.Node) {
		if v, ok := p.number(key, n); ok {
			*to = Optional[int]{Value: v, Stated: true, Pos: n.Pos}
		}
	}
}

func (p *parser) status(to *Optional[bool]) reader {
	return p.either(to, "enabled", "enabled", "disabled")
}

func (p *parser) owner(to *Optional[bool]) reader {
	return p.either(to, "destination", "source", "destination")
}

// either reads one of two words, of which yes means true.
func (p *parser) either(to *Optional[bool], yes string, words ...string) reader {
	return func(key string, n *yaml.Node) {
		var o Optional[string]
		choice(p, &o, words...)(key, n)
		if o.Stated {
			*to = Optional[bool]{Value: o.Value == yes, Stated: true, Pos: o.Pos}
		}
	}
}

func (p *parser) key(to *Optional[string]) reader {
	return func(key string, n *yaml.Node) {
		var t Text
		p.text(&t, p.isKey)(key, n)
		*to = Optional[string]{Value: t.Value, Stated: true, Pos: n.Pos}
	}
}

// storageClasses are those that a replica can have. The S3 API lists more for a
// destination, but says that not all of them are accepted.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationdestination.html.
var storageClasses = []string{
	"STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
	"GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY",
}

// StorageClasses returns the storage classes that a replica can have.
func StorageClasses() []string { return slices.Clone(storageClasses) }

func (p *parser) storageClass(to *Text) reader {
	return func(key string, n *yaml.Node) {
		var o Optional[string]
		choice(p, &o, storageClasses...)(key, n)
		if o.Stated {
			*to = Text{o.Value, o.Pos}
		}
	}
}

// existingObjects reads true, false, or a mapping with the details of the job.
func (p *parser) existingObjects(e *entry) reader {
	to := &e.rule.ExistingObjects
	return func(key string, n *yaml.Node) {
		to.Wanted, to.Pos = p.wanted(key, n), n.Pos
		if n.Kind != yaml.Mapping {
			return
		}
		p.mapping(key, n.Pos, n, []field{
			{"role", 0, p.text(&e.batchRole, p.isRole)},
			{"manifest", 0, p.location(&to.Manifest)},
			{"report", 0, p.location(&to.Report)},
		})
	}
}

func (p *parser) location(to *Optional[Location]) reader {
	return func(key string, n *yaml.Node) {
		to.Stated, to.Pos = true, n.Pos
		p.mapping(key, n.Pos, n, []field{
			{"bucket", required, p.text(&to.Value.Bucket)},
			{"prefix", 0, p.prefix(&to.Value.Prefix)},
		})
	}
}

func (p *parser) twoWay(to *TwoWay) reader {
	return func(key string, n *yaml.Node) {
		to.Wanted, to.Pos = p.wanted(key, n), n.Pos
		if n.Kind != yaml.Mapping {
			return
		}
		p.mapping(key, n.Pos, n, []field{
			{"role", 0, p.text(&to.Role, p.isRole)},
			{"name", 0, p.ruleName(&to.Name)},
		})
	}
}

// wanted reads what is true, false or a mapping with details. A mapping without
// any says nothing that true would not say, and is refused.
func (p *parser) wanted(key string, n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.Mapping && len(n.Entries) == 0:
		p.report(n.Pos, "spec-no-details", "key", key)
		return false
	case n.Kind == yaml.Mapping:
		return true
	default:
		v, ok := p.bool(key, n)
		return ok && v
	}
}

// maxTags is how many tags an object can have. maxTagKey and maxTagValue are
// lengths in Unicode characters. AWS notes that S3 keeps tags in UTF-16, where
// some characters take two places, and not whether these count twice: here they
// count once. Which characters a tag may have is left to S3.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html.
const (
	maxTags     = 10
	maxTagKey   = 128
	maxTagValue = 256
)

// tags reads the tags of a filter. A value may be empty, and a key may not.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tag.html.
func (p *parser) tags(to *[]Tag) reader {
	return func(key string, n *yaml.Node) {
		if !p.is(yaml.Mapping, "spec-not-mapping", key, n) {
			return
		}
		if len(n.Entries) > maxTags {
			p.report(n.Entries[maxTags].Pos, "spec-too-many-tags", "limit", strconv.Itoa(maxTags))
		}
		for _, e := range n.Entries {
			p.isTagPart(e.Pos, "spec-tag-key", e.Key, 1, maxTagKey)
			value, ok := p.string(e.Key, e.Value)
			if ok && p.isTagPart(value.Pos, "spec-tag-value", value.Value, 0, maxTagValue) {
				*to = append(*to, Tag{Text{e.Key, e.Pos}, value})
			}
		}
	}
}

func (p *parser) isTagPart(pos diag.Pos, problem, s string, least, most int) bool {
	if n := len([]rune(s)); n < least || n > most {
		p.report(pos, problem, "value", quote(s), "length", strconv.Itoa(n), "limit", strconv.Itoa(most))
		return false
	}
	return true
}
