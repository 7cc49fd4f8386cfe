package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// narrowing are the condition keys, in lower case, that keep a bucket policy
// from being public if they are compared with fixed values.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
var narrowing = []string{
	"aws:principalorgid", "aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce",
	"aws:sourceowner", "aws:sourceaccount", "aws:userid", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
}

// perhapsNarrowing are keys that say who calls, of which that page does not
// say whether they count as a principal, and one that only the reference of the
// API lists.
//
// See https://docs.aws.amazon.com/sdkfornet/v3/apidocs/items/S3/TPublicAccessBlockConfiguration.html.
var perhapsNarrowing = []string{"aws:principalarn", "aws:principalaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id"}

// Public reports whether S3 takes a bucket policy for public: RestrictPublicBuckets
// then cuts off other accounts altogether. Certain is false where AWS does not
// say enough.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (d *Document) Public() (public, certain bool) {
	t := isPublic(compileDocument(d))
	return t != no, t != open
}

func isPublic(statements []statement) truth {
	public := no
	for i := range statements {
		public = max(public, statements[i].public())
	}
	return public
}

func (s *statement) public() truth {
	if s.effect != Allow || !s.principals.all && !s.principals.not {
		return no
	}
	narrowed := no
	for i := range s.clauses {
		narrowed = max(narrowed, s.clauses[i].narrows())
	}
	if s.doubt != "" {
		narrowed = max(narrowed, open)
	}
	return narrowed.not()
}

// narrows reports whether a clause limits who may call to fixed values.
func (c *clause) narrows() truth {
	listed, perhaps := slices.Contains(narrowing, c.key), slices.Contains(perhapsNarrowing, c.key)
	switch {
	case !listed && !perhaps || c.negate || c.family == asPresence:
		return no
	case c.broken != nil || slices.ContainsFunc(c.tests, func(t test) bool { return t.broken != nil }):
		return open
	case slices.ContainsFunc(c.tests, func(t test) bool { return !c.fixed(&t) }):
		return no
	case perhaps || c.ifExists || c.quantity != single:
		return open
	default:
		return yes
	}
}

// fixed reports whether a value has no wildcard and no variable, and a range of
// addresses is not too wide.
func (c *clause) fixed(t *test) bool {
	switch {
	case c.key == "aws:sourceip":
		return c.family == asAddress && (t.network.Addr().Is4() && t.network.Bits() >= 8 || t.network.Bits() >= 32)
	case c.family != asText && c.family != asARN || t.template != nil:
		return false
	case c.key == "s3:dataaccesspointarn":
		a, err := arn.Parse(t.pattern.String())
		return err == nil && arn.IsAccountID(a.Account)
	default:
		return !strings.ContainsAny(t.pattern.String(), "*?")
	}
}
