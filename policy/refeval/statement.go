package refeval

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// applies says whether all elements of a statement match the request.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
func (e *evaluation) applies(layer policy.Layer, version string, st policy.Statement) bool {
	return e.actionMatches(st) && e.resourceMatches(layer, version, st) && e.principalMatches(layer, st) && e.conditionHolds(version, st)
}

// actionMatches compares Action or NotAction. Names compare without case, * and
// ? are wildcards.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html.
func (e *evaluation) actionMatches(st policy.Statement) bool {
	if !st.Action.Present() && !st.NotAction.Present() {
		return e.ask("a statement without Action")
	}
	if st.NotAction.Present() {
		return !slices.ContainsFunc(st.NotAction.Values, e.actionIs)
	}
	return slices.ContainsFunc(st.Action.Values, e.actionIs)
}

func (e *evaluation) actionIs(pattern string) bool {
	if pattern == "*" {
		return true
	}
	if !matches(plain(strings.ToLower(pattern)), strings.ToLower(e.req.Action)) {
		return false
	}
	service, _, ok := strings.Cut(pattern, ":")
	if !ok || strings.ContainsAny(service, "*?") { // IAM refuses it
		return e.ask("action %s", pattern)
	}
	return true
}

// resourceMatches compares Resource or NotResource. A trust policy has
// neither: it is about its role.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-custom.html.
func (e *evaluation) resourceMatches(layer policy.Layer, version string, st policy.Statement) bool {
	is := func(pattern string) bool { return e.resourceIs(version, pattern, st.NotResource.Present()) }
	switch {
	case st.NotResource.Present():
		return !slices.ContainsFunc(st.NotResource.Values, is)
	case st.Resource.Present():
		return slices.ContainsFunc(st.Resource.Values, is)
	case layer == policy.Resource && e.service() == "sts":
		return true
	default:
		return e.ask("a statement without Resource")
	}
}

// resourceIs compares an ARN with wildcards. IAM's page says that a * which
// ends a segment can go beyond the colon, S3's page that no wildcard spans
// segments; what is behind the fifth colon is one segment.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html.
func (e *evaluation) resourceIs(version, pattern string, not bool) bool {
	if pattern == "*" {
		return true
	}
	text, ok := e.expand(version, pattern)
	if !ok { // a variable without a value: a Resource matches nothing
		return not && e.ask("a variable without a value in NotResource")
	}
	if parts := segments(text); slices.ContainsFunc(slices.Concat(parts[:min(5, len(parts))]...), func(c char) bool { return c.value }) {
		return e.ask("a variable before the fifth colon of %s", pattern)
	}
	if matches(within(text), e.req.Resource) {
		return true
	}
	return matches(beyond(text), e.req.Resource) && e.ask("does a * that ends a part go beyond the colon")
}
