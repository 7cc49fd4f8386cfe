package terraform

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/planner/target"
)

// identities writes the roles and users of a module, each with its policies.
func (w *writer) identities(m *module) {
	for _, t := range m.targets {
		owner := w.principal(t)
		for _, p := range t.Policies {
			w.identityPolicy(t, p, owner)
		}
	}
}

// principal writes a role or user, and returns what names it. A role whose trust
// policy the plan leaves alone has to be there.
func (w *writer) principal(t *target.Target) string {
	if t.Type == target.Role && t.Trust == nil {
		return w.quoted(t.Name)
	}
	kind := "aws_iam_" + string(t.Type)
	b := w.block("resource", kind, label(t.Name))
	w.text(b, "name", t.Name)
	if t.Path != "/" {
		w.text(b, "path", t.Path)
	}
	if t.Boundary != "" {
		w.text(b, "permissions_boundary", t.Boundary)
	}
	if t.Trust != nil {
		w.policy(b, "assume_role_policy", t.Trust)
	}
	return reference(kind, label(t.Name), "name")
}

// identityPolicy writes an inline policy, or a customer managed one with its
// attachment, whose name is one of the account's.
func (w *writer) identityPolicy(t *target.Target, p target.Policy, owner string) {
	kind, address := "aws_iam_"+string(t.Type), label(t.Name, p.Name)
	if !p.Managed {
		b := w.block("resource", kind+"_policy", address)
		w.text(b, "name", p.Name)
		w.raw(b, string(t.Type), owner)
		w.policy(b, "policy", p.Document)
		return
	}
	b := w.block("resource", "aws_iam_policy", address)
	w.text(b, "name", t.Name+"-"+p.Name)
	w.policy(b, "policy", p.Document)
	b = w.block("resource", kind+"_policy_attachment", address)
	w.raw(b, string(t.Type), owner)
	w.raw(b, "policy_arn", reference("aws_iam_policy", address, "arn"))
}

// simpleName is what a label shows whole.
var simpleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// label names a resource after what it is, the same in every plan that has it:
// letters, digits and _ for -. Another name could read the same, so that parts
// with other characters end in a hash.
//
// See https://developer.hashicorp.com/terraform/language/syntax/configuration.
func label(parts ...string) string {
	l := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.Join(parts, "__"))
	for _, p := range parts {
		if simpleName.MatchString(p) && !strings.Contains(p, "--") {
			continue
		}
		sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
		return "_" + l + "_" + hex.EncodeToString(sum[:4])
	}
	return l
}
