// Package terraform writes a plan as Terraform modules: for each account one
// for the roles and users (step 1), one for what receives replicas (step 2) and
// one for the replication configurations (step 3). It is a function of the plan:
// it runs nothing and contacts nothing, and the modules name no credentials.
//
// S3 and KMS keep one policy for each bucket, access point and key. The modules
// never overwrite statements that others wrote: they read them, or ask for them,
// and refuse to be applied where they have not got them.
package terraform

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/replication"
)

// Options say what a plan does not. The zero Options fits a plan whose buckets
// lie in one Region.
type Options struct {
	// Regions are the Regions of buckets, by name. A provider works in one
	// Region, so that each of an account's Regions gets a module of its own.
	Regions map[string]string

	// Say is the language of the README; comments of modules are in English.
	Say target.Speaker
}

// Files returns the modules of p: what is in each file, by its path with
// slashes. The same plan gives the same bytes. The error is about what Terraform
// cannot hold as it is; it has a key, see [diag.Of].
func Files(p *planner.Plan, o Options) (map[string][]byte, error) {
	modules, err := modulesOf(p, o)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, m := range modules {
		w := &writer{}
		if err := w.module(m); err != nil {
			return nil, err
		}
		for name, f := range w.files {
			files[path.Join(m.folder(), name)] = f.text()
		}
	}
	if len(modules) == 0 {
		return files, nil
	}
	text, err := readme(modules, p, o.Say)
	files["README.md"] = text
	return files, err
}

// A module is one directory: what one owner applies in one step and Region.
type module struct {
	account   string
	step      int
	region    string // "" for IAM, which has none, and where it is not known
	single    bool   // the account's only module of this step
	targets   []*target.Target
	merged    map[string]json.RawMessage // by ARN: whole documents, laid into what is there
	versioned []string                   // names of buckets that have to be versioned, sorted
	callers   []string                   // roles and users of the plan
}

// The steps of application, as the plan numbers them.
const (
	stepRoles          = 1
	stepDestinations   = 2
	stepConfigurations = 3
)

// stepNames are the names of modules.
var stepNames = map[int]string{stepRoles: "roles", stepDestinations: "destination", stepConfigurations: "rules"}

// steps are when each type of target is written to.
var steps = map[target.Type]int{
	target.Role: stepRoles, target.User: stepRoles,
	target.Bucket: stepDestinations, target.Key: stepDestinations, target.AccessPoint: stepDestinations,
	target.Source: stepConfigurations,
}

// regionName is what a Region looks like; a directory is named after it.
var regionName = regexp.MustCompile(`^[a-z0-9-]*$`)

// A moduleKey tells modules apart.
type moduleKey struct {
	step            int
	account, region string
}

// name is the directory below the account's.
func (m *module) name() string {
	if m.single || m.region == "" {
		return stepNames[m.step]
	}
	return stepNames[m.step] + "-" + m.region
}

func (m *module) folder() string { return path.Join(m.account, m.name()) }

// A layout sorts what a plan says into modules.
type layout struct {
	Options
	modules map[moduleKey]*module
	owners  map[string]bool // accounts of targets
	callers []string        // roles and users of the plan
}

func modulesOf(p *planner.Plan, o Options) ([]*module, error) {
	l := layout{Options: o, modules: map[moduleKey]*module{}, owners: map[string]bool{}, callers: p.Callers()}
	targets, err := target.Of(p)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		if err := l.target(t); err != nil {
			return nil, err
		}
	}
	for _, q := range p.Requirements {
		if err := l.receiver(q); err != nil {
			return nil, err
		}
	}
	for _, d := range p.Documents {
		if d.Merged != nil {
			l.merged(d)
		}
	}
	return l.inOrder(), nil
}

// merged gives the module of a document what it was laid into. Of a bucket's
// policy it is not needed: that is read when the module is applied.
func (l *layout) merged(d planner.Document) {
	for _, m := range l.modules {
		for _, t := range m.targets {
			if t.ARN.String() == d.Target && (t.Type == target.Source) == (d.Kind == replication.ReplicationConfiguration) {
				m.merged[d.Target] = d.Merged
			}
		}
	}
}

func (l *layout) at(step int, account, region string) (*module, error) {
	if !arn.IsAccountID(account) || !regionName.MatchString(region) {
		return nil, refuse("terraform-folder", "account", account, "region", region)
	}
	key := moduleKey{step, account, region}
	if l.modules[key] == nil {
		l.modules[key] = &module{account: account, step: step, region: region, merged: map[string]json.RawMessage{}, callers: l.callers}
	}
	return l.modules[key], nil
}

func (l *layout) target(t *target.Target) error {
	region := t.ARN.Region
	if t.Type == target.Bucket || t.Type == target.Source {
		region = l.Regions[t.Name]
	}
	m, err := l.at(steps[t.Type], t.Account, region)
	if err != nil {
		return err
	}
	l.owners[t.Account] = true
	m.targets = append(m.targets, t)
	if t.Type == target.Source {
		m.versioned = append(m.versioned, t.Name)
	}
	return nil
}

// receiver notes that the bucket of q has to be versioned, if q is about
// replicas in it. Of an account that the plan leaves out it says nothing.
func (l *layout) receiver(q replication.Requirement) error {
	if replication.FormOf(q.Action) != replication.DestinationObjects || !l.owners[q.ResourceAccount] {
		return nil
	}
	a, err := arn.Parse(q.Resource)
	if err != nil {
		return refuse("terraform-resource", "requirement", q.ID, "problem", err.Error())
	}
	bucket, _, _ := strings.Cut(a.Resource, "/")
	m, err := l.at(stepDestinations, q.ResourceAccount, l.Regions[bucket])
	if err != nil {
		return err
	}
	m.versioned = append(m.versioned, bucket)
	return nil
}

func (l *layout) inOrder() []*module {
	count := map[moduleKey]int{}
	for key := range l.modules {
		count[moduleKey{step: key.step, account: key.account}]++
	}
	modules := slices.SortedFunc(maps.Values(l.modules), func(a, b *module) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
	})
	ready := map[string]bool{} // buckets of modules that are applied before
	for _, m := range modules {
		m.single = count[moduleKey{step: m.step, account: m.account}] == 1
		slices.Sort(m.versioned)
		m.versioned = slices.DeleteFunc(slices.Compact(m.versioned), func(bucket string) bool { return ready[bucket] })
		for _, bucket := range m.versioned {
			ready[bucket] = true
		}
	}
	return modules
}
