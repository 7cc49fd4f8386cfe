package spec

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// The length of a bucket's name.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
const (
	minBucketName = 3
	maxBucketName = 63
)

// reservedPrefixes and reservedSuffixes are parts of names that S3 keeps for
// itself.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// accountRegional is the form of names in an account's own namespace.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html.
var accountRegional = regexp.MustCompile(`^.+-([0-9]{12})-([a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})-an$`)

// isBucketName checks a name against S3's rules for general purpose buckets.
// Names from before March 2018 that break them are refused too.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
func (p *parser) isBucketName(t Text) bool {
	problem, args := bucketNameProblem(t.Value)
	if problem == "" {
		return true
	}
	p.report(t.Pos, problem, append(args, "name", quote(t.Value))...)
	return false
}

// bucketNameProblem returns the key of the first rule that name breaks.
func bucketNameProblem(name string) (key string, args []string) {
	if plain, ok := strings.CutPrefix(name, "arn:aws:s3:::"); ok {
		return "spec-bucket-name-arn", []string{"plain", plain}
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return !inBucketName(r) }); i >= 0 {
		character, _ := firstRune(name[i:])
		return "spec-bucket-name-character", []string{"character", quote(character)}
	}
	if len(name) < minBucketName || len(name) > maxBucketName {
		return "spec-bucket-name-length", []string{"length", strconv.Itoa(len(name))}
	}
	if strings.Trim(name, ".-") != name {
		return "spec-bucket-name-ends", nil
	}
	if strings.Contains(name, "..") {
		return "spec-bucket-name-dots", nil
	}
	if addr, err := netip.ParseAddr(name); err == nil && addr.Is4() {
		return "spec-bucket-name-address", nil
	}
	return reservedPart(name)
}

func reservedPart(name string) (key string, args []string) {
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return "spec-bucket-name-prefix", []string{"part", prefix}
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return "spec-bucket-name-suffix", []string{"part", suffix}
		}
	}
	if strings.HasSuffix(name, "-an") && !accountRegional.MatchString(name) {
		return "spec-bucket-name-regional", nil
	}
	return "", nil
}

func inBucketName(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-'
}

func firstRune(s string) (first, rest string) {
	for i := range s {
		if i > 0 {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// accessPointName is S3's rule for names of access points.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html.
var accessPointName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$`)

func (p *parser) isAccessPoint(_ string, t Text) bool {
	switch {
	case strings.HasPrefix(t.Value, "arn:"):
		p.report(t.Pos, "spec-access-point-arn", "name", quote(t.Value))
	case strings.HasSuffix(t.Value, "-s3alias"):
		p.report(t.Pos, "spec-access-point-alias", "name", quote(t.Value))
	case !accessPointName.MatchString(t.Value):
		p.report(t.Pos, "spec-access-point", "name", quote(t.Value))
	default:
		return true
	}
	return false
}
