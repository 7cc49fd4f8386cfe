package target

import "github.com/repligrant/repligrant/internal/diag"

// A Speaker puts what a form says into the language of its reader. Nil is English.
type Speaker func(diag.Said) string

// Say says one of the sentences. Args are names and values in turn.
func (s Speaker) Say(sentences diag.Sentences, key string, args ...string) string {
	return s.text(sentences.Text(key, args...).Said())
}

func (s Speaker) text(said diag.Said) string {
	if s == nil {
		return said.English
	}
	return s(said)
}

// readmeWords are what the READMEs of all forms say. Lines are broken as they
// stand in the file.
var readmeWords = diag.Sentences{
	"readme.leftovers": "What an earlier plan granted stays, where this one does not have it any more: for a source\n" +
		"that is no longer in the SPEC, or whose rules are all disabled. `repligrant diff OLD NEW`\n" +
		"lists it, and whoever has the policy takes it out.",
	"readme.waits":    "Before anything here, account {account} applies step 1 of its own plan:\nAWS refuses a policy that names a role or user that is not there.",
	"readme.warnings": "## Warnings",
	"readme.jobs": "## At last: what is there already\n\nRules replicate new objects. Batch jobs copy what was there before; nothing here starts\n" +
		"them. What a job copies is paid for.",
	"readme.job":           "In account {account}, for what is in bucket {bucket}{rules}:",
	"readme.job-rule":      " (rule {rule})",
	"readme.job-rules":     " (rules {rules})",
	"readme.job-manifest":  "MANIFEST.csv and ETAG stand for the name of the manifest and its ETag.",
	"readme.job-no-report": "It writes no report, and a manifest that S3 makes is kept nowhere: existing_objects\nnames no bucket for the report, and the role may write to none.",
}
