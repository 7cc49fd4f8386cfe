package cloudformation_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/cloudformation"
)

// How many accounts one template cannot hold.
const (
	tooManyBytes     = 495
	tooManyResources = 501
)

// accessOf is the access to so many accounts.
func accessOf(t *testing.T, accounts int) *planner.Access {
	t.Helper()
	w := planner.WholeAccount{}
	for i := range accounts {
		w.IDs = append(w.IDs, fmt.Sprintf("%012d", i+1))
	}
	a, err := planner.NewWholeAccess(w, planner.AccessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What CloudFormation takes from nowhere is refused, with a way out.
func TestAccessLimits(t *testing.T) {
	for accounts, want := range map[int]string{
		2: "", tooManyBytes: "bytes, and CloudFormation takes 1000000", tooManyResources: "template access.template.json would have 501 resources, and CloudFormation takes 500",
	} {
		t.Run(fmt.Sprint(accounts), func(t *testing.T) {
			text, err := cloudformation.Access(accessOf(t, accounts))
			switch {
			case want == "" && (err != nil || !json.Valid(text)):
				t.Errorf("template of %d bytes, error %v; want a template", len(text), err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("template of %d bytes, error %v; want one that says %q", len(text), err, want)
			}
		})
	}
}
