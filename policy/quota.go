package policy

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Place is where a document is kept. AWS limits the size of documents by place.
type Place string

// The places.
const (
	RoleInline            Place = "role inline policies"  // all of one role together
	UserInline            Place = "user inline policies"  // all of one user together
	GroupInline           Place = "group inline policies" // all of one group together
	ManagedPolicy         Place = "managed policy"
	TrustPolicy           Place = "role trust policy"
	SessionPolicy         Place = "session policy"
	BucketPolicy          Place = "bucket policy"
	AccessPoint           Place = "access point policy"
	KeyPolicy             Place = "key policy"
	ServiceControlPolicy  Place = "service control policy"
	ResourceControlPolicy Place = "resource control policy"

	// ReplicationConfiguration and what follows are no policies, and limited all the same.
	ReplicationConfiguration Place = "replication configuration"
	ReplicationRules         Place = "rules of a replication configuration"  // a number
	RoleAttached             Place = "managed policies attached to one role" // a number
	UserAttached             Place = "managed policies attached to one user" // a number
)

// A Quota is a limit on the size of documents in one place.
type Quota struct {
	Place Place
	Limit int // characters, bytes, or how many
	// Maximum is what AWS may raise Limit to on request; 0 means it is fixed.
	Maximum int
	// Bytes says that AWS counts bytes; otherwise it counts characters.
	Bytes bool
	// Number says that it is no size.
	Number bool
	// FreeSpace says that AWS does not count white space, as it says of inline and
	// managed policies. White space inside a string is counted here all the same:
	// AWS does not say that it is free.
	FreeSpace bool
	Source    string // the page that says so
}

const (
	iamQuotas = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	orgQuotas = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"

	replicationQuotas = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html"
)

// Quotas are AWS's limits. Three of them changed between 2023 and 2026: a limit
// is a row here and a constant nowhere. Where AWS says KB, 1,024 bytes are meant,
// as KMS spells out.
var Quotas = []Quota{
	{Place: RoleInline, Limit: 10_240, FreeSpace: true, Source: iamQuotas},
	{Place: UserInline, Limit: 2_048, FreeSpace: true, Source: iamQuotas},
	{Place: GroupInline, Limit: 5_120, FreeSpace: true, Source: iamQuotas},
	{Place: ManagedPolicy, Limit: 6_144, FreeSpace: true, Source: iamQuotas},
	{Place: TrustPolicy, Limit: 2_048, Maximum: 8_192, Source: iamQuotas},
	{Place: SessionPolicy, Limit: 2_048, Source: iamQuotas},
	{Place: BucketPolicy, Limit: 20 << 10, Bytes: true, Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html"},
	{Place: AccessPoint, Limit: 20 << 10, Bytes: true, Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html"},
	{Place: KeyPolicy, Limit: 32 << 10, Bytes: true, Source: "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"},
	{Place: ServiceControlPolicy, Limit: 10_240, Source: orgQuotas},
	{Place: ResourceControlPolicy, Limit: 5_120, Source: orgQuotas},
	{Place: ReplicationConfiguration, Limit: 2 << 20, Bytes: true, Source: replicationQuotas},
	{Place: ReplicationRules, Limit: 1_000, Number: true, Source: replicationQuotas},
	{Place: UserAttached, Limit: 10, Maximum: 20, Number: true, Source: iamQuotas},
	{Place: RoleAttached, Limit: 20, Maximum: 25, Number: true, Source: iamQuotas},
}

// QuotaOf returns the quota of a place. It panics for a place that Quotas lacks.
func QuotaOf(place Place) Quota {
	for _, q := range Quotas {
		if q.Place == place {
			return q
		}
	}
	panic("policy: no quota for " + string(place)) //nolint:forbidigo // TestQuotas: every Place has a row
}

// Size returns the size of documents in one place together, written compactly,
// as AWS counts it against q.
func (q Quota) Size(documents ...*Document) (int, error) {
	total := 0
	for _, d := range documents {
		b, err := d.Encode()
		if err != nil {
			return 0, err
		}
		total += q.Count(string(b))
	}
	return total, nil
}

// Count returns the size of a document's text as AWS counts it against q.
func (q Quota) Count(document string) int {
	if q.FreeSpace {
		document = squeeze(document)
	}
	if q.Bytes {
		return len(document)
	}
	return utf8.RuneCountInString(document)
}

// Format writes the JSON text of a document as it is to be handed to AWS: in lines,
// as people read it, where q is kept so too; else on one line, without a line feed
// at its end. How AWS counts what is sent decides, not what is left once AWS has
// kept it.
func (q Quota) Format(document []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(document), "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	if q.Count(b.String()) <= q.Limit {
		return b.Bytes(), nil
	}
	b.Reset()
	err := json.Compact(&b, document)
	return b.Bytes(), err
}

// squeeze takes out the white space between the tokens of JSON text.
func squeeze(s string) string {
	quoted, escaped := false, false
	return strings.Map(func(r rune) rune {
		switch {
		case !quoted && unicode.IsSpace(r):
			return -1
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		}
		return r
	}, s)
}
