package audit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/replication"
)

// A Bucket is the source or the destination of a rule. What is not known is left
// out.
type Bucket struct {
	Name    string `json:"name"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
}

// bucketList lists the buckets of all rules, by name.
func (a *auditor) bucketList() []Bucket {
	seen := map[string]Bucket{}
	for _, r := range a.decided {
		for _, b := range []replication.Bucket{r.From, r.To} {
			account, live, _ := a.bucket(b)
			one := Bucket{Name: b.Name, Account: account, Region: b.Region}
			if live != nil {
				one.Region = cmp.Or(one.Region, live.Region)
			}
			known := seen[b.Name]
			seen[b.Name] = Bucket{b.Name, cmp.Or(known.Account, one.Account), cmp.Or(known.Region, one.Region)}
		}
	}
	var out []Bucket
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[name])
	}
	return out
}
