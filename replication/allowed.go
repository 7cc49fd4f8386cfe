package replication

import (
	"slices"

	"github.com/repligrant/repligrant/spec"
)

// Allowed says where replicas may go. The zero Allowed allows every place.
type Allowed struct {
	Accounts []string // IDs; none: any account
	Regions  []string // none: any Region
}

// AllowedFromSpec returns what a SPEC says of destinations.
func AllowedFromSpec(s *spec.Spec) Allowed {
	var a Allowed
	for _, name := range s.AllowedDestinations.Accounts {
		account, _ := s.Account(name.Value)
		a.Accounts = append(a.Accounts, account.ID.Value)
	}
	for _, region := range s.AllowedDestinations.Regions {
		a.Regions = append(a.Regions, region.Value)
	}
	return a
}

// Allows reports whether replicas may go to b. A bucket whose owner or Region is
// not known is not allowed where that matters.
func (a Allowed) Allows(b Bucket) bool {
	return (len(a.Accounts) == 0 || slices.Contains(a.Accounts, b.Account)) &&
		(len(a.Regions) == 0 || slices.Contains(a.Regions, b.Region))
}

// Forbids reports whether replicas may not go to b for certain: what is known of
// its owner or Region is not allowed, whatever the other is.
func (a Allowed) Forbids(b Bucket) bool {
	return forbids(a.Accounts, b.Account) || forbids(a.Regions, b.Region)
}

func forbids(allowed []string, place string) bool {
	return place != "" && len(allowed) > 0 && !slices.Contains(allowed, place)
}
