package awscli

import (
	"bytes"
	"fmt"

	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

// readme says in which order the scripts are to be run, and by whom.
func readme(p *planner.Plan, accounts []account, parts []part, say target.Speaker) []byte {
	var b bytes.Buffer
	b.WriteString(say.Say(sentences, "awscli.readme") + "\n\n" + target.WaitsFor(p, say))
	for i, part := range parts {
		command := markdown.Code(fmt.Sprintf("bash %s --step %d", part.account.file(), part.step))
		item := say.Say(sentences, "awscli.readme-item", "account", part.account.name, "id", part.account.id, "step", stepWords(part.step, say), "command", command)
		fmt.Fprintf(&b, "%d. %s\n", i+1, item)
	}
	if len(parts) == 0 {
		b.WriteString(say.Say(sentences, "awscli.readme-nothing") + "\n")
		return b.Bytes()
	}
	b.WriteString("\n" + say.Say(sentences, "awscli.readme-profile") + "\n\n")
	for _, a := range accounts {
		fmt.Fprintf(&b, "- %s: %s\n", markdown.Code(a.file()), markdown.Code(a.variable()))
	}
	b.WriteString("\n" + target.Leftovers(say) + say.Say(sentences, "awscli.readme-leftovers") + "\n")
	b.WriteString(target.Jobs(p.Jobs, say))
	return b.Bytes()
}
