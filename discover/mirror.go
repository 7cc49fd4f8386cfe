package discover

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// mirrors finds the rules of which each says the same as one in the other
// direction, and makes one entry of the two.
func (f *finder) mirrors() {
	taken := map[*rule]bool{}
	for _, s := range f.from {
		for _, r := range s.rules {
			back := r.to.source
			if taken[r] || r.entry.refused != nil || back == nil {
				continue
			}
			for _, m := range back.rules {
				if m != r && !taken[m] && m.entry.refused == nil && mirrored(r, m) {
					taken[r], taken[m] = true, true
					r.mirror = m
					f.join(r)
					break
				}
			}
		}
	}
}

// join takes the second rule of a pair out of the list: its notes go to the first.
func (f *finder) join(r *rule) {
	f.draft.rules = slices.DeleteFunc(f.draft.rules, func(e *entry) bool { return e == r.mirror.entry })
	r.draft = f.draft
}

// part makes two entries of a pair again.
func (r *rule) part() {
	i := slices.Index(r.draft.rules, r.entry)
	r.draft.rules = slices.Insert(r.draft.rules, i+1, r.mirror.entry)
	r.mirror = nil
}

// mirrored reports whether two_way of r makes m: a rule that says the same the
// other way round, with its replicas under the default key of their bucket.
func mirrored(r, m *rule) bool {
	if m.to.Name != r.From.Name || m.KMSObjects && (m.to.key == "" || m.ReplicaKMSKey != m.to.key) {
		return false
	}
	if r.meets() != m.meets() || r.meets() && (r.written.Priority == nil || m.written.Priority == nil || r.Priority != m.Priority) {
		return false
	}
	return r.written.Status == m.written.Status && r.Prefix == m.Prefix && slices.Equal(sorted(r.FilterTags), sorted(m.FilterTags)) &&
		r.OwnerOverride == m.OwnerOverride && r.DeleteMarkers == m.DeleteMarkers && r.KMSObjects == m.KMSObjects &&
		r.ReplicaModifications == m.ReplicaModifications && r.ReplicationTime == m.ReplicationTime && r.Metrics == m.Metrics &&
		r.StorageClass == m.StorageClass
}

func sorted(tags []replication.Tag) []replication.Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b replication.Tag) int {
		return strings.Compare(a.Key+"\x00"+a.Value, b.Key+"\x00"+b.Value)
	})
}

// twoWay writes what the mirrored rule is called and which role it has, where the
// SPEC does not take it to be that.
func (r *rule) twoWay() string {
	var details []string
	if role := r.mirror.roleField(); role != "" {
		details = append(details, "role: "+role)
	}
	usual := r.to.Name + "-to-" + r.From.Name
	if r.Name != "" && r.Name != r.From.Name+"-to-"+r.to.Name {
		usual = r.Name + "-to-" + r.From.Name
	}
	if name := r.mirror.Name; name != "" && name != usual {
		details = append(details, "name: "+scalar(name))
	}
	if details == nil {
		return "true"
	}
	return "{ " + strings.Join(details, ", ") + " }"
}
