package snapshot

import "github.com/repligrant/repligrant/internal/diag"

// The keys of the problems.
const (
	tooLarge      = "snapshot-too-large"
	notJSON       = "snapshot-not-json"
	notUTF8       = "snapshot-not-utf8"
	noSchema      = "snapshot-no-schema"
	wrongSchema   = "snapshot-schema"
	wrongTime     = "snapshot-time"
	wrongType     = "snapshot-type"
	duplicateKey  = "snapshot-duplicate-key"
	unknownKey    = "snapshot-unknown-key"
	similarKey    = "snapshot-similar-key"
	wrongAccount  = "snapshot-account-id"
	notARN        = "snapshot-not-arn"
	wrongListed   = "snapshot-listed"
	contradiction = "snapshot-contradiction"
	bucketTwice   = "snapshot-bucket-twice"
	tooDeep       = "snapshot-too-deep"
	notDecoded    = "snapshot-not-decoded"
)

// Problems are what can be wrong with a snapshot file.
var Problems = diag.Table{
	tooLarge:       {Message: diag.Larger, Hint: "split it by account and give each with --snapshot"},
	notJSON:        {Message: "the file is not JSON: {problem}"},
	notUTF8:        {Message: "the file is not UTF-8", Hint: "save it as UTF-8 without a byte order mark"},
	noSchema:       {Message: "the schema is missing, not {want}", Hint: `a snapshot begins with {"schema": "repligrant.snapshot/v1", "accounts": {...}}`},
	wrongSchema:    {Message: "the schema is {got}, not {want}", Hint: `a snapshot begins with {"schema": "repligrant.snapshot/v1", "accounts": {...}}`},
	wrongTime:      {Message: "collected_at {got} is not a time", Hint: "write it as in RFC 3339: 2026-11-22T12:00:00Z"},
	wrongType:      {Message: "{key} is {got}; it should be {want}"},
	duplicateKey:   {Message: "{key} is there twice; JSON readers keep only one of them", Hint: "remove one, or join them"},
	unknownKey:     {Message: "{key} is not known here", Hint: "known are: {known}"},
	similarKey:     {Message: "{key} is not known here", Hint: "did you mean {similar}?"},
	wrongAccount:   {Message: "{key} is not an AWS account ID", Hint: "an account ID has 12 digits"},
	notARN:         {Message: "{key} is not an ARN", Hint: "{kind} are keyed by ARN"},
	wrongListed:    {Message: "{key} cannot be listed", Hint: "known are: {known}"},
	contradiction:  {Message: "{key} is given, and Errors says that {operation} failed", Hint: "leave {key} out if it was not read, else take {operation} out of Errors"},
	bucketTwice:    {Message: "bucket {bucket} is in account {account} and, at {at}, in account {other}; it can be in one only", Hint: "take it out of the account that does not own it, or collect again"},
	tooDeep:        {Message: "{key} is nested more than {limit} deep"},
	objectTooLarge: {Message: diag.Larger, Hint: "give what `aws s3api head-object` prints"},
	notHead:        {Message: "the file is not what `aws s3api head-object` prints", Hint: "aws s3api head-object --bucket BUCKET --key KEY > object.json; for a delete marker write {\"DeleteMarker\": true}"},
	notDecoded:     {Message: "the snapshot cannot be read: {problem}"},
}
