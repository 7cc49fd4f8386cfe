package terraform

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// A writer writes blocks into the files of a module, and keeps the first error.
type writer struct {
	files map[string]*body
	file  *body // that is written to
	err   error
}

// in goes on in a file of that name.
func (w *writer) in(name string) {
	if w.files == nil {
		w.files = map[string]*body{}
	}
	if w.files[name] == nil {
		w.files[name] = &body{}
	}
	w.file = w.files[name]
}

// comment writes lines of our own words; no name belongs in one.
func (b *body) comment(text string) {
	for l := range strings.Lines(text) {
		b.add("", one(strings.TrimRight("# "+l, " \n")))
	}
}

// include writes HCL that is the same in every module, formatted as it is.
func (w *writer) include(text string) {
	w.apart()
	w.file.add("", one(strings.TrimSuffix(text, "\n")))
}

// apart writes an empty line between what a file has and what comes.
func (w *writer) apart() {
	if len(w.file.lines) > 0 {
		w.file.blank()
	}
}

// block begins a block. Its labels are plain text.
func (w *writer) block(kind string, labels ...string) *body {
	w.apart()
	for _, l := range labels {
		kind += ` "` + l + `"`
	}
	return w.file.block(kind)
}

// text sets an attribute to a string that stands for itself.
func (w *writer) text(b *body, name, text string) { b.add(name, one(w.quoted(text))) }

func (w *writer) quoted(s string) string {
	text, err := quote(s)
	w.fail(err)
	return text
}

func (w *writer) list(values []string) value {
	var list []value
	for _, v := range values {
		list = append(list, one(w.quoted(v)))
	}
	return tuple(list)
}

func (w *writer) number(b *body, name string, n int) { b.add(name, one(strconv.Itoa(n))) }

// policy sets an attribute to the JSON text of a policy.
func (w *writer) policy(b *body, name string, d *policy.Document) {
	b.add(name, jsonencode(w.document(d)))
}

func jsonencode(v value) value { return within("jsonencode(", v, ")") }

// document is a policy as an expression.
func (w *writer) document(d *policy.Document) value {
	text, err := d.Encode()
	w.fail(err)
	return w.expression(text)
}

func (w *writer) expression(text []byte) value {
	v, err := expression(text)
	w.fail(err)
	return v
}

// reference names an attribute of a resource, or a variable.
func reference(steps ...string) string { return strings.Join(steps, ".") }

// raw sets an attribute to an expression that we wrote ourselves.
func (w *writer) raw(b *body, name, expression string) { b.add(name, one(expression)) }

func (w *writer) fail(err error) {
	if err != nil && diag.Of(err) == nil {
		err = refuse("terraform-document", "problem", err.Error())
	}
	w.err = cmp.Or(w.err, err)
}
