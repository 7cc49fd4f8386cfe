package awscli

import (
	"bytes"
	"fmt"

	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

// readme says in which order the scripts are to be run, and by whom.
func readme(p *planner.Plan, accounts []account, parts []part) []byte {
	var b bytes.Buffer
	b.WriteString(`# Order of application

Each owner runs the script of its own account, in this order. ` + "`--dry-run`" + ` shows
what would change. The scripts need bash, the AWS CLI and jq.

`)
	b.WriteString(target.WaitsFor(p))
	for i, part := range parts {
		fmt.Fprintf(&b, "%d. account %s (%s), %s: %s\n", i+1, part.account.name, part.account.id, steps[part.step-1], markdown.Code(fmt.Sprintf("bash %s --step %d", part.account.file(), part.step)))
	}
	if len(parts) == 0 {
		b.WriteString("There is nothing to apply.\n")
		return b.Bytes()
	}
	b.WriteString(`
A script signs in with the profile that its variable names, else with what the
AWS CLI uses by itself, and stops if that is another account:

`)
	for _, a := range accounts {
		fmt.Fprintf(&b, "- %s: %s\n", markdown.Code(a.file()), markdown.Code(a.variable()))
	}
	b.WriteString("\n" + target.Leftovers + "A script names such statements where it keeps them, in policies that it writes to.\n")
	b.WriteString(target.Jobs(p.Jobs))
	return b.Bytes()
}
