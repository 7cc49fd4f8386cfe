package iac

import (
	"slices"

	"github.com/repligrant/repligrant/internal/yaml"
	"github.com/repligrant/repligrant/snapshot"
)

// languageExtensions is a macro whose functions are understood, or unknown
// wherever they stand. Others may change a template in any way.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html.
const languageExtensions = "AWS::LanguageExtensions"

func (t *template) macros(n *yaml.Node) {
	if n == nil {
		return
	}
	for _, m := range append(slices.Clone(n.Items), n) {
		if m.Kind != yaml.Sequence && m.Text != languageExtensions && t.transform == "" {
			t.transform = m.Text
			t.layer.hide(t.stack.Account, snapshot.Origin{Address: "Transform", Pos: m.Pos}, m.Text, sentences.Text("iac-left-transform"))
		}
	}
}
