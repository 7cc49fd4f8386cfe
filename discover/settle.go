package discover

import (
	"errors"
	"maps"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/spec"
)

// settle reads the SPEC as everybody else will, and turns what is refused into
// comments, until nothing is. What is refused with something else goes first, so
// that the reason is told that came first.
func (d *Draft) settle() {
	for {
		page := d.render(diag.Text.String)
		_, err := spec.Parse("", page.text())
		changed := false
		for _, problem := range diag.Of(err) {
			changed = d.leaveOut(page, problem) || changed
		}
		if !changed {
			return
		}
	}
}

// leaveOut turns what a problem is about into a comment. It is false where there
// is nothing to leave out: a SPEC without a rule is refused as a whole.
func (d *Draft) leaveOut(page *page, problem *diag.Diagnostic) bool {
	at, ok := page.spots[problem.Pos.Line]
	if !ok || page.parted[at.entry] || at.entry.refused != nil || at.entry.out(at.field) != nil {
		return false
	}
	why := problem.Message
	if _, ok := why.Args["other"]; ok { // lines are not what they will be
		why.Args = maps.Clone(why.Args)
		why.Args["other"] = page.spots[problem.Related.Line].String()
	}
	e := at.entry
	switch {
	case e.kind == ofRule && e.rule.mirror != nil: // each alone may be possible
		e.rule.part()
		page.parted[e] = true
	case e.kind == ofBucket && at.field >= 0, e.kind == ofRole && at.field >= 0 && e.fields[at.field].key != "path":
		why := sentences.Text("discover-setting-refused", "setting", e.fields[at.field].key, "bucket", e.name).With("problem", why)
		e.fields[at.field].out = &why
	default:
		e.refuse(why)
		d.refuseRulesOf(e)
	}
	return true
}

// refuseRulesOf refuses the rules of a bucket that was refused.
func (d *Draft) refuseRulesOf(e *entry) {
	if e.kind != ofBucket {
		return
	}
	for _, r := range d.rules {
		if r.rule.From.Name == e.name || r.rule.to.Name == e.name {
			if r.rule.mirror != nil {
				r.rule.part()
			}
			r.refuse(sentences.Text("discover-why-bucket", "bucket", e.name))
		}
	}
}

// Err is the problem of a SPEC that nobody takes, nil for one that is taken. What
// is left after settling is that there is nothing to do.
func (d *Draft) Err() error {
	_, err := spec.Parse("", d.render(diag.Text.String).text())
	return errors.Join(err)
}
