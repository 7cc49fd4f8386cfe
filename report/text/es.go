package text

import "maps"

// Spanish is the language of es*.go.
const Spanish = "es"

// spanish are the texts of all packages in Spanish, those of each area in a file
// of its own. A text that has no translation here fails a test of the command
// line, which names its key.
var spanish = union(spanishReport, spanishAudit, spanishPlanner, spanishTarget, spanishForm, spanishDiscover,
	spanishSpec, spanishSchema, spanishSnapshot, spanishPolicy, spanishCompare, spanishCollect, spanishCli, spanishGiven, spanishHelp)

// union is one table of several.
func union(tables ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}
