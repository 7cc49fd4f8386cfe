package collect

import "github.com/repligrant/repligrant/internal/diag"

// sentences are what is wrong with an order to read.
var sentences = diag.Sentences{
	"collect-account":          "account {id}",
	"collect-account-id":       "{value} is not an AWS account ID",
	"collect-bucket":           "{value} is not the name of a bucket",
	"collect-bucket-region":    "bucket {bucket}: {value} is not a Region",
	"collect-default":          "the account of the default credentials",
	"collect-enter":            "enter {account}: {problem}",
	"collect-key":              "{value} is not the ARN of a KMS key",
	"collect-nothing":          "no account to read",
	"collect-object":           "bucket {bucket} with key {key} is no object",
	"collect-partition":        "{account}: {value} is not a partition",
	"collect-point":            "{value} is not the ARN of an access point",
	"collect-profile":          "the account of profile {profile}",
	"collect-region":           "{account}: {value} is not a Region",
	"collect-role":             "{account}: {value} is not the name of a role",
	"collect-role-and-arn":     "{account}: both a role name and a role ARN are given",
	"collect-role-and-account": "{account}: a role name needs an account ID, or a role ARN in its place",
	"collect-twice":            "account {id} is given twice",
}

// Texts lists what the package says of orders that are wrong, for translators.
func Texts() []diag.Text { return sentences.Texts() }

// A saying is an error with a sentence of [sentences].
type saying struct {
	said  diag.Text
	cause error // or nil
}

func (s saying) Error() string { return s.said.String() }

func (s saying) Unwrap() error { return s.cause }

// Text is the sentence, for translation.
func (s saying) Text() diag.Text { return s.said }

// wrong is an error with a sentence. Args are names and values in turn.
func wrong(key string, args ...string) error { return saying{sentences.Text(key, args...), nil} }

// wrong is an error with a sentence about a. Args are names and values in turn.
func (a Account) wrong(key string, args ...string) error {
	return saying{sentences.Text(key, args...).With("account", a.name()), nil}
}
