package audit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// nearest is the evidence of a missing permission: the statements that name the
// action, and why each of them does not apply to the witness.
func (qu *question) nearest(p place, f fault) []Evidence {
	var out []Evidence
	for _, n := range qu.explain(f) {
		if n.Ref.Layer != f.layer || n.Ref.Effect != policy.Allow || n.Failed == policy.ActionElement {
			continue
		}
		if st, ok := qu.statement(n.Ref); ok {
			out = append(out, evidence(p.document, n.Ref.Policy, n.Ref.Statement, st, whyNot(st, n)))
		}
	}
	if len(out) == 0 {
		return []Evidence{Evidence{Document: p.document, Policy: p.policy}.saying(words("says.none-names", "action", qu.Action))}
	}
	return out
}

// explain says of each statement whether it applies to the witness of a fault:
// one key, or requests to KMS about one object.
func (qu *question) explain(f fault) []policy.Note {
	request := qu.request
	fix := func(key, value string) {
		request.Context.Keys = maps.Clone(request.Context.Keys)
		request.Context.Keys[key] = policy.Exactly(value)
	}
	if f.address != "" {
		fix(sourceIP, f.address)
	}
	switch {
	case !qu.On.OfKey():
		request.Resource, request.Pattern = f.witness, false
	case f.witness != qu.Resource:
		fix(strings.ToLower(replication.EncryptionContext), f.witness)
	}
	return policy.Explain(request, qu.policies)
}

// whyNot says why a statement that names the action does not apply.
func whyNot(st *policy.Statement, n policy.Note) diag.Text {
	switch n.Failed {
	case policy.ResourceElement:
		if st.NotResource.Present() {
			return words("says.allows-other-resources", "resources", strings.Join(st.NotResource.Values, ", "))
		}
		return words("says.allows-resources", "resources", strings.Join(st.Resource.Values, ", "))
	case policy.PrincipalElement:
		return words("says.allows-principals").With("who", whom(st))
	case policy.ConditionElement:
		c := st.Condition[n.Clause]
		if otherContext(c) {
			return words("says.allows-if-context", "condition", clauseText(c), "key", replication.EncryptionContext)
		}
		return words("says.allows-if", "condition", clauseText(c))
	default:
		return words("says.not-enough")
	}
}

// otherContext reports whether a condition tests an encryption context that S3
// does not give by itself. Whoever uploads an object may add to it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html.
func otherContext(c policy.Clause) bool {
	const every = "kms:encryptioncontext:"
	k := strings.ToLower(c.Key)
	return strings.HasPrefix(k, every) && k != strings.ToLower(replication.EncryptionContext)
}

// tested says what a statement tests on which something depends.
func tested(st *policy.Statement) diag.Text {
	if slices.ContainsFunc(st.Condition, otherContext) {
		return words("says.tests-context", "key", replication.EncryptionContext).With("condition", conditionOf(st))
	}
	return words("says.tests").With("condition", conditionOf(st))
}

func clauseText(c policy.Clause) string {
	return fmt.Sprintf("%s %s %s", c.Operator, c.Key, strings.Join(c.Values.Values, ", "))
}

// conditionOf is the condition of a statement in prose.
func conditionOf(st *policy.Statement) diag.Text {
	var clauses []string
	for _, c := range st.Condition {
		clauses = append(clauses, clauseText(c))
	}
	return diag.Join(diag.And, data(clauses))
}

// whom names whom a statement is about.
func whom(st *policy.Statement) diag.Text {
	switch {
	case st.NotPrincipal.Present():
		return words("who.everyone-but").With("principals", listOf(st.NotPrincipal))
	case !st.Principal.Present():
		return words("who.nobody")
	default:
		return listOf(st.Principal)
	}
}

// whomWhere names whom a statement is about, and under which conditions.
func whomWhere(st *policy.Statement) diag.Text {
	if len(st.Condition) == 0 {
		return whom(st)
	}
	return words("who.where").With("who", whom(st)).With("condition", conditionOf(st))
}

// onlyAbout reports whether a statement is about one principal and nobody else.
func onlyAbout(st *policy.Statement, principal string) bool {
	return !st.NotPrincipal.Present() && listOf(st.Principal).String() == principal
}

func listOf(p policy.Principals) diag.Text {
	if p.Everyone {
		return words("who.everyone")
	}
	var names []string
	for _, t := range p.Types {
		names = append(names, t.Values.Values...)
	}
	return diag.Datum(strings.Join(names, ", "))
}

// evidence points at a statement. Only identity policies and those of
// organizations are several for one target, and so have names.
func evidence(kind replication.Kind, name string, index int, st *policy.Statement, says diag.Text) Evidence {
	switch kind {
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy, replication.PermissionsBoundary, replication.SCP, replication.RCP:
	default:
		name = ""
	}
	return Evidence{Document: kind, Policy: name, Statement: &index, Sid: st.Sid, Effect: st.Effect}.saying(says)
}

// levelsOf returns the documents of a layer by level.
func (qu *question) levelsOf(layer policy.Layer) [][]policy.Source {
	switch layer {
	case policy.Identity:
		return [][]policy.Source{qu.policies.Identity}
	case policy.Resource:
		return [][]policy.Source{{qu.policies.Resource}}
	case policy.Boundary:
		return [][]policy.Source{{qu.policies.Boundary}}
	case policy.SCP:
		return qu.policies.SCPs.Or(nil)
	case policy.RCP:
		return qu.policies.RCPs.Or(nil)
	default:
		return nil
	}
}

// sourcesOf returns the documents of a layer.
func (qu *question) sourcesOf(layer policy.Layer) []policy.Source {
	if layer == policy.Identity {
		return qu.policies.Identity
	}
	return slices.Concat(qu.levelsOf(layer)...)
}

// statement returns the statement that a reference points at.
func (qu *question) statement(ref policy.Ref) (*policy.Statement, bool) {
	levels := qu.levelsOf(ref.Layer)
	if ref.Level >= len(levels) {
		return nil, false
	}
	for _, s := range levels[ref.Level] {
		d, ok := s.Document.Get()
		if ok && s.Name == ref.Policy && ref.Statement < len(d.Statements) {
			return &d.Statements[ref.Statement], true
		}
	}
	return nil, false
}

// denials is the evidence of a permission that a statement denies.
func (qu *question) denials(p place, f fault) []Evidence {
	var out []Evidence
	for _, ref := range f.denies {
		if st, ok := qu.statement(ref); ok {
			says := words("says.denies")
			if len(st.Condition) > 0 {
				says = words("says.denies-where").With("condition", conditionOf(st))
			}
			out = append(out, evidence(p.document, ref.Policy, ref.Statement, st, says))
		}
	}
	return out
}

// silence is the evidence of a permission that a boundary or the policies of an
// organization do not allow, and so forbid. Those of an organization have to
// allow it at each level.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html.
func (qu *question) silence(p place, f fault) []Evidence {
	levels := qu.levelsOf(f.layer)
	allows := make([]bool, len(levels))
	for _, n := range qu.explain(f) {
		if n.Ref.Layer == f.layer && n.Ref.Effect == policy.Allow && n.Failed == "" {
			allows[n.Ref.Level] = true
		}
	}
	var out []Evidence
	for i := range levels {
		says := words("says.silent", "action", qu.Action)
		if f.layer == policy.SCP {
			says = words("says.silent-level", "level", strconv.Itoa(i+1), "levels", strconv.Itoa(len(levels)), "action", qu.Action)
		}
		if !allows[i] {
			out = append(out, Evidence{Document: p.document, Policy: p.policy}.saying(says))
		}
	}
	return out
}

// publicStatements is the evidence that a bucket is public: the statements of
// its policy that make it so.
func (qu *question) publicStatements() []Evidence {
	d, _ := qu.policies.Resource.Document.Get()
	p := qu.place(policy.Resource)
	out := shows(replication.PublicAccessBlock, words("says.restricts-public"))
	for i := range d.Statements {
		if public, certain := policy.New(d.Statements[i]).Public(); public || !certain {
			out = append(out, evidence(p.document, "", i, &d.Statements[i], words("says.public")))
		}
	}
	return out
}

// unread is a document that was not read.
func unread(name, why string) policy.Source {
	return policy.Source{Name: name, Document: fact.Unread[*policy.Document](why)}
}

// absent is a document that is not there.
func absent(name string) policy.Source {
	return policy.Source{Name: name, Document: fact.Absent[*policy.Document]()}
}
