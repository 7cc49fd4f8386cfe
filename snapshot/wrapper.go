package snapshot

import (
	"reflect"
	"slices"
)

// wrappers are keys under which the AWS CLI prints a value of a shape.
//
// See https://docs.aws.amazon.com/cli/latest/reference/s3api/get-bucket-policy.html,
// https://docs.aws.amazon.com/cli/latest/reference/s3api/get-bucket-tagging.html,
// https://docs.aws.amazon.com/cli/latest/reference/iam/get-role-policy.html and
// https://docs.aws.amazon.com/cli/latest/reference/iam/get-policy-version.html.
func wrappers(of shape) []string {
	switch of {
	case documentShape:
		return []string{"Policy", "PolicyDocument", "PolicyVersion", "Document"}
	case tagsShape:
		return []string{"TagSet"}
	}
	return nil
}

// besides are keys that the AWS CLI prints beside a wrapped document.
var besides = []string{"RoleName", "UserName", "GroupName", "PolicyName", "VersionId", "IsDefaultVersion", "CreateDate"}

// unwrap returns where the value of m is inside of the wrappers that the AWS
// CLI printed around it, and blanks these. Own, if not empty, is the name of the
// field, which wraps it too: {"ReplicationConfiguration": {...}}.
func (c *checker) unwrap(m member, want shape, own string) span {
	if _, ok := want.fact(); !ok && want != documentShape {
		return m.value
	}
	names := wrappers(want)
	if own != "" {
		names = append(names, own)
	}
	inner, ok := c.wrapped(m.value, want, names)
	if !ok {
		return m.value
	}
	for i := m.value.from; i < m.value.to; i++ {
		if (i < inner.from || i >= inner.to) && c.text[i] != '\n' {
			c.text[i] = ' '
		}
	}
	return c.unwrap(member{value: inner}, want, own)
}

// wrapped finds the one member of the object at s that wraps a value.
func (c *checker) wrapped(s span, want shape, names []string) (inner span, ok bool) {
	if c.kind(s) != "an object" {
		return span{}, false
	}
	mine := map[string]shape{}
	if value, _ := want.fact(); want != documentShape && value.Kind() == reflect.Struct {
		mine = value.keys()
	}
	for _, m := range members(c.text, s, c.keys) {
		_, isMine := mine[m.key]
		switch {
		case !ok && !isMine && slices.Contains(names, m.key):
			inner, ok = m.value, true
		case want != documentShape || !slices.Contains(besides, m.key):
			return span{}, false
		}
	}
	return inner, ok
}
