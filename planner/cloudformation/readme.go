package cloudformation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

// Statements are a file for a policy that no template of its own can hold: that
// of a key belongs to the key, that of an access point to the access point, and a
// template that describes one makes it. It has what the plan adds, or after a
// merge the policy whole.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kms-key.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-accesspoint.html.
type statements struct {
	file   string // "" if there is nothing to change
	owner  string
	target *target.Target
}

func statementsOf(targets []*target.Target, o Options) []statements {
	var list []statements
	for _, t := range targets {
		if t.Type != target.Key && t.Type != target.AccessPoint {
			continue
		}
		s := statements{owner: o.name(t.Account), target: t}
		what := "statements"
		if t.Merged != nil {
			what = "policy"
		}
		if !t.Settled {
			s.file = fmt.Sprintf("%s-%s-%s-%s-%s.json", s.owner, t.ARN.Region, t.Type, t.Name, what)
		}
		list = append(list, s)
	}
	return list
}

// text is what the file holds. It can end up in a template.
func (p statements) text() ([]byte, error) {
	text, err := p.target.PolicyText()
	if err != nil {
		return nil, err
	}
	return text, checkReferences(p.file, text)
}

// permissions says what access does not grant: by default CloudFormation works
// with the credentials of who deploys, who has to be allowed to ask it.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html.
const permissions = "\n## Permissions\n\nWhoever deploys the templates needs, besides what repligrant access writes for the\n" +
	"operator, CloudFormation's own actions (cloudformation:*) on these stacks, and where a\ntemplate comes from a bucket, to write and read it there.\n"

// readme says in which order and how the templates are to be applied.
func readme(p *planner.Plan, stacks []*stack, policies []statements, o Options) []byte {
	var b bytes.Buffer
	b.WriteString("# Order of application\n\nReview each change set before it runs. Where another SPEC has stacks in one of these\naccounts and Regions, give these other names: a stack that is deployed over lets go of\nwhat it had, which stays and belongs to no stack any more.\n")
	if first := target.WaitsFor(p); first != "" {
		b.WriteString("\n" + strings.TrimSuffix(first, "\n"))
	}
	if len(stacks)+len(policies) == 0 {
		b.WriteString("\nThere is nothing to apply.\n")
	}
	for step, title := range []string{"roles", "destinations", "replication rules"} {
		written := false
		heading := func() {
			if !written {
				fmt.Fprintf(&b, "\n## Step %d: %s\n", step+1, title)
				written = true
			}
		}
		for _, owner := range versioned(p, step+1) {
			heading()
			fmt.Fprintf(&b, "\nAccount %s (%s): versioning has to be enabled on\n\n    %s\n", o.name(owner.account), owner.account, strings.Join(owner.buckets, "\n    "))
		}
		for _, s := range stacks {
			if s.step == step+1 {
				heading()
				s.howTo(&b)
			}
		}
		for _, p := range policies {
			if p.target.Step == step+1 {
				heading()
				p.howTo(&b)
			}
		}
	}
	if len(stacks) > 0 {
		b.WriteString(permissions)
	}
	b.WriteString(target.Jobs(p.Jobs))
	if len(stacks)+len(policies) > 0 {
		b.WriteString("\n## What stays\n\n" + target.Leftovers + "The policy of a bucket that a template has no longer stays as it is.\n")
	}
	b.WriteString(target.Warnings(p.Warnings))
	return b.Bytes()
}

// An owner is an account whose buckets get replicas.
type owner struct {
	account string
	buckets []string
}

// versioned lists who has to look at the versioning of what receives replicas, all
// at step 2; of accounts that the plan leaves out it says nothing.
func versioned(p *planner.Plan, step int) []owner {
	var list []owner
	if step != stepDestinations {
		return nil
	}
	receivers := target.Receivers(p)
	for _, id := range slices.Sorted(maps.Keys(receivers)) {
		if slices.ContainsFunc(p.Documents, func(d planner.Document) bool { return d.Account == id }) {
			list = append(list, owner{id, receivers[id]})
		}
	}
	return list
}

// howTo says where a policy belongs.
func (p statements) howTo(b *bytes.Buffer) {
	t, described := p.target, "KeyPolicy of its AWS::KMS::Key"
	if t.Type == target.AccessPoint {
		described = "Policy of its AWS::S3::AccessPoint"
	}
	fmt.Fprintf(b, "\nAccount %s (%s): ", p.owner, t.Account)
	switch {
	case t.Settled:
		fmt.Fprintf(b, "the policy of\n\n    %s\n\ngrants everything already.\n", t.ARN)
	case t.Merged != nil:
		fmt.Fprintf(b, "the policy of\n\n    %s\n\nbecomes %s, which has the statements of others as they\n", t.ARN, markdown.Code(p.file))
		fmt.Fprintf(b, "were when they were read. Where a template describes it, this is the\n%s. Else no template is written, which would\nmake another one, and it is put there as it is:\n\n    %s\n", described, p.put())
	default:
		fmt.Fprintf(b, "put the statements of\n\n    %s\n\ninto the policy of\n\n    %s\n\n", p.file, t.ARN)
		fmt.Fprintf(b, "where its template or its owner has that (the %s),\nin place of statements whose Sid begins with Repligrant and that are about the same\n", described)
		b.WriteString("roles and users: those about others are of another plan. No template is written: it\nwould take the rest of the policy away. plan --merge ARN=FILE, with the policy that\nthere is, writes the policy whole.\n")
	}
}

// put is the command that writes a policy whole.
//
// See https://docs.aws.amazon.com/cli/latest/reference/kms/put-key-policy.html and
// https://docs.aws.amazon.com/cli/latest/reference/s3control/put-access-point-policy.html.
func (p statements) put() string {
	t := p.target
	if t.Type == target.AccessPoint {
		return fmt.Sprintf("aws s3control put-access-point-policy --region %s --account-id %s --name %s --policy file://%s", t.ARN.Region, t.Account, t.Name, p.file)
	}
	return fmt.Sprintf("aws kms put-key-policy --region %s --key-id %s --policy-name default --policy file://%s", t.ARN.Region, t.ARN, p.file)
}

// howTo says how a template is applied.
func (s *stack) howTo(b *bytes.Buffer) {
	where := ""
	if s.region != "" {
		where = " --region " + s.region
	}
	deploy := fmt.Sprintf("aws cloudformation deploy%s --stack-name repligrant-%s --template-file %s", where, s.name, s.file())
	body := "--template-body file://" + s.file()
	defer s.large(b)
	if s.size > MaxInline {
		deploy, body = deploy+" --s3-bucket BUCKET", "--template-url URL"
	}
	fmt.Fprintf(b, "\nAccount %s (%s)", s.owner, s.account)
	switch s.name {
	case "roles":
		fmt.Fprintf(b, ", in any Region. Roles and users that are there are taken over\nby a change set that is created with --import-existing-resources.\n\n    %s --capabilities CAPABILITY_NAMED_IAM\n", deploy)
	case "destination":
		fmt.Fprintf(b, ", in the Region of the buckets. CloudFormation writes a bucket policy\nas a whole%s\n", s.others())
		for _, t := range s.targets {
			if t.Narrowed {
				fmt.Fprintf(b, "In the policy of %s a Deny of somebody else is narrowed, so that it spares a role:\nits owner has to agree.\n", t.Name)
			}
		}
		fmt.Fprintf(b, "\n    %s --parameter-overrides %s=true\n", deploy, replaces)
	default:
		fmt.Fprintf(b, ", in the Region of the buckets. A bucket that a stack has already gets\nthe ReplicationConfiguration of %s there. Others are imported,\nwhich changes nothing, and then get versioning and their rules%s\n\n", markdown.Code(s.file()), s.otherRules())
		fmt.Fprintf(b, "    aws cloudformation create-change-set%s --stack-name repligrant-%s --change-set-name import \\\n      --change-set-type IMPORT %s \\\n      --resources-to-import '%s'\n", where, s.name, body, s.imports())
		fmt.Fprintf(b, "    aws cloudformation execute-change-set%s --stack-name repligrant-%s --change-set-name import\n", where, s.name)
		fmt.Fprintf(b, "    %s --parameter-overrides %s=true\n", deploy, replicate)
	}
}

// others says where the statements are that bucket policies have already: after a
// merge in the template, which would have them twice if they were put there again.
func (s *stack) others() string {
	merged, open := s.known()
	inTemplate := ": " + markdown.Code(s.file()) + " holds those that\n\n    " + strings.Join(merged, "\n    ") + "\n\nhad when they were read, with the statements of others. "
	switch {
	case len(merged) == 0:
		return ": where a bucket has one, put its statements into " + markdown.Code(s.file()) + "\nfirst, or put ours into the template that has it."
	case len(open) == 0:
		return inTemplate + "Read them again before you\ndeploy: what has changed since is lost. Where another template has the policy, put it there."
	default:
		return inTemplate + "Of\n\n    " + strings.Join(open, "\n    ") + "\n\nit does not know the policy: where there is one, put its statements into it first, or\nput ours into the template that has it."
	}
}

// known are the buckets of which a merge knows what they have, and the others.
func (s *stack) known() (merged, open []string) {
	for _, t := range s.targets {
		if t.Merged != nil {
			merged = append(merged, t.Name)
		} else {
			open = append(open, t.Name)
		}
	}
	return merged, open
}

// otherRules says what becomes of the rules that buckets have already: after a
// merge they are in the template, which nobody has to look after then, but in time.
func (s *stack) otherRules() string {
	merged, open := s.known()
	if len(merged) == 0 {
		return ", in place of all\nrules that they have. plan --merge ARN=FILE, with the configuration that there is,\nwrites those of others into the template:"
	}
	said := ", in place of all\nrules that they have. The template holds, beside ours, those that\n\n    " +
		strings.Join(merged, "\n    ") + "\n\nhad when they were read. Merge again before you deploy: what has changed since is lost."
	if len(open) == 0 {
		return said
	}
	return said + "\nOf\n\n    " + strings.Join(open, "\n    ") + "\n\nit does not know the rules: look at what there is, and merge it too."
}

// large says how a template gets to CloudFormation that a request does not hold.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html,
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy.html and
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-change-set.html.
func (s *stack) large(b *bytes.Buffer) {
	if s.size <= MaxInline {
		return
	}
	fmt.Fprintf(b, "\nThe template has %d bytes, and a request holds %d: it has to come from a bucket of\nyours, BUCKET, to which deploy copies it", s.size, MaxInline)
	if s.step == stepConfigurations {
		fmt.Fprintf(b, ". For the import, copy it first, and give\nits address as URL:\n\n    aws s3 cp %s s3://BUCKET/%s\n\n", s.file(), s.file())
	} else {
		b.WriteString(" ")
	}
	b.WriteString("(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).\n")
}

// imports names the buckets of s as an import takes them.
func (s *stack) imports() string {
	type imported struct {
		ResourceType       string
		LogicalResourceId  string //nolint:revive // AWS's word
		ResourceIdentifier map[string]string
	}
	list := make([]imported, 0, len(s.targets))
	for _, t := range s.targets {
		list = append(list, imported{"AWS::S3::Bucket", s.ids[t], map[string]string{"BucketName": t.Name}})
	}
	text, _ := json.Marshal(list) // strings always encode
	return string(text)
}
