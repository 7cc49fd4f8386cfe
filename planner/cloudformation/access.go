package cloudformation

import (
	"strconv"

	"github.com/repligrant/repligrant/planner"
)

// Access returns the template of a, see [planner.Access.CloudFormation]. The
// error is about what CloudFormation takes from nowhere.
func Access(a *planner.Access) ([]byte, error) {
	const file = "access.template.json"
	text, err := fit(a.CloudFormation())
	switch {
	case err != nil:
		return nil, err
	case len(a.Policies) > maxResources: // each is one
		return nil, refuse("cloudformation-access-resources", file, "count", strconv.Itoa(len(a.Policies)), "limit", strconv.Itoa(maxResources))
	case len(text) > maxBytes:
		return nil, refuse("cloudformation-access-bytes", file, "size", strconv.Itoa(len(text)), "limit", strconv.Itoa(maxBytes))
	}
	return text, nil
}
