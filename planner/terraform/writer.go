package terraform

import (
	"cmp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/repligrant/repligrant/policy"
)

// A writer writes blocks into the files of a module, and keeps the first error.
type writer struct {
	files map[string]*hclwrite.File
	file  *hclwrite.File // that is written to
	begun map[*hclwrite.File]bool
	err   error
}

// in goes on in a file of that name.
func (w *writer) in(name string) {
	if w.files == nil {
		w.files, w.begun = map[string]*hclwrite.File{}, map[*hclwrite.File]bool{}
	}
	if w.files[name] == nil {
		w.files[name] = hclwrite.NewFile()
	}
	w.file = w.files[name]
}

// comment is lines of our own words; no name belongs in one.
func comment(text string) hclwrite.Tokens {
	var tokens hclwrite.Tokens
	for line := range strings.Lines(text) {
		tokens = append(tokens, &hclwrite.Token{Type: hclsyntax.TokenComment, Bytes: []byte(strings.TrimRight("# "+line, " \n") + "\n")})
	}
	return tokens
}

func (w *writer) comment(text string) {
	w.begun[w.file] = true
	w.file.Body().AppendUnstructuredTokens(comment(text))
}

// include writes HCL that is the same in every module.
func (w *writer) include(text string) {
	w.blank()
	f, problems := hclwrite.ParseConfig([]byte(text), "included.tf", hcl.InitialPos)
	if problems.HasErrors() {
		panic("planner/terraform: " + problems.Error()) //nolint:forbidigo // a file of ours
	}
	w.file.Body().AppendUnstructuredTokens(f.BuildTokens(nil))
}

// blank writes an empty line between what a file has and what comes.
func (w *writer) blank() {
	if w.begun[w.file] {
		w.file.Body().AppendNewline()
	}
	w.begun[w.file] = true
}

// block begins a block.
func (w *writer) block(kind string, labels ...string) *hclwrite.Body {
	w.blank()
	return w.file.Body().AppendNewBlock(kind, labels).Body()
}

// inner begins a block within another.
func inner(b *hclwrite.Body, name string) *hclwrite.Body {
	if len(b.Attributes())+len(b.Blocks()) > 0 {
		b.AppendNewline()
	}
	return b.AppendNewBlock(name, nil).Body()
}

// text sets an attribute to a string that stands for itself.
func (w *writer) text(b *hclwrite.Body, name, value string) {
	b.SetAttributeRaw(name, w.quoted(value))
}

func (w *writer) quoted(s string) hclwrite.Tokens {
	tokens, err := quote(s)
	w.fail(err)
	return tokens
}

func (w *writer) list(values []string) hclwrite.Tokens {
	var list []hclwrite.Tokens
	for _, v := range values {
		list = append(list, w.quoted(v))
	}
	return lines(list)
}

func (w *writer) number(b *hclwrite.Body, name string, value int) {
	b.SetAttributeValue(name, cty.NumberIntVal(int64(value)))
}

// policy sets an attribute to the JSON text of a policy.
func (w *writer) policy(b *hclwrite.Body, name string, d *policy.Document) {
	b.SetAttributeRaw(name, jsonencode(w.document(d)))
}

func jsonencode(value hclwrite.Tokens) hclwrite.Tokens {
	return hclwrite.TokensForFunctionCall("jsonencode", value)
}

// document is a policy as an expression.
func (w *writer) document(d *policy.Document) hclwrite.Tokens {
	text, err := d.Encode()
	w.fail(err)
	return w.expression(text)
}

func (w *writer) expression(text []byte) hclwrite.Tokens {
	tokens, err := expression(text)
	w.fail(err)
	return tokens
}

// reference names an attribute of a resource, or a variable.
func reference(steps ...string) hclwrite.Tokens {
	traversal := hcl.Traversal{hcl.TraverseRoot{Name: steps[0]}}
	for _, step := range steps[1:] {
		traversal = append(traversal, hcl.TraverseAttr{Name: step})
	}
	return hclwrite.TokensForTraversal(traversal)
}

// raw sets an attribute to an expression that we wrote ourselves.
func (w *writer) raw(b *hclwrite.Body, name, expression string) {
	b.SetAttributeRaw(name, hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(expression)}})
}

func (w *writer) fail(err error) { w.err = cmp.Or(w.err, err) }
