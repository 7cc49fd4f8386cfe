package spec

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// A Writer is an identity that uploads to one bucket and does nothing else.
type Writer struct {
	Name        Text // of the role or user
	Kind        Optional[WriterKind]
	Account     Text   // a name in [Spec.Accounts]; not stated: the bucket's, "" if that is unknown
	AssumedBy   []Text // ARNs of principals, or service principals; never empty for a role
	Bucket      Text
	Prefixes    []Text // empty: the whole bucket
	Multipart   Optional[bool]
	AccessPoint Text   // the name of an access point of the bucket
	SourceIPs   []Text // CIDR blocks or addresses
	Guard       Optional[bool]
	Pos         diag.Pos // of the entry
}

// WriterKind says what a writer is in IAM.
type WriterKind string

// The kinds of writers.
const (
	WriterRole WriterKind = "role"
	WriterUser WriterKind = "user"
)

func (p *parser) writer(n *yaml.Node) {
	w := Writer{Pos: n.Pos}
	w.Kind.Value = WriterRole
	p.mapping("writers", n.Pos, n, []field{
		{"name", required, p.text(&w.Name, p.matches(roleName, "spec-role-name"))},
		{"kind", 0, choice(p, &w.Kind, WriterRole, WriterUser)},
		{"account", 0, p.text(&w.Account)},
		{"assumed_by", 0, p.someTexts(&w.AssumedBy, p.isPrincipal)},
		{"bucket", required, p.text(&w.Bucket)},
		{"prefixes", 0, p.texts(&w.Prefixes, p.isPrefix)},
		{"multipart", 0, p.boolean(&w.Multipart)},
		{"access_point", 0, p.text(&w.AccessPoint, p.isAccessPoint)},
		{"source_ips", 0, p.someTexts(&w.SourceIPs, p.isNetwork)},
		{"guard", 0, p.boolean(&w.Guard)},
	})
	p.spec.Writers = append(p.spec.Writers, w)
	p.assumers(w, n)
	if w.Guard.Value && len(w.Prefixes)+len(w.SourceIPs) == 0 {
		p.report(w.Guard.Pos, "spec-writer-guard", "name", quote(w.Name.Value))
	}
}

// assumers checks that somebody can be a writer of kind role, and that nobody is
// named who could not be one.
func (p *parser) assumers(w Writer, n *yaml.Node) {
	i := slices.IndexFunc(n.Entries, func(e yaml.Entry) bool { return e.Key == "assumed_by" })
	switch {
	case w.Kind.Value == WriterRole && i < 0:
		p.report(n.Pos, "spec-writer-not-assumed", "name", quote(w.Name.Value))
	case w.Kind.Value == WriterUser && i >= 0:
		p.clash(n.Entries[i].Pos, w.Kind.Pos, "spec-writer-user-assumed")
	}
}

// serviceName is the name of an AWS service in policies, without its ending.
var serviceName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)

// isService reports whether s is the name of an AWS service in policies. The
// ending is usually amazonaws.com. AWS does not list the others; those of the
// partitions' endpoints are accepted too.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func isService(s string) bool {
	for _, partition := range arn.Partitions {
		if name, ok := strings.CutSuffix(s, "."+partition.DNSSuffix); ok && serviceName.MatchString(name) {
			return true
		}
	}
	return false
}

// isPrincipal checks who may assume a role: an account, role or user by its
// ARN, or a service.
func (p *parser) isPrincipal(key string, t Text) bool {
	switch {
	case isService(t.Value):
		return true
	case strings.ContainsAny(t.Value, "*?"):
		p.report(t.Pos, "spec-principal-wildcard", "value", quote(t.Value))
		return false
	case arn.IsAccountID(t.Value):
		p.report(t.Pos, "spec-principal-account", "value", quote(t.Value), "suggestion", arn.Root("aws", t.Value))
		return false
	}
	a, ok := p.arnParts(key, t, "iam", "spec-principal")
	if !ok {
		return false
	}
	root := a.Resource == "root"
	named := (a.Type() == "role" || a.Type() == "user") && a.Name() != ""
	if a.Region != "" || !arn.IsAccountID(a.Account) || !root && !named {
		p.report(t.Pos, "spec-principal", "key", key, "value", quote(t.Value))
		return false
	}
	return true
}

// isNetwork checks an address or a CIDR block, and that it keeps anybody out.
func (p *parser) isNetwork(_ string, t Text) bool {
	if _, err := netip.ParseAddr(t.Value); err == nil {
		return true
	}
	block, err := netip.ParsePrefix(t.Value)
	switch {
	case err != nil:
		p.report(t.Pos, "spec-network", "value", quote(t.Value))
	case block.Bits() == 0:
		p.report(t.Pos, "spec-network-everywhere", "value", quote(t.Value))
	case block.Masked() != block:
		p.report(t.Pos, "spec-network-bits", "value", quote(t.Value), "suggestion", block.Masked().String())
	default:
		return true
	}
	return false
}

func (p *parser) checkWriters() {
	names := make(map[string]Text)
	for i := range p.spec.Writers {
		w := &p.spec.Writers[i]
		if first, ok := names[w.Name.Value]; ok && !w.Name.IsZero() {
			p.clash(w.Name.Pos, first.Pos, "spec-writer-twice", "name", quote(w.Name.Value))
		} else {
			names[w.Name.Value] = w.Name
		}
		bucket, ok := p.knownBucket(w.Bucket)
		p.knownAccount(w.Account)
		if ok && w.Account.IsZero() {
			w.Account = Text{bucket.Account.Value, w.Bucket.Pos}
		}
		p.checkWriter(w)
	}
	p.checkExclusive()
}

// checkWriter checks who assumes a writer, and marks the role that it declares.
func (p *parser) checkWriter(w *Writer) {
	if d, ok := p.declared[w.Name.Value]; ok && w.Kind.Value == WriterRole {
		d.used, d.account = true, w.Account.Value
	}
	for _, t := range w.AssumedBy {
		if isARN(t.Value) && !w.Account.IsZero() {
			p.inPartition(t, p.spec.Partition(w.Account.Value), w.Bucket.Pos)
		}
	}
}

// checkExclusive checks that no writer is a role of replication too: it would
// hold the permissions of both.
func (p *parser) checkExclusive() {
	type identity struct{ account, name string }
	roles := make(map[identity]Role)
	for _, r := range p.spec.Rules {
		for _, role := range []Role{r.Role, r.ExistingObjects.Role} {
			roles[identity{role.Account.Value, role.Name.Value}] = role
		}
	}
	for _, w := range p.spec.Writers {
		if w.Kind.Value != WriterRole || w.Name.IsZero() {
			continue
		}
		if role, ok := roles[identity{w.Account.Value, w.Name.Value}]; ok {
			p.clash(w.Name.Pos, role.Pos, "spec-writer-is-role", "name", quote(w.Name.Value))
		}
	}
}
