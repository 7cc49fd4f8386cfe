package discover

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
)

// write writes the details of roles: a rule names its role, and the path or
// boundary stands apart.
func (f *finder) write() {
	clashes := map[string]string{} // ARN of the first role of each name
	for _, s := range f.from {
		role := s.rules[0].Role
		a, err := arn.Parse(role)
		if err != nil || a.Account != s.Account {
			continue // a SPEC refuses it, and says so
		}
		if first, ok := clashes[a.Name()]; ok && first != role {
			delete(f.roles, a.Name()) // two roles of one name: rules name their ARNs
			continue
		}
		if _, again := clashes[a.Name()]; again {
			continue
		}
		clashes[a.Name()] = role
		if e := f.details(a, role); len(e.fields) > 0 {
			f.roles[a.Name()] = e
		}
	}
	for _, s := range f.from {
		name := roleName(s.rules[0].Role)
		if e := f.roles[name]; e != nil && !slices.Contains(f.draft.roles, e) {
			f.draft.roles = append(f.draft.roles, e)
		}
		for _, r := range s.rules {
			r.role = f.roles[name]
			r.plain = clashes[name] == r.Role && rolePath(r.Role) == "/"
		}
	}
}

// details are what is known of a role beside its name.
func (f *finder) details(a arn.ARN, role string) *entry {
	e := &entry{kind: ofRole, name: a.Name()}
	if path := rolePath(role); path != "/" {
		e.add("path", scalar(path))
	}
	if r, _ := f.held.FindRole(role); r != nil {
		if b, ok := r.PermissionsBoundary.Get(); ok {
			e.add("permissions_boundary", scalar(b.PermissionsBoundaryARN))
		}
	}
	return e
}

func roleName(role string) string {
	a, _ := arn.Parse(role)
	return a.Name()
}

// rolePath is the path of a role: what stands between role and its name.
func rolePath(role string) string {
	a, _ := arn.Parse(role)
	return strings.TrimSuffix(strings.TrimPrefix(a.Resource, "role"), a.Name())
}

// roleField is how a rule names its role, "" where the SPEC takes it to be that.
func (r *rule) roleField() string {
	a, err := arn.Parse(r.Role)
	if err != nil || a.Account != r.source.Account || !r.plain && (r.role == nil || r.role.refused != nil) {
		return scalar(r.Role)
	}
	if a.Name() == r.From.Name+"-replication" {
		return ""
	}
	return scalar(a.Name())
}

// fields are those of a rule as things stand: what a bucket says, its rules leave
// out.
func (r *rule) fields() []field {
	e := &entry{}
	says := func(key, value string, is bool) {
		if is {
			e.add(key, value)
		}
	}
	says("name", scalar(r.Name), r.Name != "" && r.Name != r.From.Name+"-to-"+r.to.Name)
	e.add("from", scalar(r.From.Name))
	e.add("to", scalar(r.to.Name))
	says("role", r.roleField(), r.roleField() != "")
	says("prefix", scalar(r.Prefix), r.Prefix != "")
	says("filter_tags", tags(r.FilterTags), len(r.FilterTags) > 0)
	says("priority", strconv.Itoa(r.Priority), r.written.Priority != nil && r.meets())
	says("status", "disabled", r.written.Status == replication.Disabled)
	says("owner", "destination", r.OwnerOverride)
	says("delete_markers", "true", r.DeleteMarkers)
	r.encryption(says)
	says("replica_modifications", "true", r.ReplicaModifications)
	says("replication_time", "true", r.ReplicationTime)
	says("metrics", onOff(r.Metrics), r.Metrics != r.ReplicationTime)
	says("storage_class", scalar(r.StorageClass), r.StorageClass != "")
	if r.mirror != nil {
		e.add("two_way", r.twoWay())
	}
	return e.fields
}

// encryption writes whether KMS objects are selected, where the source's key does
// not say it, and the key of replicas, where it is not the destination's.
func (r *rule) encryption(says func(key, value string, is bool)) {
	implied := r.source.states("kms_key") && (r.mirror == nil || r.to.states("kms_key"))
	says("kms_objects", "true", r.KMSObjects && !implied)
	says("replica_kms_key", scalar(r.ReplicaKMSKey), r.KMSObjects && (!r.to.states("kms_key") || r.to.key != r.ReplicaKMSKey))
}

// states reports whether a bucket has a key in the SPEC that is no comment.
func (b *bucket) states(key string) bool {
	return slices.ContainsFunc(b.entry.fields, func(f field) bool { return f.key == key && f.out == nil })
}

func tags(list []replication.Tag) string {
	parts := make([]string, len(list))
	for i, t := range list {
		parts[i] = scalar(t.Key) + ": " + scalar(t.Value)
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// meets reports whether an object can match a rule and another one to the same
// destination, so that their priorities matter.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (r *rule) meets() bool {
	return slices.ContainsFunc(r.source.rules, func(o *rule) bool { return o != r && o.to == r.to && r.overlaps(o) })
}

func (r *rule) overlaps(o *rule) bool {
	if !strings.HasPrefix(r.Prefix, o.Prefix) && !strings.HasPrefix(o.Prefix, r.Prefix) {
		return false
	}
	return !slices.ContainsFunc(r.FilterTags, func(t replication.Tag) bool {
		return slices.ContainsFunc(o.FilterTags, func(u replication.Tag) bool { return t.Key == u.Key && t.Value != u.Value })
	})
}
