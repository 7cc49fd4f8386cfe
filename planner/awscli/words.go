package awscli

import "github.com/repligrant/repligrant/internal/diag"

// sentences are what scripts and their README say to who reads them. What a script
// says while it runs, and the comments of its functions, are in English.
var sentences = diag.Sentences{
	"awscli.title":         "What each account applies",
	"awscli.title-account": "What account {account} applies",
	"awscli.head": "{title}, written by repligrant plan --format cli.\n\n" +
		"It needs bash, the AWS CLI and jq. It reads before it writes: statements of\n" +
		"bucket and key policies whose Sid does not begin with Repligrant, those about\n" +
		"roles and users of other plans, and replication rules of other IDs, stay as they\n" +
		"are. To run it again changes nothing; --dry-run shows what it would change,\n" +
		"--help what else there is.",
	"awscli.warning": "Warning ({code}): {warning}",
	"awscli.job":     "At last, account {account}: what is in {bucket}{rules} already\nis copied by a batch job, which this script does not start:",
	"awscli.step-1":  "roles and their policies",
	"awscli.step-2":  "destinations",
	"awscli.step-3":  "replication configurations",

	"awscli.readme": "# Order of application\n\nEach owner runs the script of its own account, in this order. `--dry-run` shows\n" +
		"what would change. The scripts need bash, the AWS CLI and jq.",
	"awscli.readme-item":    "account {account} ({id}), {step}: {command}",
	"awscli.readme-nothing": "There is nothing to apply.",
	"awscli.readme-profile": "A script signs in with the profile that its variable names, else with what the\n" +
		"AWS CLI uses by itself, and stops if that is another account:",
	"awscli.readme-leftovers": "A script names such statements where it keeps them, in policies that it writes to.",
}

// Texts lists what scripts and their README say, for translators.
func Texts() []diag.Text { return sentences.Texts() }
