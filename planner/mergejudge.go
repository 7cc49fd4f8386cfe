package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A judgement is what the statements of others say to one requirement. Indexes
// are those of the policy in place.
type judgement struct {
	*replication.Requirement
	granted bool  // for certain, and for every resource of the requirement
	allows  []int // statements that grant
	denies  []int // statements that deny, for certain
	perhaps []int // statements that deny, depending on what nobody knows offline
}

// judge asks the statements of others about everything that reaches a target:
// those that allow, and apart from them those that deny.
func (m *merger) judge(target string, old *oldPolicy) []judgement {
	allows, denies := old.foreign(policy.Allow), old.foreign(policy.Deny)
	var all []judgement
	for _, q := range m.about[target] {
		j := judgement{Requirement: q}
		m.askAllows(&j, allows)
		m.askDenies(&j, denies)
		all = append(all, j)
	}
	return all
}

// A side is the statements of others with one effect, and the indexes that they
// have in the policy in place.
type side struct {
	document *policy.Document
	index    []int
}

// askAllows finds whether a policy grants a requirement. What the policies of
// the caller say does not matter: they are in the plan too.
func (m *merger) askAllows(j *judgement, s side) {
	if len(s.index) == 0 {
		return
	}
	answer := m.decide(j.Requirement, s.document)
	j.granted = len(answer.Classes) > 0 && !answer.TooComplex
	for _, c := range answer.Classes {
		says, view := resourceView(c)
		j.granted = j.granted && says&^(policy.AllowsAccount|policy.AllowsDirectly) == 0
		j.allows = s.union(j.allows, view.Allows)
	}
}

// askDenies finds what denies a requirement.
func (m *merger) askDenies(j *judgement, s side) {
	if len(s.index) == 0 {
		return
	}
	answer := m.decide(j.Requirement, s.document)
	if answer.TooComplex {
		j.perhaps = s.index
		return
	}
	for _, c := range answer.Classes {
		switch says, view := resourceView(c); {
		case says == policy.Denies:
			j.denies = s.union(j.denies, m.certain(j.Requirement, s.document, view.Denies))
		case says&policy.Denies != 0:
			j.perhaps = s.union(j.perhaps, view.Denies)
		}
	}
}

// resourceView returns what the policy of the resource says about a class.
func resourceView(c policy.Class) (policy.Says, policy.View) {
	for _, v := range c.Views {
		if v.Layer == policy.Resource {
			return v.Says, v
		}
	}
	return policy.Silent, policy.View{Says: policy.Silent}
}

// certain returns those of the statements that deny whatever is unknown. Where
// only several of them together do, it is all of them.
func (m *merger) certain(q *replication.Requirement, d *policy.Document, refs []policy.Ref) []policy.Ref {
	if len(refs) == 1 {
		return refs
	}
	sure := slices.DeleteFunc(slices.Clone(refs), func(r policy.Ref) bool {
		alone := &policy.Document{Version: d.Version, Statements: d.Statements[r.Statement : r.Statement+1]}
		return !slices.ContainsFunc(m.decide(q, alone).Classes, func(c policy.Class) bool {
			says, _ := resourceView(c)
			return says == policy.Denies
		})
	})
	if len(sure) == 0 {
		return refs
	}
	return sure
}

// union adds statements to a list of indexes of the policy in place.
func (s side) union(list []int, refs []policy.Ref) []int {
	for _, r := range refs {
		if i := s.index[r.Statement]; !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	slices.Sort(list)
	return list
}

// decide makes the request of q, and decides it by the policy of a resource.
func (m *merger) decide(q *replication.Requirement, d *policy.Document) policy.Answer {
	call := replication.Call{
		Action: q.Action, Caller: q.Principal, Account: q.Account, ResourceAccount: q.ResourceAccount,
		Human:             isWriters(q),
		ViaService:        q.Context[replication.ViaService],
		EncryptionContext: plainWildcards.Replace(q.Context[replication.EncryptionContext]),
	}
	if target := reach(q); strings.Contains(target, ":accesspoint/") {
		call.AccessPoint = target
	}
	for _, c := range q.Condition { // which every request of q fulfils
		switch strings.ToLower(c.Key) {
		case "aws:sourceip":
			call.SourceIPs = c.Values.Values
		case "s3:dataaccesspointarn":
			call.AccessPoint = c.Values.Values[0]
		}
	}
	if q.Objects == replication.KMSObjects {
		call.ReplicaKMSKey = m.replicaKeys[ruleOf(q)]
	}
	request := policy.Request{
		Caller: callerOf(q), Action: q.Action, Resource: q.Resource, Pattern: !q.On.OfKey() || strings.HasSuffix(q.Resource, "*"),
		ResourceAccount: q.ResourceAccount, Context: call.Context(),
	}
	return m.evaluator.Decide(request, policy.Policies{
		Resource: policy.Source{Document: fact.Of(d)},
		Boundary: policy.Source{Document: fact.Absent[*policy.Document]()},
		SCPs:     fact.Absent[[][]policy.Source](),
		RCPs:     fact.Absent[[][]policy.Source](),
	})
}

// ruleOf names the rule of q.
func ruleOf(q *replication.Requirement) [3]string { return [3]string{q.Rule, q.From, q.To} }

// isWriters reports whether q is about a writer, not about S3's own work.
func isWriters(q *replication.Requirement) bool {
	return slices.Contains(q.Holders, replication.WriterPolicy) || slices.Contains(q.Instead, replication.WriterPolicy)
}

func callerOf(q *replication.Requirement) policy.Caller {
	c := policy.Caller{Kind: policy.Role, ARN: q.Principal, Account: q.Account, AnySession: true}
	if strings.Contains(q.Principal, ":user/") {
		c.Kind, c.AnySession = policy.User, false
	}
	return c
}

// plainWildcards takes a wildcard that stands for itself for one that stands for
// anything: that makes more requests, so that less is taken as granted.
var plainWildcards = strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$")

// wanted returns the statements that the parts of a policy still need beside
// those of others, each with a Sid of its own.
func (m *merger) wanted(parts []int, judged []judgement) []policy.Statement {
	var all []policy.Statement
	less := false
	for _, i := range parts {
		d, err := policy.Parse(m.Documents[i].Document)
		if err != nil {
			panic("planner: " + err.Error()) //nolint:forbidigo // we wrote it
		}
		for _, st := range d.Statements {
			rest := m.withoutGranted(m.Documents[i], st, judged)
			less = less || len(rest) != 1 || meaning(rest[0]) != meaning(st)
			all = append(all, rest...)
		}
	}
	if !less {
		return all
	}
	for i := range all {
		all[i].Sid = stemOf(all[i].Sid)
	}
	all = pack(all)
	sids{}.name(all)
	return all
}

// withoutGranted returns what is left of a statement of a planned document.
func (m *merger) withoutGranted(d Document, st policy.Statement, judged []judgement) []policy.Statement {
	if st.Effect != policy.Allow || !st.Resource.Present() || !st.Action.Present() || !onlyAWS(st.Principal) {
		return []policy.Statement{st}
	}
	var rest []policy.Statement
	whole := true
	for _, principal := range awsOf(st) {
		for _, action := range st.Action.Values {
			for _, resource := range st.Resource.Values {
				if granted(d, grant{principal, action, resource}, judged) {
					whole = false
					continue
				}
				one := st
				one.Principal, one.Action, one.Resource = policy.AWS(principal), policy.One(action), policy.One(resource)
				rest = append(rest, one)
			}
		}
	}
	if whole {
		return []policy.Statement{st}
	}
	return rest
}

// A grant is one line of what a statement allows.
type grant struct{ principal, action, resource string }

// granted reports whether every requirement that a grant of d is there for is
// met by others. A grant without a requirement, as AWS's own pages have some,
// stays.
func granted(d Document, g grant, judged []judgement) bool {
	found := false
	for _, j := range judged {
		if !slices.Contains(j.Holders, d.Kind) || !g.serves(j.Requirement) {
			continue
		}
		if !j.granted {
			return false
		}
		found = true
	}
	return found
}

// serves reports whether q is one of the requirements that g is there for.
func (g grant) serves(q *replication.Requirement) bool {
	return strings.EqualFold(g.action, q.Action) && (g.principal == q.Principal || g.principal == q.Account || isRootOf(g.principal, q.Account)) &&
		(contains(g.resource, q.Resource) || contains(q.Resource, g.resource))
}

func isRootOf(principal, account string) bool {
	a, err := arn.Parse(principal)
	return err == nil && a.Resource == "root" && a.Account == account
}

// consoles are the Sids of the statements that the S3 console writes into the
// policy of a destination, and that AWS's page tells people to write.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
var consoles = []string{
	"S3PolicyStmt-DO-NOT-MODIFY-", "S3ReplicationPolicyStmt",
	"Set-permissions-for-objects", "Set permissions for objects", "Set-permissions-on-bucket", "Set permissions on bucket",
}

// ofConsole reports whether a statement is one of the console's: by its Sid,
// and by what it does, which is to let replicas in.
func ofConsole(st policy.Statement) bool {
	named := slices.ContainsFunc(consoles, func(sid string) bool { return strings.HasPrefix(st.Sid, sid) })
	return named && st.Effect == policy.Allow && slices.ContainsFunc(st.Action.Values, func(a string) bool { return strings.HasPrefix(a, "s3:Replicate") })
}

// sayConsole tells of statements of the console that grant what is needed.
func (m *merger) sayConsole(target string, old *oldPolicy, judged []judgement) {
	said := map[int]bool{}
	for _, j := range judged {
		for _, i := range j.allows {
			said[i] = said[i] || j.granted && ofConsole(old.document.Statements[i])
		}
	}
	for _, i := range slices.Sorted(maps.Keys(said)) {
		if said[i] {
			m.Warnings = append(m.Warnings, warn(judged[0].Position, "merge-console", "target", target, "statement", old.nameOf(i)))
		}
	}
}
