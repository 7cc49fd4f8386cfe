package terraform

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

// readmeText is the text around the list of modules and the example.
//
//go:embed README.tmpl.md
var readmeText string

// readme says in which order modules are applied, and how one configuration
// applies all of them. Names stand in quoted strings of HCL only, where no
// character of theirs means anything to Markdown.
func readme(modules []*module, p *planner.Plan, say target.Speaker) ([]byte, error) {
	var list strings.Builder
	for _, m := range modules {
		fmt.Fprintf(&list, "| %d | %s | %s | %s | %s |\n", m.step, markdown.Code(m.folder()), m.account, cmp.Or(m.region, say.Say(sentences, "terraform.any")), say.Say(sentences, contents[m.step]))
	}
	w := &writer{}
	w.example(modules)
	text := strings.NewReplacer("MODULES\n", list.String(), "WAITS\n", target.WaitsFor(p, say), "EXAMPLE\n", string(w.file.text()), "LEFTOVERS\n", target.Leftovers(say)).Replace(say.Say(sentences, "terraform.readme"))
	return []byte(text + target.Jobs(p.Jobs, say) + target.Warnings(p.Warnings, say)), w.err
}

// contents are the keys of what a module holds, in a few words.
var contents = map[int]string{
	stepRoles:          "terraform.roles",
	stepDestinations:   "terraform.destinations",
	stepConfigurations: "terraform.configurations",
}

// sentences are what the README says. In its text stand MODULES, WAITS, EXAMPLE
// and LEFTOVERS on lines of their own for what depends on the plan.
var sentences = diag.Sentences{
	"terraform.any":            "any",
	"terraform.roles":          "roles, users, their policies",
	"terraform.destinations":   "policies of buckets, keys, access points; versioning",
	"terraform.configurations": "replication configurations; versioning",
	"terraform.readme":         readmeText,
}

// example calls every module with a provider for its account and Region.
func (w *writer) example(modules []*module) {
	w.in("main.tf")
	var made []string
	for _, m := range modules {
		alias := m.alias(modules)
		if slices.Contains(made, alias) {
			continue
		}
		made = append(made, alias)
		b := w.block("provider", "aws")
		w.text(b, "alias", alias)
		if region := m.regionOf(modules); region != "" {
			w.text(b, "region", region)
		}
		w.text(b, "profile", m.account)
	}
	for _, m := range modules {
		w.call(m, modules)
	}
}

func (w *writer) call(m *module, modules []*module) {
	b := w.block("module", m.address())
	w.text(b, "source", "./"+m.folder())
	w.raw(b, "providers", "{ aws = aws."+m.alias(modules)+" }")
	if before := addressesBefore(modules, m.step); len(before) > 0 {
		w.raw(b, "depends_on", "["+strings.Join(before, ", ")+"]")
	}
	if m.step == stepRoles {
		return
	}
	b.blank()
	if m.step == stepConfigurations && len(m.merged) < len(m.targets) {
		w.raw(b, "replace_replication", "[]")
	}
	if existing := w.howExisting(m); len(existing.lines) > 0 {
		b.add("existing_policies", object(existing))
	}
	if len(m.versioned) > 0 {
		w.raw(b, "enable_versioning", "[]")
	}
}

// howExisting says what the policies of a module are taken to be.
func (w *writer) howExisting(m *module) body {
	var b body
	if m.step != stepDestinations {
		return b
	}
	for _, t := range m.targets {
		if m.merged[t.ARN.String()] != nil && t.Type != target.Bucket {
			continue
		}
		how := w.quoted("live")
		switch t.Type {
		case target.Key:
			how = "file(" + w.quoted(t.Name+".json") + ")"
		case target.AccessPoint:
			how = w.quoted("none")
		default:
		}
		w.raw(&b, w.quoted(keyOf(t)), how)
	}
	return b
}

// address is the name of the module's call.
func (m *module) address() string {
	return strings.ReplaceAll(m.name()+"_"+m.account, "-", "_")
}

// alias is the name of the provider for a module.
func (m *module) alias(modules []*module) string {
	return strings.ReplaceAll(strings.TrimSuffix("account_"+m.account+"_"+m.regionOf(modules), "_"), "-", "_")
}

// regionOf is the Region of a module's provider. IAM is the same in all of an
// account's.
func (m *module) regionOf(modules []*module) string {
	for _, o := range modules {
		if m.region == "" && o.account == m.account && o.region != "" {
			return o.region
		}
	}
	return m.region
}

// addressesBefore are the calls of the last step before one.
func addressesBefore(modules []*module, step int) []string {
	var l []string
	last := 0
	for _, m := range modules {
		if m.step >= step {
			break
		}
		if m.step > last {
			l, last = nil, m.step
		}
		l = append(l, "module."+m.address())
	}
	return l
}
