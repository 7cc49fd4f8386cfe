package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Lack is what a collection was to read and that stands under no account ID.
// With Account, the accounts of its organization could not be listed; without,
// the account of Profile could not be entered, and nobody knows which it is.
type Lack struct {
	Account string `json:"account,omitempty"`
	Profile string `json:"profile,omitempty"` // "": the default credentials
	Errors  Errors `json:"Errors"`
}

// Reason returns the API operation that failed, and why.
func (l Lack) Reason() (operation, why string) {
	for _, operation := range slices.Sorted(maps.Keys(l.Errors)) {
		return operation, l.Errors[operation]
	}
	return "", ""
}

// Reasons of an account that could not be entered, which there is more to say
// about. Each may be followed by ": " and what it is about.
const (
	Unreachable     = "Unreachable"     // no connection; with the address
	Timeout         = "Timeout"         // no answer in time; with the address
	ProfileNotFound = "ProfileNotFound" // the shared config has no such profile; with its name
)

// CutReason takes a reason apart into the word and what it is about.
func CutReason(why string) (word, about string) {
	word, about, _ = strings.Cut(why, ": ")
	return word, about
}

// SortLacks orders lacks and takes out what stands in them twice.
func SortLacks(lacks []Lack) []Lack {
	compare := func(x, y Lack) int {
		xo, xw := x.Reason()
		yo, yw := y.Reason()
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Profile, y.Profile), cmp.Compare(xo, yo), cmp.Compare(xw, yw))
	}
	sorted := slices.SortedStableFunc(slices.Values(lacks), compare)
	return slices.CompactFunc(sorted, func(x, y Lack) bool { return compare(x, y) == 0 })
}
