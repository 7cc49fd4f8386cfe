package cloudformation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/planner/target"
)

// fileName is what the name of an account in a SPEC looks like.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// template returns what s makes.
func (s *stack) template() (*template, error) {
	t := &template{
		Version:     "2010-09-09",
		Description: fmt.Sprintf("%s, in account %s. Written by repligrant.", s.title, s.account),
		Resources:   map[string]resource{},
	}
	for _, carrier := range s.targets {
		switch carrier.Type {
		case target.Bucket:
			s.bucketPolicy(t, carrier)
		case target.Source:
			if err := s.source(t, carrier); err != nil {
				return nil, err
			}
		default:
			s.identity(t, carrier)
		}
	}
	return t, nil
}

// reference is the name of a resource of the same template.
func reference(id string) map[string]string { return map[string]string{"Ref": id} }

// identity adds a role or user and its policies. A role without a planned trust
// policy is one that is there. Roles and users stay when a stack is deleted,
// without the policies: so they can also be imported into it.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html,
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-rolepolicy.html
// and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html.
func (s *stack) identity(t *template, carrier *target.Target) {
	id, word := s.ids[carrier], "Role"
	if carrier.Type == target.User {
		word = "User"
	}
	var name any = carrier.Name
	if carrier.Type == target.User || carrier.Trust != nil {
		name = reference(id)
		made := resource{
			Type: "AWS::IAM::" + word, DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain",
			Properties: map[string]any{word + "Name": carrier.Name, "Path": carrier.Path},
		}
		if carrier.Trust != nil {
			made.Properties["AssumeRolePolicyDocument"] = carrier.Trust
		}
		if carrier.Boundary != "" {
			made.Properties["PermissionsBoundary"] = carrier.Boundary
		}
		t.Resources[id] = made
	}
	for _, p := range carrier.Policies {
		if p.Managed {
			t.Resources[s.fresh(t, id+"Managed"+camel(p.Name), p.Name)] = resource{Type: "AWS::IAM::ManagedPolicy", Properties: map[string]any{
				"ManagedPolicyName": carrier.Name + "-" + p.Name, word + "s": []any{name}, "PolicyDocument": p.Document,
			}}
			continue
		}
		t.Resources[s.fresh(t, id+"Policy"+camel(p.Name), p.Name)] = resource{Type: "AWS::IAM::" + word + "Policy", Properties: map[string]any{
			word + "Name": name, "PolicyName": p.Name, "PolicyDocument": p.Document,
		}}
	}
}

// fresh returns a name that no other resource of the template has: id, or id
// with a part of the hash of a text.
func (s *stack) fresh(t *template, id, text string) string {
	for {
		_, used := t.Resources[id]
		if !used && !s.reserved[id] {
			return id
		}
		id += hash(text)
	}
}

// hash is 8 hexadecimal digits that stand for a text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// replaces is the parameter without which no bucket policy is written.
const replaces = "ReplacesBucketPolicies"

// bucketPolicy adds the policy of a bucket. CloudFormation writes it as a whole,
// so that somebody has to say that there is no other.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucketpolicy.html.
func (s *stack) bucketPolicy(t *template, carrier *target.Target) {
	t.Parameters = map[string]parameter{replaces: {
		Type: "String", AllowedValues: []string{"true"},
		Description: "The policies of the buckets become what this template says. Say true where they have none, or after their statements were put in here.",
	}}
	t.Conditions = map[string]any{"Confirmed": map[string]any{"Fn::Equals": []any{reference(replaces), "true"}}}
	var document any = carrier.Policy
	if carrier.Merged != nil {
		document = carrier.Merged
	}
	t.Resources[s.ids[carrier]] = resource{
		Type: "AWS::S3::BucketPolicy", Condition: "Confirmed", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain",
		Properties: map[string]any{"Bucket": carrier.Name, "PolicyDocument": document},
	}
}

// replicate is the parameter that tells the import of a bucket from what follows.
const replicate = "Replicate"

// source adds a source bucket, which is there and is imported first, without a
// setting, and then gets its rules.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html
// and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html.
func (s *stack) source(t *template, carrier *target.Target) error {
	text := carrier.Configuration
	if carrier.Merged != nil {
		text = carrier.Merged
	}
	rules, err := configuration(s.file(), carrier.ARN.String(), text)
	if err != nil {
		return err
	}
	t.Parameters = map[string]parameter{replicate: {
		Type: "String", AllowedValues: []string{"false", "true"}, Default: "false",
		Description: "false to import the buckets; true to switch their versioning on and to write their replication rules, in place of those that they have: any that the template does not have goes.",
	}}
	t.Conditions = map[string]any{"Replicating": map[string]any{"Fn::Equals": []any{reference(replicate), "true"}}}
	t.Resources[s.ids[carrier]] = resource{
		Type: "AWS::S3::Bucket", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain",
		Properties: map[string]any{
			"BucketName":               carrier.Name,
			"VersioningConfiguration":  replicating(map[string]string{"Status": "Enabled"}),
			"ReplicationConfiguration": replicating(rules),
		},
	}
	return nil
}

// replicating is a property that is there with the rules only.
func replicating(value any) map[string]any {
	return map[string]any{"Fn::If": []any{"Replicating", value, reference("AWS::NoValue")}}
}

// logicalIDs names resources by what they are: letters and digits. Where two
// targets would have one name, each gets a part of the hash of its ARN, so that
// names do not depend on order.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html.
func logicalIDs(targets []*target.Target) map[*target.Target]string {
	ids, count := map[*target.Target]string{}, map[string]int{}
	for _, t := range targets {
		ids[t] = camel(t.Name) + camel(string(t.Type))
		count[ids[t]]++
	}
	for _, t := range targets {
		if count[ids[t]] > 1 {
			ids[t] += hash(t.ARN.String())
		}
	}
	return ids
}

// camel keeps letters and digits, and makes what follows others a capital.
func camel(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z' && !up:
			b.WriteRune(r)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		default:
			up = true
			continue
		}
		up = false
	}
	return b.String()
}
