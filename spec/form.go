package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/yaml"
)

var (
	accountName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
	environment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	hyphenated  = regexp.MustCompile(`^[0-9]{4}-[0-9]{4}-[0-9]{4}$`)
	digits      = regexp.MustCompile(`^[0-9]+$`)

	// regionCode is wider than the patterns of the partitions: a new Region may
	// begin with other letters.
	//
	// See https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json.
	regionCode = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)
	// zoneCode is a Region code with the letter of an Availability Zone.
	//
	// See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html.
	zoneCode = regexp.MustCompile(`^([a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})[a-z]$`)

	// roleName is the pattern of role names, and of user names too.
	//
	// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html.
	roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	// rolePath is the pattern of CreateRole. IAM's page of quotas names fewer
	// characters; where AWS disagrees with itself, nothing is refused.
	//
	// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
	rolePath = regexp.MustCompile(`^/([!-\x7f]+/)?$`)
)

// maxRolePath is the length of the longest path of a role.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const maxRolePath = 512

// maxPrefix is the length of the longest key, in bytes of UTF-8. AWS allows a
// prefix as many characters, but no key begins with one of more bytes.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html.
const maxPrefix = 1024

// accountID reads an account ID. It is the one text whose form YAML destroys:
// without quotes it is a number, and with a leading zero one in base 8.
func (p *parser) accountID(to *Text) reader {
	return func(key string, n *yaml.Node) {
		if n.Kind == yaml.Scalar && n.Type == yaml.Number {
			p.unquotedID(n)
			return
		}
		p.text(to, p.isAccountID)(key, n)
	}
}

func (p *parser) unquotedID(n *yaml.Node) {
	args := []string{"id", n.Text, "quoted", quote(n.Text), "length", strconv.Itoa(len(n.Text))}
	switch {
	case arn.IsAccountID(n.Text) && n.Text[0] == '0':
		p.report(n.Pos, "spec-account-id-octal", args...)
	case arn.IsAccountID(n.Text):
		p.report(n.Pos, "spec-account-id-unquoted", args...)
	case len(n.Text) < 12 && digits.MatchString(n.Text):
		p.report(n.Pos, "spec-account-id-zero-lost", args...)
	default:
		p.report(n.Pos, "spec-account-id-number", args...)
	}
}

func (p *parser) isAccountID(_ string, t Text) bool {
	length := utf8.RuneCountInString(t.Value)
	switch {
	case arn.IsAccountID(t.Value):
		return true
	case hyphenated.MatchString(t.Value):
		p.report(t.Pos, "spec-account-id-hyphens", "id", quote(t.Value), "plain", strings.ReplaceAll(t.Value, "-", ""))
	case length != 12:
		p.report(t.Pos, "spec-account-id-length", "id", quote(t.Value), "length", strconv.Itoa(length))
	default:
		p.report(t.Pos, "spec-account-id-characters", "id", quote(t.Value))
	}
	return false
}

// directions are what the name of every Region ends with, before its number,
// and southwest, which no Region has yet.
//
// See https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json.
var directions = []string{
	"central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west",
}

// isRegion checks the form: AWS opens Regions more often than people install a
// new version. What is nearly a direction is a mistake.
func (p *parser) isRegion(_ string, t Text) bool {
	value := quote(t.Value)
	switch m := zoneCode.FindStringSubmatch(t.Value); {
	case regionCode.MatchString(t.Value):
		return p.isDirection(t)
	case m != nil:
		p.report(t.Pos, "spec-region-zone", "region", value, "suggestion", m[1])
	case t.Value == "EU": // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
		p.report(t.Pos, "spec-region-eu", "region", value)
	default:
		p.report(t.Pos, "spec-region", "region", value)
	}
	return false
}

// isDirection reports a Region whose direction is misspelt. One that is like no
// direction may be new.
func (p *parser) isDirection(t Text) bool {
	parts := strings.Split(t.Value, "-")
	direction := &parts[len(parts)-2]
	if slices.Contains(directions, *direction) {
		return true
	}
	meant, ok := p.nearest(*direction, directions)
	if ok {
		*direction = meant
		p.report(t.Pos, "spec-region-typo", "region", quote(t.Value), "suggestion", strings.Join(parts, "-"))
	}
	return !ok
}

func (p *parser) isPartition(_ string, t Text) bool {
	if arn.IsPartition(t.Value) {
		return true
	}
	ids := make([]string, len(arn.Partitions))
	for i, partition := range arn.Partitions {
		ids[i] = partition.ID
	}
	p.unknown(t.Pos, "spec-partition", t.Value, ids)
	return false
}

// matches checks a text against a pattern; problem says what it should be.
func (p *parser) matches(pattern *regexp.Regexp, problem string) check {
	return func(key string, t Text) bool {
		if pattern.MatchString(t.Value) {
			return true
		}
		p.report(t.Pos, problem, "key", key, "value", quote(t.Value))
		return false
	}
}

func (p *parser) isPath(key string, t Text) bool {
	if rolePath.MatchString(t.Value) && len(t.Value) <= maxRolePath {
		return true
	}
	p.report(t.Pos, "spec-path", "key", key, "value", quote(t.Value))
	return false
}

// prefix reads a prefix of keys. It may be empty.
func (p *parser) prefix(to *Text) reader {
	return func(key string, n *yaml.Node) {
		if t, ok := p.string(key, n); ok && p.isPrefix(key, t) {
			*to = t
		}
	}
}

// isPrefix checks that a prefix can stand in a replication configuration. That
// is XML 1.0, which has no control characters.
//
// See https://www.w3.org/TR/xml/#charsets.
func (p *parser) isPrefix(_ string, t Text) bool {
	if len(t.Value) > maxPrefix {
		p.report(t.Pos, "spec-prefix-length", "length", strconv.Itoa(len(t.Value)), "limit", strconv.Itoa(maxPrefix))
		return false
	}
	for _, r := range t.Value {
		if r < ' ' && !strings.ContainsRune("\t\n\r", r) || r == '\ufffe' || r == '\uffff' {
			p.report(t.Pos, "spec-prefix-character", "character", fmt.Sprintf("U+%04X", r))
			return false
		}
	}
	return true
}

// arnParts takes an ARN of one service apart. What is wrong with it is reported
// under problem, which has a hint that shows the form.
func (p *parser) arnParts(key string, t Text, service, problem string) (arn.ARN, bool) {
	a, err := arn.Parse(t.Value)
	switch {
	case err != nil || a.Service != service:
		p.report(t.Pos, problem, "key", key, "value", quote(t.Value))
	case !arn.IsPartition(a.Partition):
		p.report(t.Pos, "spec-arn-partition-unknown", "value", quote(t.Value), "partition", a.Partition)
	default:
		return a, true
	}
	return arn.ARN{}, false
}
