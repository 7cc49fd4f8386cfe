package report

import (
	"slices"

	"github.com/repligrant/repligrant/audit"
)

// brief writes an audit that is too long for its place: what is to do, the rules,
// and the findings, a line each, as far as they go. Nothing is cut inside a line,
// and what is left out is counted.
func (s *auditSheet) brief() {
	whole := s.budget.bytes - s.b.Len()
	gaps := s.apart(func(o *auditSheet) { o.bounded("> - ", gaps(s.a), "short.gaps", whole/8) })
	todo := s.apart(func(o *auditSheet) { o.steps() })
	short := s.apart(func(o *auditSheet) { o.shortened() })
	if gaps != "" {
		s.write("\n> [!WARNING]\n", gaps)
	}
	left := s.budget.bytes - s.b.Len() - len(todo) - len(short) - tally
	rules := s.apart(func(o *auditSheet) { o.room = max(left/2, 1); o.table() })
	s.write(rules)
	s.lines(left - len(rules))
	s.write(short, todo)
}

// tally is room for the line that counts what is left out.
const tally = 500

// apart is what write writes, on a sheet of its own.
func (s *auditSheet) apart(write func(*auditSheet)) md {
	o := *s
	o.sheet = sheet{}
	write(&o)
	return o.md()
}

// lines are the findings that fit into room, the worst first.
func (s *auditSheet) lines(room int) {
	l := s.listed()
	if len(l) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(phrase{"short.list", nil}), "\n\n")
	end := s.b.Len() + room
	for i, f := range l {
		line := s.line(f)
		if s.b.Len()+len(line) > end {
			s.write("- ", s.body.say(counted("short.more", len(l)-i)), "\n")
			return
		}
		s.write(line)
	}
}

// A numberedFinding is a finding with the number of its item, 0 where it has none.
type numberedFinding struct {
	audit.Finding

	number int
}

// listed are the findings, the worst first, and last those for which nothing fails.
func (s *auditSheet) listed() []numberedFinding {
	var l, minor []numberedFinding
	for _, section := range s.sections {
		for _, i := range section.items {
			for _, f := range i.findings {
				l = append(l, numberedFinding{f, i.number})
			}
		}
		for _, f := range section.minor {
			minor = append(minor, numberedFinding{f, 0})
		}
	}
	worst := func(x, y numberedFinding) int {
		return rank(severityOrder, x.Severity) - rank(severityOrder, y.Severity)
	}
	slices.SortStableFunc(l, worst)
	slices.SortStableFunc(minor, worst)
	return append(l, minor...)
}

func (s *auditSheet) line(f numberedFinding) md {
	var number md
	if f.number > 0 {
		number = "**" + s.body.say(phrase{"number", args{"n": f.number}}) + "** "
	}
	said := phrase{"minor", args{"grade": grade(f.Finding), "check": f.Check, "message": message(f.Finding)}}
	return "- " + number + s.body.say(said) + " (" + s.body.say(where(f.Finding)) + ")\n"
}

// bounded lists phrases within room, the first in any case, and counts by key
// those that do not fit.
func (s *auditSheet) bounded(bullet md, l phrases, key string, room int) {
	end := s.b.Len() + room
	for i, p := range l {
		line := bullet + s.body.say(p) + "\n"
		if i > 0 && s.b.Len()+len(line) > end {
			s.write(bullet, s.body.say(counted(key, len(l)-i)), "\n")
			return
		}
		s.write(line)
	}
}
