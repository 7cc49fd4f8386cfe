package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report"
)

// table has what can be wrong with a command line.
var table = diag.Table{
	"cli-unknown-command":     {Message: `unknown command "{name}"`, Hint: "repligrant help lists the commands"},
	"cli-env-language":        {Message: "{variable}: unknown language {lang} (there is: {known})", Hint: "set it to one of them, or leave it empty"},
	"cli-language":            {Message: "unknown language {lang} (there is: {known})", Hint: "write --lang and one of them, or leave it out"},
	"cli-similar-command":     {Message: `unknown command "{name}"`, Hint: "did you mean {similar}?"},
	"cli-unknown-flag":        {Message: "unknown flag {flag}", Hint: "{command} --help lists the flags"},
	"cli-similar-flag":        {Message: "unknown flag {flag}", Hint: "did you mean {similar}?"},
	"cli-version-flag":        {Message: "unknown flag {flag}", Hint: "write repligrant version"},
	"cli-flag-value":          {Message: "flag {flag} needs a value"},
	"cli-bad-value":           {Message: `flag {flag} does not take "{value}": {problem}`},
	"cli-fail-on":             {Message: "flag --fail-on: {problem}"},
	"cli-bad-flag":            {Message: "{flag} is not a flag: it has no name"},
	"cli-similar-shell":       {Message: `no script completes in "{name}"`, Hint: "did you mean {similar}?"},
	"cli-unknown-shell":       {Message: `no script completes in "{name}"`, Hint: "the shells are {known}"},
	"cli-init-exists":         {Message: "{file} is there already", Hint: "give another name: a SPEC is not replaced"},
	"cli-flag-later":          {Message: "flag {flag} is not supported yet", Hint: "repligrant {command} --help lists what is"},
	"cli-no-spec":             {Message: "read SPEC: {file}: no such file or directory", Hint: "repligrant init --output {word} writes one to begin with, repligrant discover one of what accounts replicate"},
	"cli-no-snapshot":         {Message: "read snapshot: {file}: no such file or directory", Hint: "repligrant collect SPEC --output {word} reads the accounts into one"},
	"cli-no-audit":            {Message: "read {what}: {file}: no such file or directory", Hint: "repligrant audit SPEC --format json --output {word} saves one"},
	"cli-unread":              {Message: "read {what}: {problem}"},
	"cli-unwritten-file":      {Message: "write {file}: {problem}"},
	"cli-unlaid":              {Message: "{document} of {target} has no reading: {problem}", Hint: "plan again"},
	"cli-policy-size":         {Message: "{file}: a policy is not longer than {limit} bytes"},
	"cli-unwritten":           {Message: "write result: {problem}"},
	"cli-one-argument":        {Message: "{command} takes one {argument}, and got {count}", Hint: "write repligrant {command} {example}"},
	"cli-one-at-most":         {Message: "{command} takes one {argument} at most, and got {count}", Hint: "write repligrant {command} {example}"},
	"cli-two-at-most":         {Message: "{command} takes two {argument} at most, and got {count}", Hint: "write repligrant {command} {example}"},
	"cli-lines-universe":      {Message: "{flag} is for two files, and lines have a universe of their own", Hint: "write it into the lines, or give two files"},
	"cli-no-argument":         {Message: `{command} takes no argument, and got "{value}"`},
	"cli-several-audits":      {Message: "several audits in one report are not supported yet", Hint: "give one file at a time"},
	"cli-stdin-twice":         {Message: "standard input (-) is given for {first} and for {second}", Hint: "it can be read once: give a file for one of them"},
	"cli-output-directory":    {Message: "cannot write to {file}: it is a directory"},
	"cli-output-device":       {Message: "cannot write to {file}: it is no regular file", Hint: "leave --output out to write to standard output"},
	"cli-output-format":       {Message: "--output-dir writes JSON documents; format {format} is one text", Hint: "--output FILE writes it to a file"},
	"cli-output-twice":        {Message: "--output and --output-dir are given together", Hint: "--output FILE takes the report, --output-dir DIR the documents: give one"},
	"cli-several-files":       {Message: "format {format} is several files: {files}", Hint: "--output-dir DIR writes them"},
	"cli-demo-files":          {Message: "{flag} is for the audit, and --output-dir audits nothing: it writes the SPEC and the snapshot", Hint: "give one of them at a time"},
	"cli-not-replaced":        {Message: "{file} is there, and it is not the demonstration's", Hint: "give a directory that is not there yet"},
	"cli-unknown-account":     {Message: `the spec has no account "{name}"`, Hint: "its accounts are {known}"},
	"cli-account-id":          {Message: `--account "{value}" is not an AWS account ID`, Hint: "an account ID has 12 digits"},
	"cli-with-spec":           {Message: "{flag} is for an audit without a SPEC, and one is given", Hint: "take out {flag} or the SPEC"},
	"cli-with-snapshot":       {Message: "{flag} is for live accounts, and --snapshot is given", Hint: "take out {flag} or --snapshot"},
	"cli-with-saved":          {Message: "{flag} is for live accounts, and --snapshot is given", Hint: "add --live to read the accounts that no file holds, or take out {flag}"},
	"cli-no-account":          {Message: "--account {name}: nothing that was read is of that account", Hint: "take it out, or give a snapshot that holds it"},
	"cli-similar-account":     {Message: "--account {name}: nothing that was read is of that account", Hint: "did you mean {similar}?"},
	"cli-no-bucket":           {Message: "--bucket {name}: no account that was read shows a bucket of that name", Hint: "check its name and account, and whether the auditor may list buckets"},
	"cli-similar-bucket":      {Message: "--bucket {name}: no account that was read shows a bucket of that name", Hint: "did you mean {similar}?"},
	"cli-planned-account":     {Message: `"{name}" is neither an account ID nor an account of a spec`, Hint: "write 111122223333=FILE; a file of that name is {word}"},
	"cli-bad-parameter":       {Message: `--parameter "{value}" is not NAME=VALUE, or its name was there before`, Hint: "write --parameter Environment=prod, once for each name"},
	"cli-parameter-alone":     {Message: "--parameter is for templates, and none is given", Hint: "add --cloudformation FILE, or take it out"},
	"cli-unknown-parameter":   {Message: `no template has a parameter "{name}"`, Hint: "they have {known}"},
	"cli-nothing-to-audit":    {Message: "--live=false, and nothing else to audit is given", Hint: "give --snapshot, --terraform-plan or --cloudformation"},
	"cli-role-name":           {Message: "--role-name without a SPEC needs to know the accounts", Hint: "add --account ID for each, or --organization"},
	"cli-two-profiles":        {Message: "--profile is given twice without saying for which account", Hint: "write --profile ACCOUNT=PROFILE for each"},
	"cli-org-account":         {Message: "--organization reads all accounts, and --account names some", Hint: "take out one of them"},
	"cli-org-role":            {Message: "--organization needs to know by which role to enter the accounts", Hint: "add --role-name NAME"},
	"cli-org-profiles":        {Message: "--organization asks one account, and {count} profiles are given", Hint: "give the profile of the management account, or of a delegated administrator"},
	"cli-profile-account":     {Message: "--profile {value} names an account, and no SPEC is given", Hint: "name the profile alone"},
	"cli-many-profiles":       {Message: "{count} profiles are given for the accounts of --account", Hint: "give one that can assume the role in each"},
	"cli-external-id":         {Message: "the environment variable {name}, which holds the external ID, is not set", Hint: "export {name}=..."},
	"cli-external-id-role":    {Message: "an external ID is given for account {account}, and no role to assume", Hint: "state role_name or role_arn, or give --role-name"},
	"cli-profile-not-entered": {Message: "the account of profile {profile} could not be entered ({operation}: {why})", Hint: "sign in with that profile first, or leave it out"},
	"cli-default-not-entered": {Message: "the account of the default credentials could not be entered ({operation}: {why})", Hint: "sign in first, and name the profile: --profile NAME"},
	"cli-profile-not-found":   {Message: "the shared AWS config has no profile {profile}: it is not in {files}", Hint: "aws configure list-profiles lists those that are there; AWS_CONFIG_FILE names another file"},
	"cli-unreachable":         {Message: "no account could be entered at {address}: it was not reached ({why})", Hint: "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL"},
	"cli-interrupted":         {Message: "reading was interrupted"},
	"cli-not-listed":          {Message: "the accounts of the organization of account {account} could not be listed ({why})", Hint: "sign in to the management account or a delegated administrator, as somebody who may organizations:ListAccounts; or name each account: --account ID"},
	"cli-two-files":           {Message: "diff takes two audits or two plans (files given: {count})", Hint: "write repligrant diff old.json new.json"},
	"cli-audit-and-plan":      {Message: "OLD is an audit and NEW is a plan: they cannot be compared", Hint: "give two audits, or two plans"},
	"cli-plan-and-audit":      {Message: "OLD is a plan and NEW is an audit: they cannot be compared", Hint: "give two audits, or two plans"},
	"cli-access-nothing":      {Message: "access needs a SPEC, or the accounts that an audit without one reads", Hint: "write repligrant access spec.yaml, or repligrant access --account 111122223333"},
	"cli-access-object":       {Message: "--object is for access --explain", Hint: "add --explain: it lets the auditor ask S3 for these objects"},
	"cli-access-explain":      {Message: "access --explain without a SPEC needs to know which objects", Hint: "write --object s3://BUCKET/KEY, or --object s3://BUCKET for all of its objects"},
	"cli-access-spec":         {Message: "{flag} is for access without a SPEC, and one is given", Hint: "take out {flag} or the SPEC: accounts and roles stand in it"},
	"cli-bad-partition":       {Message: `--partition "{value}" is none that there is`, Hint: "it takes {known}"},
	"cli-bad-role-name":       {Message: `--role-name "{value}" is not the name of a role`, Hint: "a name has 64 letters, digits and _+=,.@- at most, and no path"},
	"cli-auditor":             {Message: `--auditor "{value}" is not the ARN of a role, user, session or account`, Hint: "write arn:aws:iam::111122223333:role/NAME, without wildcards"},
	"cli-merge-target":        {Message: "--merge {target}: the plan writes nothing there, and no request of it reaches that", Hint: "it reaches {known}"},
	"cli-merge-size":          {Message: "{file} is larger than {limit} bytes", Hint: "a bucket or key policy has a few kilobytes, a replication configuration two megabytes at most"},
	"cli-lines-failed":        {Message: "{failed} of {lines} lines could not be decided", Hint: "their answers say why, under error"},
	"cli-bad-key-policies":    {Message: `--key-policies "{value}" is none that there is`, Hint: "write other, for keys outside the role's account, or all"},
	"cli-explain-nothing":     {Message: "explain needs an object, or a failure code", Hint: "write repligrant explain s3://BUCKET/KEY, or repligrant explain --code DstPutObjectNotPermitted"},
	"cli-explain-both":        {Message: `explain --code is about a failure code, and "{value}" is given too`, Hint: "take out one of them"},
	"cli-explain-code-flag":   {Message: "{flag} is about an object, and --code explains a failure code", Hint: "take out one of them"},
	"cli-similar-code":        {Message: `S3 has no failure code "{code}"`, Hint: "did you mean {similar}?"},
	"cli-unknown-code":        {Message: `S3 has no failure code "{code}"`, Hint: "the codes are in https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html"},
	"cli-not-object":          {Message: `"{value}" is no object`, Hint: "write s3://BUCKET/KEY"},
	"cli-object-arn":          {Message: `"{value}" is an ARN`, Hint: "write {word}"},
	"cli-object-point":        {Message: `"{value}" is an access point`, Hint: "name the bucket behind it: replication goes through no access point"},
	"cli-object-bucket":       {Message: `"{value}" is not the name of a bucket`, Hint: "write s3://BUCKET/KEY"},
	"cli-object-other":        {Message: `"{value}" is no bucket that replicates: going by its name, it is the alias of an access point, a directory bucket or a table bucket`, Hint: "name the general purpose bucket; behind an access point there is one"},
	"cli-object-twice":        {Message: "--object-json and --read-object both say what S3 says of the object", Hint: "take out one of them"},
	"cli-object-no-key":       {Message: "{value} names no object", Hint: "write s3://{bucket}/KEY; repligrant audit --bucket {bucket} is about all of its objects"},
	"cli-object-utf8":         {Message: "the key is not UTF-8, and every key in S3 is", Hint: "write the key as aws s3api list-objects-v2 prints it"},
	"cli-object-long":         {Message: "the key has {size} bytes; a key in S3 has {limit} at most"},
	"cli-object-tag":          {Message: `--object-tags "{value}" is not a tag, or one of its key is given twice`, Hint: `write KEY=VALUE for each tag, or --object-tags "" for none`},
	"cli-tag-count":           {Message: "the object has {count} tags, and --object-tags gives {given}", Hint: "give all of them, as aws s3api get-object-tagging prints them"},
	"cli-other-version":       {Message: "{file} is about version {version}, not {wanted}", Hint: "aws s3api head-object takes --version-id too"},
	"cli-bad-assume":          {Message: `--assume "{value}" is nothing that can be assumed`, Hint: "it takes scp, rcp, account:ID, key:NAME=VALUE, planned:ADDRESS, defaults, separated by commas"},
}

// problem is a problem of the command line. Args are names and values in turn.
func problem(key string, args ...string) error { return table.At(diag.Pos{}, key, args...) }

// complain writes every error that err holds, each with its hint.
func (r *run) complain(err error) {
	said := map[string]bool{}
	for _, e := range split(err) {
		if said[e.Error()] {
			continue // what lacks for one account may lack for all
		}
		said[e.Error()] = true
		message, hint := r.catalogue().Problem(e)
		r.say("", "repligrant: "+report.Visible(message))
		if hint != "" {
			r.say("	", r.note("cli-hint", "hint", report.Visible(hint)))
		}
	}
}

// say writes a line to standard error. Where people look at it, lines that are
// too long for the terminal are broken between words; a script gets one.
func (r *run) say(indent, line string) {
	columns, ok := r.Terminal(r.Stderr)
	if room := columns - len(indent)*tab; ok && room > 2*tab && utf8.RuneCountInString(line) > room {
		line = folded(line, room-tab/2, indent+strings.Repeat(" ", tab/2))
	}
	fmt.Fprintln(r.Stderr, indent+line)
}

// tab is how far a terminal goes for a tab at the beginning of a line.
const tab = 8

// split takes err apart into single errors, in order.
func split(err error) []error {
	var all []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all = append(all, split(e)...)
		}
		return all
	}
	for _, d := range diag.Of(err) {
		all = append(all, d)
	}
	if len(all) == 0 {
		return []error{err}
	}
	return all
}
