package audit

import "slices"

// joined is the verdict over all rules: S3 shows FAILED if one destination fails.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html.
func (x *explainer) joined() Verdict {
	outcomes := x.outcomes()
	is := func(took Took, v Verdict) bool { return slices.Contains(outcomes, outcome{took, v}) }
	takes := func(took Took) bool {
		return slices.ContainsFunc(outcomes, func(o outcome) bool { return o.took == took })
	}
	switch {
	case is(Takes, Fails):
		return Fails
	case is(Takes, Unclear):
		return Unclear
	case takes(MayTake) && !takes(Takes) && !is(MayTake, Replicates) && !is(MayTake, Degraded) && !is(MayTake, Unclear):
		return Fails // it fails if the rule takes it, and stays if not
	case takes(MayTake):
		return Unclear
	case !takes(Takes):
		x.because("no-rule", Missing, "bucket", x.from.Name)
		x.notLive()
		return Fails
	case is(Takes, Degraded):
		return Degraded
	default:
		return Replicates
	}
}

// An outcome is what one rule, or the rules to one destination, make of the
// version.
type outcome struct {
	took    Took
	verdict Verdict
}

// outcomes joins the rules to one destination where one of them takes the version
// for certain, and it is only not known which: where all make the same of it,
// that does not matter.
func (x *explainer) outcomes() (list []outcome) {
	byBucket := map[string][]Taking{}
	for _, t := range x.out.Rules {
		if t.Takes != Leaves {
			byBucket[t.To] = append(byBucket[t.To], t)
		}
	}
	for _, rules := range byBucket {
		one := outcome{Takes, rules[0].Verdict}
		if slices.ContainsFunc(rules, func(t Taking) bool { return t.Verdict != one.verdict }) {
			one.verdict = Unclear
		}
		if slices.ContainsFunc(rules, func(t Taking) bool { return t.sure }) {
			list = append(list, one)
			continue
		}
		for _, t := range rules {
			list = append(list, outcome{t.Takes, t.Verdict})
		}
	}
	return list
}

// atBest limits the verdict: what fails for certain still does.
func (x *explainer) atBest(v Verdict) {
	if x.out.Verdict != Fails {
		x.out.Verdict = v
	}
}
