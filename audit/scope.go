package audit

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A need is what may rightly be granted to one principal: for each action, in
// lower case, the resources that some rule needs it on.
type need map[string]*resources

// resources are patterns of ARNs, each once. Most statements grant just what is
// needed, so that few are ever compiled.
type resources struct {
	texts    []string
	has      map[string]bool
	compiled []glob.Pattern // of the first texts
}

func (n need) add(action string, patterns ...string) {
	a := strings.ToLower(action)
	of := n[a]
	if of == nil {
		of = &resources{has: map[string]bool{}}
		n[a] = of
	}
	for _, p := range patterns {
		if !of.has[p] {
			of.has[p] = true
			of.texts = append(of.texts, p)
		}
	}
}

// patterns are the resources on which an action, in lower case, is needed.
func (n need) patterns(action string) []glob.Pattern {
	of := n[action]
	if of == nil {
		return nil
	}
	for _, text := range of.texts[len(of.compiled):] {
		of.compiled = append(of.compiled, compileARN(text))
	}
	return of.compiled
}

// names reports whether an action, in lower case, is needed on just a pattern.
func (n need) names(action, pattern string) bool { return n[action] != nil && n[action].has[pattern] }

func compileARN(pattern string) glob.Pattern { return glob.CompileARNEscaped(pattern) }

// A scope is one principal whose grants are judged: what it needs, and what only
// disabled rules would need.
type scope struct {
	principal string
	need      need
	spared    need              // needed only by what cannot be judged: informational
	instead   map[string]string // actions that S3 accepts in place of a needed one, and that one, in lower case
	writer    string            // name of the writer, if it is one
	ranges    []string          // of the writer's addresses; none: any
	limited   map[string]bool   // actions, in lower case, that it needs from there only
	uses      map[string][]use  // by action in lower case: in which requests a key is needed
	kms       bool              // nobody knows which keys rules need: what of KMS they need is more than any
	job       bool              // S3 Batch Operations may assume it, and no job is known: it may be one's
	targets   map[string]bool   // buckets, by name, that its rules replicate to
	joined    []string          // the roles for all of which it stands, if it is not for one
	open      bool              // a rule that it serves is open: nobody knows where to it replicates, and with which key

	unread func(role, bucket string) bool // the bucket's configuration was not read, and may name the role
}

func newScope(principal string, unread func(role, bucket string) bool) *scope {
	return &scope{
		principal: principal, need: need{}, spared: need{}, instead: map[string]string{}, limited: map[string]bool{},
		uses: map[string][]use{}, targets: map[string]bool{}, unread: unread,
	}
}

// members are the roles for which a scope stands.
func (s *scope) members() []string {
	if s.joined != nil {
		return s.joined
	}
	return []string{s.principal}
}

// scopes are those of all principals whose grants are judged.
type scopes struct {
	by     map[string]*scope
	unread func(role, bucket string) bool

	sorted []string            // all principals, once all are there
	of     map[string][]string // the same, by account
	wholes map[string]*scope   // of all roles of some accounts
	ids    map[string]string   // unique IDs of roles and users, by ARN
	named  map[string]string   // their ARNs, by ID
}

func (s *scopes) principal(principal string) *scope {
	if s.by[principal] == nil {
		s.by[principal] = newScope(principal, s.unread)
	}
	return s.by[principal]
}

// configurationUnread reports whether nobody knows what a bucket replicates. A
// role is in the account of the buckets that it serves as sources: where all of
// those are known, so is all that it is needed for.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
func (a *auditor) configurationUnread(role, bucket string) bool {
	if a.configurationsRead(arnAccount(role)) {
		return false
	}
	_, live, state := a.bucket(replication.Bucket{Name: bucket})
	return state == fact.NotRead || state == fact.Known && !live.ReplicationConfiguration.Read()
}

// configurationsRead reports whether it is known what all buckets of an account
// replicate.
func (a *auditor) configurationsRead(id string) bool {
	known, ok := a.listed[id]
	if !ok {
		account := a.in.Snapshot.Accounts[id]
		known = account.Lists("buckets") && !slices.ContainsFunc(slices.Collect(maps.Values(account.Buckets)), func(b *snapshot.Bucket) bool {
			return b != nil && (!b.ReplicationConfiguration.Read() || open(b))
		})
		a.listed[id] = known
	}
	return known
}

// scopes returns what every role and writer needs: a role may serve several
// buckets, so all rules that name it count, and all live rules of the snapshot.
func (a *auditor) scopes() *scopes {
	out := &scopes{by: map[string]*scope{}, unread: a.configurationUnread, of: map[string][]string{}, wholes: map[string]*scope{}, ids: map[string]string{}, named: map[string]string{}}
	for _, r := range a.otherLiveRules() {
		a.serve(out, r)
	}
	for _, r := range a.openRules() {
		a.serve(out, r)
		out.principal(r.Role).open = true
	}
	for _, r := range a.decided {
		a.serve(out, r)
	}
	for _, w := range a.in.Writers {
		w.Bucket = a.fill(w.Bucket)
		s := out.principal(w.ARN)
		s.writer, s.ranges = w.Name, w.SourceIPs
		if !w.Bucket.KMSKeys.Read() {
			s.anyKey(w.Bucket, "kms:Decrypt", "kms:GenerateDataKey")
		}
		for _, q := range replication.WriterRequirements(w) {
			if q.Principal == w.ARN {
				s.need.add(q.Action, q.Resource)
				s.limited[strings.ToLower(q.Action)] = limitedTo(q)
			}
		}
	}
	a.mayHaveJobs(out)
	out.sorted = slices.Sorted(maps.Keys(out.by))
	for _, principal := range out.sorted {
		account := arnAccount(principal)
		out.of[account] = append(out.of[account], principal)
		if id := a.identity(principal).uniqueID; id != "" {
			out.ids[principal], out.named[id] = id, principal
		}
	}
	return out
}

// otherLiveRules returns the live rules of all buckets in the snapshot, but for
// those that a rule of the SPEC speaks for or that are decided as they are.
func (a *auditor) otherLiveRules() []replication.Rule {
	var rules []replication.Rule
	a.in.Snapshot.EachBucket(func(id, name string, b *snapshot.Bucket) {
		config, ok := b.ReplicationConfiguration.Get()
		if !ok || a.served[place{account: id, target: name}] {
			return
		}
		live := config.RulesOf(a.source(id, name), a.destination)
		rules = append(rules, slices.DeleteFunc(live, func(r replication.Rule) bool { return a.replaced[keyOf(r)] })...)
	})
	return rules
}

// serve adds what a rule needs to the scopes of its roles: the replication role,
// and that of a batch job. What is advised for some setting of bucket keys is
// needed whatever the setting is now.
func (a *auditor) serve(out *scopes, r replication.Rule) {
	s, enabled := out.principal(r.Role), r.Enabled
	s.targets[r.To.Name] = true
	a.unknownKeys(s, r)
	r.Enabled = true
	r.From.BucketKey, r.To.BucketKey = fact.Value[bool]{}, fact.Value[bool]{}
	a.asked = r.AppendRequirements(a.asked[:0])
	for _, q := range a.asked {
		if q.On != replication.TheRole && q.On != replication.BatchRole {
			out.principal(q.Principal).require(q, enabled)
		}
	}
	if r.AWSDocs {
		for _, q := range replication.DocsGrants([]replication.Rule{r}) {
			s.needs(enabled).add(q.Action, q.Resource)
		}
	}
	if r.Live { // nobody said whether annotations are wanted
		s.spared.add("s3:GetObjectVersionAnnotationForReplication", r.Resource(replication.SourceObjects))
	}
}

// needs is where it belongs what an enabled, or a disabled, rule needs.
func (s *scope) needs(enabled bool) need {
	if enabled {
		return s.need
	}
	return s.spared
}

// require adds a requirement, and what S3 or its pages accept beside it.
func (s *scope) require(q replication.Requirement, enabled bool) {
	s.needs(enabled).add(q.Action, q.Resource)
	for _, other := range q.AnyOf {
		s.spared.add(other, q.Resource)
		s.instead[strings.ToLower(other)] = strings.ToLower(q.Action)
	}
	if q.On == replication.SourceKeys { // the troubleshooting page asks for it
		s.spared.add("kms:GenerateDataKey", q.Resource)
	}
	if q.On.OfKey() {
		s.use(q)
	}
}

// join adds all that another scope needs: that of an account is what its roles need.
func (s *scope) join(o *scope) {
	for action, of := range o.need {
		s.need.add(action, of.texts...)
	}
	for action, of := range o.spared {
		s.spared.add(action, of.texts...)
	}
	for action, uses := range o.uses {
		s.uses[action] = append(s.uses[action], uses...)
	}
	maps.Copy(s.instead, o.instead)
	s.kms, s.open = s.kms || o.kms, s.open || o.open
	s.joined = append(s.joined, o.principal)
}

// letIn returns the scopes of the roles that a statement of a bucket's or a key's
// policy lets in: those that it names, be it in a condition, and one for all that
// it lets in with their account, or with everyone, if it is about replication or
// lets another account undo it.
func (s *scopes) letIn(c consulted, st *policy.Statement) (named []*scope, whole *scope) {
	var reached []string
	candidates := s.candidates(st)
	for _, principal := range candidates {
		o := s.by[principal]
		switch {
		case o.writer != "" || !s.reaches(st, principal):
		case s.alone(st, principal):
			named = append(named, o)
		case !delegates(c, st, arnAccount(principal)):
			reached = append(reached, principal)
		}
	}
	if !receives(c, st) {
		if c.document != replication.DestinationBucketPolicy || everyone(st) || !undoes(c, st, ruining) {
			return named, nil
		}
		reached = slices.DeleteFunc(reached, func(role string) bool { return arnAccount(role) == c.account })
	}
	if len(reached) == 0 {
		return named, nil
	}
	return named, s.whole(reached)
}

// reaches reports whether a statement applies to a role.
func (s *scopes) reaches(st *policy.Statement, role string) bool {
	if len(st.Condition) == 0 && !st.NotPrincipal.Present() {
		return s.namedAs(st.Principal, role) || reaches(st.Principal, arnAccount(role))
	}
	return admits(st, s.caller(role))
}

// caller is a role or a user as it makes requests.
func (s *scopes) caller(principal string) policy.Caller {
	c := asCaller(principal)
	c.UniqueID = s.ids[principal]
	return c
}

// role is the one whose grants are judged that a principal means, "" if none.
func (s *scopes) role(value string) string {
	if s.by[value] != nil {
		return value
	}
	if role := s.named[value]; role != "" {
		return role
	}
	for _, role := range s.of[arnAccount(value)] {
		if s.means(value, role) {
			return role
		}
	}
	return ""
}

// whole is the scope that stands for several roles. Statements that reach the
// same share it.
func (s *scopes) whole(roles []string) *scope {
	key := strings.Join(roles, ",")
	if whole := s.wholes[key]; whole != nil {
		return whole
	}
	whole := newScope(roles[0], s.unread)
	for _, principal := range roles {
		whole.join(s.by[principal])
	}
	s.wholes[key] = whole
	return whole
}

// candidates are the principals that a statement may grant to, in order: those
// that it names, and those of accounts that it names.
func (s *scopes) candidates(st *policy.Statement) []string {
	if everyone(st) {
		return s.sorted
	}
	var out []string
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			if role := s.role(v); role != "" {
				out = append(out, role)
			}
			account := v
			if isRoot(v) {
				account = arnAccount(v)
			}
			out = append(out, s.of[account]...)
		}
	}
	return slices.Compact(sorted(out))
}

// reaches reports whether principals hold an account, or everyone.
func reaches(p policy.Principals, account string) bool {
	return p.Everyone || names(p, "*") || account != "" && (names(p, account) || namesRoot(p, account))
}

// receiving are the actions for which the policy of a destination, or of a key,
// lets a role in. The policy of a source is that of its role's account, which
// needs no leave.
func receiving(document replication.Kind) []string {
	var out []string
	for _, p := range replication.Permissions {
		if p.On == replication.DestinationObjects && document == replication.DestinationBucketPolicy || p.On.OfKey() && isKeyPolicy(document) {
			out = append(out, p.Action)
		}
	}
	return out
}

// receives reports whether a statement is about an action for which a document
// lets a role in.
func receives(c consulted, st *policy.Statement) bool {
	return slices.ContainsFunc(receiving(c.document), func(x string) bool { return namesAction(st, x) })
}

func names(p policy.Principals, principal string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool { return t.Values.Contains(principal) })
}

func namesRoot(p policy.Principals, account string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return slices.ContainsFunc(t.Values.Values, func(v string) bool { return isRoot(v) && arnAccount(v) == account })
	})
}
