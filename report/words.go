package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/listing"
)

// kinds are the names of documents.
var kinds = map[replication.Kind]phrase{
	replication.RoleTrustPolicy:          {key: "kind.role-trust-policy"},
	replication.RolePolicy:               {key: "kind.role-policy"},
	replication.DestinationBucketPolicy:  {key: "kind.destination-bucket-policy"},
	replication.SourceKMSKeyPolicy:       {key: "kind.source-kms-key-policy"},
	replication.DestinationKMSKeyPolicy:  {key: "kind.destination-kms-key-policy"},
	replication.ReplicationConfiguration: {key: "kind.replication-configuration"},
	replication.BatchRoleTrustPolicy:     {key: "kind.batch-role-trust-policy"},
	replication.BatchRolePolicy:          {key: "kind.batch-role-policy"},
	replication.WriterPolicy:             {key: "kind.writer-policy"},
	replication.WriterTrustPolicy:        {key: "kind.writer-trust-policy"},
	replication.WriterBucketPolicy:       {key: "kind.writer-bucket-policy"},
	replication.WriterAccessPointPolicy:  {key: "kind.writer-access-point-policy"},
	replication.BatchKMSKeyPolicy:        {key: "kind.batch-kms-key-policy"},
	replication.WriterKMSKeyPolicy:       {key: "kind.writer-kms-key-policy"},
	replication.SourceBucketPolicy:       {key: "kind.source-bucket-policy"},
	replication.PermissionsBoundary:      {key: "kind.permissions-boundary"},
	replication.SCP:                      {key: "kind.scp"},
	replication.RCP:                      {key: "kind.rcp"},
	replication.PublicAccessBlock:        {key: "kind.public-access-block"},
	replication.AccessPointPolicy:        {key: "kind.access-point-policy"},
	replication.BucketSettings:           {key: "kind.bucket-settings"},
	keyPolicy:                            {key: "kind.kms-key-policy"},
	replication.KMSKey:                   {key: "kind.kms-key"},
	replication.Suppressions:             {key: "kind.suppressions"},
}

// kindOf names a document. A kind that a later version may write is shown as it is.
func kindOf(k replication.Kind) phrase {
	if p, ok := kinds[k]; ok {
		return p
	}
	return phrase{"kind.other", args{"kind": string(k)}}
}

var verdicts = map[audit.Verdict]phrase{
	audit.Replicates: {key: "verdict.replicates"},
	audit.Degraded:   {key: "verdict.degraded"},
	audit.Fails:      {key: "verdict.fails"},
	audit.Unclear:    {key: "verdict.unknown"},
	audit.Idle:       {key: "verdict.disabled"},
}

func verdictOf(v audit.Verdict) phrase {
	if p, ok := verdicts[v]; ok {
		return p
	}
	return phrase{"verdict.none", nil}
}

var severities = map[audit.Severity]phrase{
	audit.Critical: {key: "severity.critical"},
	audit.High:     {key: "severity.high"},
	audit.Medium:   {key: "severity.medium"},
	audit.Low:      {key: "severity.low"},
	audit.Info:     {key: "severity.info"},
}

func severityOf(s audit.Severity) phrase {
	if p, ok := severities[s]; ok {
		return p
	}
	return phrase{"severity.other", args{"severity": string(s)}}
}

// grade is how bad a finding is, and in which way.
func grade(f audit.Finding) phrase {
	if g, ok := groups[f.Group]; ok {
		return phrase{"grade", args{"severity": severityOf(f.Severity), "group": g}}
	}
	return severityOf(f.Severity)
}

var groups = map[audit.Group]phrase{
	audit.Dangerous:     {key: "group.dangerous"},
	audit.Wider:         {key: "group.wider"},
	audit.NoEffect:      {key: "group.no-effect"},
	audit.Informational: {key: "group.informational"},
}

// statusOf says whether somebody lives with a finding, and why. Against a
// baseline it says of what is not known that it is new.
func statusOf(f audit.Finding) phrase {
	switch s := f.Suppression; {
	case f.Status == audit.Suppressed && s != nil:
		return phrase{"status.suppressed.why", args{"owner": s.Owner, "expires": s.Expires, "reason": s.Reason}}
	case f.Status == "":
		return phrase{}
	default:
		return statuses[f.Status]
	}
}

var statuses = map[string]phrase{
	audit.New:        {key: "status.new"},
	audit.Known:      {key: "status.known"},
	audit.Suppressed: {key: "status.suppressed"},
}

// place names a document and what carries it.
func place(k replication.Kind, target string) phrase {
	if target == "" {
		return kindOf(k)
	}
	if k == replication.BucketSettings && arn.IsAccountID(target) { // all of an account
		return owner(target)
	}
	if profile, ok := strings.CutPrefix(target, audit.OfProfile); ok {
		return phrase{"place.profile", args{"profile": profile}}
	}
	if key := nowhere[target]; key != "" {
		return phrase{key, nil}
	}
	return phrase{"place", args{"document": kindOf(document(k)), "target": target}}
}

// nowhere are the targets that are no resource of AWS, nor a profile.
var nowhere = map[string]string{audit.DefaultCredentials: "place.default", audit.Collection: "place.rest"}

// documents are the kinds that are one document of their target: what a bucket
// policy says of writers stands in the same policy as what it says of roles.
var documents = map[replication.Kind]replication.Kind{
	replication.SourceBucketPolicy:      replication.DestinationBucketPolicy,
	replication.WriterBucketPolicy:      replication.DestinationBucketPolicy,
	replication.WriterAccessPointPolicy: replication.AccessPointPolicy,
	replication.SourceKMSKeyPolicy:      keyPolicy,
	replication.DestinationKMSKeyPolicy: keyPolicy,
	replication.BatchKMSKeyPolicy:       keyPolicy,
	replication.WriterKMSKeyPolicy:      keyPolicy,
}

// keyPolicy is the one policy of a key, whatever the key is used for.
const keyPolicy replication.Kind = "kms-key-policy"

// document is the document that k is a part of.
func document(k replication.Kind) replication.Kind {
	return cmp.Or(documents[k], k)
}

// where names the document of a finding, what carries it, and its owner.
func where(f audit.Finding) phrase {
	p := place(f.Document, f.Target)
	if f.Account == "" || f.Target == f.Account || strings.Contains(f.Target, ":"+f.Account+":") {
		return p // the target has the account in it
	}
	return phrase{"place.account", args{"place": p, "account": f.Account}}
}

// message is what a finding says.
func message(f audit.Finding) diag.Said {
	return diag.Said{Key: f.Key, English: f.Message, Args: f.Args}
}

// evidenceOf says which statement or setting shows a finding to be so.
func evidenceOf(e audit.Evidence) phrase {
	parts := args{
		"document":  kindOf(document(e.Document)),
		"policy":    phrase{},
		"statement": phrase{},
		"sid":       optional("evidence.sid", "sid", e.Sid),
		"effect":    optional("evidence.effect", "effect", string(e.Effect)),
		"says":      phrase{},
	}
	if e.Policy != "" {
		parts["policy"] = phrase{"evidence.policy", args{"policy": policyName(e.Policy)}}
	}
	if e.Statement != nil {
		parts["statement"] = phrase{"evidence.statement", args{"index": *e.Statement}}
	}
	if e.Says != "" {
		parts["says"] = phrase{"evidence.says", args{"says": brief{e.SaysKey, e.Says, e.SaysArgs}}}
	}
	return phrase{"evidence", parts}
}

// news is the evidence of a finding that says more than its message.
func news(f audit.Finding) []audit.Evidence {
	return slices.DeleteFunc(slices.Clone(f.Evidence), func(e audit.Evidence) bool {
		_, rest, _ := strings.Cut(e.Says, ": ")
		said := func(s string) bool { return s != "" && strings.Contains(f.Message, s) }
		return e.Statement == nil && e.Policy == "" && (said(e.Says) || said(rest))
	})
}

// ruleName names a rule in a heading.
func ruleName(v audit.RuleVerdict) phrase {
	if v == (audit.RuleVerdict{}) {
		return phrase{"section.other", nil}
	}
	key := "section.rule"
	if v.Origin == "live" {
		key = "section.rule.live"
	}
	return phrase{key, args{"rule": v.Rule, "from": v.From, "to": v.To, "verdict": verdictOf(v.Verdict)}}
}

// details says what else is known of a finding, on one line. The witness of what
// is so for every object says nothing that the resource does not.
func details(f audit.Finding, all bool) phrases {
	var l phrases
	if isMinor(f) {
		l = append(l, optional("finding.rule", "rule", f.Rule), shownBy(f))
	}
	if f.Coverage == audit.CoveragePartial {
		l = append(l, phrase{"finding.partial", nil})
	}
	if f.Witness != f.Resource && !strings.Contains(f.Message, f.Witness) && (all || f.Coverage != audit.CoverageNone) {
		l = append(l, optional("finding.witness", "witness", f.Witness))
	}
	l = append(l, optional("finding.code", "code", f.FailureCode))
	if f.Origin == "live" && (isMinor(f) || ruleOf(f) == (audit.RuleVerdict{})) {
		l = append(l, phrase{"finding.live", nil})
	}
	if all || f.Status != audit.Known { // else the title says it
		l = append(l, statusOf(f))
	}
	return append(l, optional("finding.assuming", "layers", strings.Join(f.Assuming, ", ")))
}

// shownBy is the statement that shows a finding to be so, if it is one.
func shownBy(f audit.Finding) phrase {
	if len(f.Evidence) == 0 || f.Evidence[0].Statement == nil {
		return phrase{}
	}
	return statementOf(f.Evidence[0])
}

// repairInShort is what each change of a fix says, without its statement.
func repairInShort(f audit.Finding) phrases {
	var l phrases
	for _, c := range shortChanges(f) {
		key := "minor.fix"
		if c.JSON() != nil {
			key = "minor.fix.short"
		}
		l = append(l, phrase{key, args{"text": c.said}})
	}
	return l
}

// A shortChange is a change with what is said of it: where there are several, also
// which statement it is about.
type shortChange struct {
	listing.Change
	said any
}

func shortChanges(f audit.Finding) []shortChange {
	var l []shortChange
	changes := listing.Changes(f)
	for _, c := range changes {
		short := shortChange{c, c.Text}
		if len(changes) > 1 && c.Place.Statement != nil {
			short.said = phrase{"change.at", args{"statement": statementOf(c.Place), "text": c.Text}}
		}
		if c.Text.English != "" {
			l = append(l, short)
		}
	}
	return l
}

// ruleNames shortens how the IDs of requirements name rules, rule/from/to, to the
// rule where no other has its name.
func ruleNames(a *audit.Audit) map[string]string {
	count := map[string]int{}
	for _, v := range a.Rules {
		count[v.Rule]++
	}
	names := map[string]string{}
	for _, v := range a.Rules {
		if count[v.Rule] == 1 {
			names[v.Rule+"/"+v.From+"/"+v.To] = v.Rule
		}
	}
	return names
}

// undecided says which requirements one cause leaves open: actions, by rule.
// Without all the list ends after a few rules, and is left out where the
// requirements were decided all the same, without what could not be read.
func undecided(f audit.Finding, names map[string]string, all bool) phrases {
	const few = 10
	if len(f.Assuming) > 0 && !all {
		return nil
	}
	var order []string
	actions := map[string][]string{}
	for _, id := range f.Requirements {
		rule, action := splitRequirement(id)
		if actions[rule] == nil {
			order = append(order, rule)
		}
		actions[rule] = append(actions[rule], action)
	}
	var l phrases
	for i, rule := range order {
		if i == few && !all {
			return append(l, counted("undecided.more", len(order)-few))
		}
		l = append(l, phrase{"undecided.rule", args{"rule": cmp.Or(names[rule], rule), "actions": datums(actions[rule])}})
	}
	return l
}

// undecidedTitle begins what undecided lists.
func undecidedTitle(f audit.Finding) phrase {
	switch {
	case len(f.Assuming) > 0:
		return phrase{"undecided.assuming", nil}
	case f.Outcome == audit.Blocked || f.Outcome == audit.Missing:
		return phrase{"undecided.stopped", nil}
	default:
		return phrase{"undecided", nil}
	}
}

// splitRequirement divides the ID of a requirement, rule/from/to/action, before
// the action. A rule's name may hold slashes, and so may the end of an action.
func splitRequirement(id string) (rule, action string) {
	for _, service := range []string{"/s3:", "/kms:", "/sts:"} {
		if i := strings.LastIndex(id, service); i >= 0 {
			return id[:i], id[i+1:]
		}
	}
	return id, ""
}

// one is a phrase that is a datum and nothing else.
func one(v string) phrase { return phrase{"datum", args{"datum": v}} }

// datums makes a list of data.
func datums(values []string) phrases {
	l := make(phrases, 0, len(values))
	for _, v := range values {
		l = append(l, one(v))
	}
	return l
}

// instruction says who has to change what for a repair.
func instruction(r repair) phrase {
	a := args{"owner": owner(r.account), "place": place(r.document, r.target), "text": r.text}
	if ofOrganization(r.document) {
		a["owner"] = phrase{"owner.organization", args{"account": r.account}}
	}
	switch {
	case r.op == audit.Add && ofOrganization(r.document):
		return phrase{"repair.set", a} // which policy of which level, the text says
	case r.op == audit.Add && r.statement != nil:
		return phrase{"repair.add", a}
	case r.op == audit.Replace && r.statement != nil:
		a["statement"] = statementOf(r.place)
		return phrase{"repair.replace", a}
	case r.op == audit.Remove && r.statement != nil, r.op == audit.Replace && r.place.Statement != nil:
		a["statement"] = statementOf(r.place)
		return phrase{"repair.remove", a}
	default:
		return phrase{"repair.set", a}
	}
}

// ofOrganization reports whether it is not the account itself that changes a
// document, but whoever manages its organization.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func ofOrganization(k replication.Kind) bool {
	return k == replication.SCP || k == replication.RCP
}

// statementOf names the statement that a repair replaces or removes.
func statementOf(e audit.Evidence) phrase {
	if e.Statement == nil {
		return phrase{"statement.this", nil}
	}
	p := args{"index": *e.Statement, "sid": optional("evidence.sid", "sid", e.Sid), "policy": phrase{}}
	if e.Policy != "" {
		p["policy"] = phrase{"statement.policy", args{"policy": policyName(e.Policy)}}
	}
	return phrase{"statement.index", p}
}

// owner names whoever has to change something.
func owner(account string) phrase {
	if account == "" {
		return phrase{"owner.unknown", nil}
	}
	return phrase{"owner.account", args{"account": account}}
}
