package audit

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A Layer is planned infrastructure that lies over what was read. The snapshot
// of an [Input] holds it already.
type Layer struct {
	From     string // "terraform-plan", "cloudformation"
	File     string
	Accounts []string
	Left     []Left
	Taken    []string            // what it takes to be so: "reference:ADDRESS=NAME", "default:PARAMETER=VALUE", "provider:NAME=ACCOUNT"
	Places   map[string]position // of its resources, by the beginning of their addresses; nil without a text for people
}

// A Left is a planned resource of which it is not known what it changes.
type Left struct {
	Account string // "" if nobody knows
	Address string
	Kind    string // its type
	Pos     position
	Why     diag.Text
	Unseen  bool // whether it may change anything of the account, or of all where that is ""
}

// gap is how --assume names that an unseen resource changes nothing that matters.
func (x Left) gap() string { return "planned:" + x.Address }

// Planned is where planned infrastructure says something.
type Planned struct {
	Address  string   `json:"address"`
	Position diag.Pos `json:"position,omitzero"`
}

func plannedAt(o snapshot.Origin) *Planned { return &Planned{o.Address, o.Pos} }

// layers adds what planned infrastructure leaves unknown.
func (a *auditor) layers() {
	for _, l := range a.in.Layers {
		for _, x := range l.Left {
			a.left(l, x)
		}
	}
}

// left adds a planned resource of which it is not known what it changes.
func (a *auditor) left(l Layer, x Left) {
	if _, told := a.causes[x.cause(l)]; !told && a.matters(l, x) {
		a.add(a.leftFinding(l, x), nil)
	}
}

// matters reports whether anything may hang on a resource that was left. Of a KMS
// key, all that does is known once every requirement is decided.
func (a *auditor) matters(l Layer, x Left) bool {
	_, told := a.causes[x.cause(l)]
	return told || x.Kind != templateKey
}

// templateKey is the type of the KMS keys of templates.
const templateKey = "AWS::KMS::Key"

// cause is what may hang on an unseen resource.
func (x Left) cause(l Layer) cause { return cause{checkReadDenied, x.Address, "planned " + l.File} }

// maybeChanged reports whether what decides a requirement may be changed by planned
// resources that nobody can see into, and lets it hang on them.
func (a *auditor) maybeChanged(qu *question) bool {
	found := false
	for _, l := range a.in.Layers {
		for _, x := range l.Left {
			if !x.Unseen || !x.reaches(qu) || slices.Contains(a.in.Assume, x.gap()) {
				continue
			}
			found = true
			a.share(x.cause(l), a.aside(qu), func() Finding { return a.leftFinding(l, x) })
		}
	}
	return found
}

// maybeKey is the KMS key of a template for which something is known only after
// apply. No template says the ID of a key, so that one may be any key of its account:
// all that hangs on that is one finding.
func (a *auditor) maybeKey(why string) (Layer, Left, bool) {
	address, ok := fact.Address(why)
	if !ok {
		return Layer{}, Left{}, false
	}
	resource, _, _ := strings.Cut(address, ".")
	for _, l := range a.in.Layers {
		for _, x := range l.Left {
			if x.Kind == templateKey && x.Address == resource {
				return l, x, true
			}
		}
	}
	return Layer{}, Left{}, false
}

// reaches reports whether a requirement is about something of the account.
func (x Left) reaches(qu *question) bool {
	return x.Account == "" || slices.Contains([]string{qu.Account, qu.ResourceAccount, qu.bucket.Account}, x.Account)
}

func (a *auditor) leftFinding(l Layer, x Left) Finding {
	f := Finding{
		Check: checkReadDenied, Key: checkReadDenied + "/left", Outcome: Unknown, Severity: Medium,
		Account: x.Account, Document: replication.BucketSettings, Target: x.Address,
		Args:    map[string]string{"address": x.Address, "file": l.File},
		Source:  plannedPages[l.From],
		Planned: &Planned{x.Address, x.Pos},
	}
	diag.Put(f.Args, "why", x.Why)
	f.Evidence = shows(f.Document, words("says.why").With("why", x.Why))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.after-apply"))
	if x.Unseen {
		f.Key, f.Position = keyUnseen, x.Pos
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.unseen", "gap", x.gap()))
	}
	return f
}

// plannedPages say how planned infrastructure is written.
var plannedPages = map[string]string{
	"terraform-plan": "https://developer.hashicorp.com/terraform/internals/json-format",
	"cloudformation": "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
}

// planned says where in planned infrastructure a finding lies: the resource that
// holds the document, or the setting, else the one that is its target.
func (a *auditor) planned(f *Finding) {
	origins := a.in.Snapshot.Origins
	if len(origins) == 0 {
		return
	}
	target := f.Target
	if f.Document == replication.PermissionsBoundary {
		target = cmp.Or(f.Principal, target)
	}
	evidence := slices.Clone(f.Evidence)
	for i, e := range evidence {
		o, ok := originOf(origins, target, fieldsOf(f, e.Policy))
		if !ok || e.Document != f.Document {
			continue
		}
		evidence[i].Planned = plannedAt(o)
		if f.Planned == nil {
			f.Planned = plannedAt(o)
		}
	}
	f.Evidence = evidence
	if f.Planned == nil {
		if o, ok := originOf(origins, target, fieldsOf(f, "")); ok {
			f.Planned = plannedAt(o)
		}
	}
}

// originOf is the origin of fields of an entry, and of its only planned policy
// where a policy lacks something and so has no name.
func originOf(origins snapshot.Origins, target string, fields []string) (snapshot.Origin, bool) {
	if fields[0] == "" {
		if o, ok := origins.Policies(target); ok {
			return o, true
		}
	}
	return origins.Of(target, fields...)
}

// place makes the place in planned infrastructure the finding's own, if it has
// none in a SPEC.
func (f *Finding) place() {
	if f.Planned != nil && f.Position.IsZero() {
		f.Position = f.Planned.Position
	}
}

// fieldsOf are the fields of a snapshot's entry that a finding may be about.
func fieldsOf(f *Finding, policy string) []string {
	switch f.Document {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		return []string{"AssumeRolePolicyDocument"}
	case replication.SourceBucketPolicy, replication.DestinationBucketPolicy, replication.WriterBucketPolicy, replication.WriterAccessPointPolicy,
		replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return []string{"Policy"}
	case replication.ReplicationConfiguration:
		return []string{"ReplicationConfiguration"}
	case replication.PublicAccessBlock:
		return []string{"PublicAccessBlockConfiguration"}
	case replication.KMSKey:
		return []string{"KeyMetadata"}
	case replication.BucketSettings:
		return []string{cmp.Or(settingOf[f.Check], "settings")}
	default:
		return []string{cmp.Or(policy, f.Args["policy"])}
	}
}

// settingOf is the field that a check of a bucket's settings looks at.
var settingOf = map[string]string{
	"versioning-disabled":      "Versioning",
	"object-ownership-differs": "OwnershipControls",
	"object-lock-missing":      "ObjectLockConfiguration",
	"requester-pays":           "RequestPayment",
	"sse-c-blocked":            "ServerSideEncryptionConfiguration",
	"kms-opt-in-missing":       "ServerSideEncryptionConfiguration",
	"lifecycle-blocked":        "LifecycleConfiguration",
	"failures-unseen":          "NotificationConfiguration",
}

// alsoAfterApply adds evidence of another part that is known only after apply.
func (f *Finding) alsoAfterApply(why string) {
	address, ok := fact.Address(why)
	if !ok {
		return
	}
	e := shows(f.Document, words("says.planned", "address", address))
	if !slices.ContainsFunc(f.Evidence, func(x Evidence) bool { return reflect.DeepEqual(x, e[0]) }) {
		f.Evidence = append(f.Evidence, e...)
	}
}

// afterApply rewrites the finding about something that was not read because it
// is known only after apply.
func (a *auditor) afterApply(f *Finding, why string) {
	address, ok := fact.Address(why)
	if !ok {
		return
	}
	f.Key = checkReadDenied + "/planned"
	f.Args["address"] = address
	f.Evidence = shows(f.Document, words("says.planned", "address", address))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.after-apply"))
	f.Source, f.Planned = plannedPages["terraform-plan"], &Planned{Address: address}
	resource, _, _ := strings.Cut(address, ".")
	found := 0
	for _, l := range a.in.Layers {
		if pos, ok := l.Places[resource]; ok {
			f.Source, f.Planned.Position = plannedPages[l.From], pos
			found++
		}
	}
	if found > 1 { // two templates have a resource of that name
		f.Planned.Position = position{}
	}
}
