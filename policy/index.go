package policy

import (
	"slices"
	"strings"
)

// A ready is a document that is ready to be decided. Statements that say the
// same are one.
type ready struct {
	statements []statement
	public     truth // whether S3 takes it for a public bucket policy
	// byAction leads to the statements of a document that is too large to look
	// at each: by what the names of their actions begin with, then by what
	// their resources begin with, then by whom they name. It is nil for others.
	byAction *tree[byResource]
}

type byResource struct{ tree[byPrincipal] }

// A byPrincipal holds statements by their index in ready.statements.
type byPrincipal struct {
	any   []int            // to be looked at for every caller
	named map[string][]int // by principal.name
}

const (
	// fewStatements is up to where looking at each statement is faster than the index.
	fewStatements = 8
	// fewNamed is up to where looking at each statement is faster than the names.
	fewNamed = 8
	// maxEntries bounds the places of one statement in the index. One with more
	// actions, resources and principals is found by less of them.
	maxEntries = 64
)

// newReady makes documents ready, as if they were one.
func newReady(documents ...*Document) *ready {
	r := &ready{}
	for _, d := range documents {
		r.statements = append(r.statements, compileDocument(d)...)
	}
	r.public = isPublic(r.statements)
	if len(r.statements) <= fewStatements {
		return r
	}
	r.statements = unite(documents, r.statements)
	r.byAction = &tree[byResource]{}
	for i := range r.statements {
		r.enter(i)
	}
	r.byAction.each(func(b *byResource) { b.each((*byPrincipal).settle) })
	return r
}

// unite makes one of statements that say the same.
func unite(documents []*Document, statements []statement) []statement {
	first := map[string]int{}
	out := make([]statement, 0, len(statements))
	for _, d := range documents {
		for i := range d.Statements {
			s := statements[0]
			statements = statements[1:]
			key := d.Statements[i].meaning(d.Version)
			if n, known := first[key]; known {
				out[n].twins = append(out[n].twins, twin{s.index, s.sid})
				continue
			}
			if key != "" {
				first[key] = len(out)
			}
			out = append(out, s)
		}
	}
	return out
}

// meaning is the same for statements that say the same; "" for one that cannot
// be written as a whole.
func (s Statement) meaning(version string) string {
	s.Sid = ""
	text, err := s.MarshalJSON()
	if err != nil || s.Doubt != "" {
		return ""
	}
	return version + string(text)
}

// enter puts a statement into the index.
func (r *ready) enter(n int) {
	s := &r.statements[n]
	actions, resources, names := s.actionPrefixes(), s.resourcePrefixes(), s.principals.names()
	if len(actions)*len(resources)*len(names) > maxEntries {
		names = nil
	}
	if len(actions)*len(resources) > maxEntries {
		resources = []string{shared(resources)}
	}
	if len(actions) > maxEntries {
		actions = []string{shared(actions)}
	}
	for _, a := range actions {
		for _, prefix := range resources {
			r.byAction.at(a).at(prefix).add(n, names)
		}
	}
}

func (b *byPrincipal) add(n int, names []string) {
	if names == nil {
		b.any = append(b.any, n)
	}
	for _, name := range names {
		if b.named == nil {
			b.named = map[string][]int{}
		}
		b.named[name] = append(b.named[name], n)
	}
}

// settle gives up the names if there are too few statements for them to save work.
func (b *byPrincipal) settle() {
	count := 0
	for _, list := range b.named {
		count += len(list)
	}
	if count > fewNamed {
		return
	}
	for _, list := range b.named {
		b.any = append(b.any, list...)
	}
	b.named = nil
}

// find appends to buf the statements, by their index and in order, that may be
// about the action, the resources and the caller of a query.
func (r *ready) find(q *Query, buf []int) []int {
	if r.byAction == nil {
		for i := range r.statements {
			buf = append(buf, i)
		}
		return buf
	}
	r.byAction.along(q.action, func(b *byResource) {
		b.along(q.prefix, func(p *byPrincipal) { buf = p.find(q, buf) })
		if q.request.Pattern {
			b.under(q.prefix, func(p *byPrincipal) { buf = p.find(q, buf) })
		}
	})
	slices.Sort(buf)
	return slices.Compact(buf)
}

func (b *byPrincipal) find(q *Query, buf []int) []int {
	buf = append(buf, b.any...)
	if b.named == nil {
		return buf
	}
	names := q.names
	if !q.ready {
		names = q.request.Caller.names()
	}
	if names == nil {
		for _, list := range b.named {
			buf = append(buf, list...)
		}
	}
	for _, name := range names {
		buf = append(buf, b.named[name]...)
	}
	return buf
}

// actionPrefixes returns what each name of an action that the statement is
// about begins with.
func (s *statement) actionPrefixes() []string {
	if s.notAction {
		return []string{""}
	}
	var out []string
	for i := range s.actions {
		out = append(out, s.actions[i].LiteralPrefix())
	}
	return unique(out)
}

// resourcePrefixes is that of resources.
func (s *statement) resourcePrefixes() []string {
	if s.notResource || s.resourceless {
		return []string{""}
	}
	var out []string
	for i := range s.resources {
		out = append(out, s.resources[i].prefix())
	}
	return unique(out)
}

// prefix is what every resource of r begins with.
func (r *resource) prefix() string {
	switch {
	case r.broken:
		return ""
	case r.template == nil:
		return r.pattern.LiteralPrefix()
	case r.template[0].key != "":
		return ""
	default:
		text := r.template[0].text
		if i := strings.IndexAny(text, "*?$"); i >= 0 {
			text = text[:i]
		}
		return text
	}
}

// names returns the names of whom the statement is about, nil if only looking
// at it can tell. One that names nobody has none.
func (p *principals) names() []string {
	if !p.present || p.not || p.all {
		return nil
	}
	out := []string{}
	for i := range p.entries {
		switch e := &p.entries[i]; e.kind {
		case nobody:
		case canonicalUser:
			return nil
		default:
			out = append(out, e.name())
		}
	}
	return unique(out)
}

// name is the same for principals that name the same caller, but for what only
// looking at them can tell.
func (p *principal) name() string {
	switch p.kind {
	case account:
		return p.account
	case session:
		return p.account + "/" + p.id
	default:
		return p.id
	}
}

// names returns the names under which a statement may name the caller, nil if
// they cannot be listed.
func (c *Caller) names() []string {
	names := []string{c.ARN}
	if c.Account != "" {
		names = append(names, c.Account)
	}
	if c.UniqueID != "" {
		names = append(names, c.UniqueID)
	}
	switch c.Kind {
	case Role:
		return append(names, c.Account+"/"+roleName(c.ARN))
	case FederatedUser:
		return nil // any user of the account may have made the session
	default:
		return names
	}
}

// shared is what all of some texts begin with.
func shared(texts []string) string {
	prefix := texts[0]
	for _, s := range texts[1:] {
		prefix = prefix[:common(prefix, s)]
	}
	return prefix
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
