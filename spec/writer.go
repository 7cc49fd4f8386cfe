package spec

import "github.com/repligrant/repligrant/internal/diag"

// A Writer is an identity that uploads to one bucket and does nothing else.
type Writer struct {
	Name        Text // of the role or user
	Kind        Optional[WriterKind]
	Account     Text   // a name in [Spec.Accounts]; not stated: the bucket's, "" if that is unknown
	AssumedBy   []Text // ARNs of principals, or service principals; never empty for a role
	Bucket      Text
	Prefixes    []Text // empty: the whole bucket
	Multipart   Optional[bool]
	AccessPoint Text   // the name of an access point of the bucket
	SourceIPs   []Text // CIDR blocks or addresses
	Guard       Optional[bool]
	Pos         diag.Pos // of the entry
}

// WriterKind says what a writer is in IAM.
type WriterKind string

// The kinds of writers.
const (
	WriterRole WriterKind = "role"
	WriterUser WriterKind = "user"
)
