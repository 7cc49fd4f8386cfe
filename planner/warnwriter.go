package planner

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

func writerWarnings(w replication.Writer) []Warning {
	list := []Warning{warn(w.Pos, "writer-untraced", "writer", w.Name, "bucket", w.Bucket.Name, "account", w.Bucket.Account)}
	if w.Kind == "user" {
		list = append(list, warn(w.Pos, "writer-long-lived-keys", "writer", w.Name))
	}
	ownership, stated := w.Bucket.ObjectOwnership.Get()
	if w.Account != w.Bucket.Account && stated && ownership != replication.BucketOwnerEnforced {
		list = append(list, warn(w.Pos, "uploads-owned-by-writer", "writer", w.Name, "bucket", w.Bucket.Name, "account", w.Account))
	}
	if ranges := slices.DeleteFunc(slices.Clone(w.SourceIPs), isPublic); len(ranges) > 0 {
		list = append(list, warn(w.Pos, "writer-addresses-private", "writer", w.Name, "ranges", strings.Join(ranges, ", ")))
	}
	return append(list, prefixWarnings(w.Pos, phrases.Text("what.writer", "writer", w.Name), w.Prefixes...)...)
}

// privateBlocks are the addresses that no request from outside a network has.
//
// See https://www.rfc-editor.org/rfc/rfc1918 and https://www.rfc-editor.org/rfc/rfc4193.
var privateBlocks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7"),
}

// isPublic reports whether some request may come from an address or a block.
func isPublic(address string) bool {
	block, err := netip.ParsePrefix(address)
	if err != nil {
		a, err := netip.ParseAddr(address)
		if err != nil {
			return true
		}
		block = netip.PrefixFrom(a, a.BitLen())
	}
	return !slices.ContainsFunc(privateBlocks, func(p netip.Prefix) bool { return p.Bits() <= block.Bits() && p.Contains(block.Addr()) })
}

// outsiders names those who may assume the roles of writers and are of accounts
// that the SPEC does not name.
func outsiders(s *spec.Spec) []Warning {
	ours := map[string]bool{}
	for _, a := range s.Accounts {
		ours[a.ID.Value] = true
	}
	var list []Warning
	for _, w := range s.Writers {
		for _, principal := range w.AssumedBy {
			a, err := arn.Parse(principal.Value)
			if err != nil || ours[a.Account] {
				continue // a service, or of an account of the SPEC
			}
			list = append(list, warn(principal.Pos, "writer-assumed-from-outside",
				"writer", w.Name.Value, "principal", principal.Value, "account", a.Account, "bucket", w.Bucket.Value))
		}
	}
	return list
}
