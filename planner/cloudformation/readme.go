package cloudformation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// readme says in which order and how the templates are to be applied.
func readme(p *planner.Plan, stacks []*stack, policies []statements, o Options) []byte {
	r := &readmeWriter{Options: o}
	r.say("cloudformation.readme")
	if first := target.WaitsFor(p, o.Say); first != "" {
		r.b.WriteString("\n" + strings.TrimSuffix(first, "\n"))
	}
	if len(stacks)+len(policies) == 0 {
		r.say("cloudformation.nothing")
	}
	for step := stepRoles; step <= stepConfigurations; step++ {
		r.step(p, step, stacks, policies)
	}
	if len(stacks) > 0 {
		r.permissions()
	}
	r.b.WriteString(target.Jobs(p.Jobs, o.Say))
	if len(stacks)+len(policies) > 0 {
		r.say("cloudformation.stays", "leftovers", target.Leftovers(o.Say))
	}
	r.b.WriteString(target.Warnings(p.Warnings, o.Say))
	return bytes.TrimPrefix(r.b.Bytes(), []byte("\n"))
}

// A readmeWriter writes a README in the language of its reader.
type readmeWriter struct {
	Options
	b bytes.Buffer
}

// say writes a sentence as a paragraph.
func (r *readmeWriter) say(key string, args ...string) {
	r.b.WriteString("\n" + r.Say.Say(sentences, key, args...) + "\n")
}

// permissions says what access does not grant: by default CloudFormation works
// with the credentials of who deploys, who has to be allowed to ask it.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html.
func (r *readmeWriter) permissions() { r.say("cloudformation.permissions") }

// step writes the chapter of a step, if anything is done in it.
func (r *readmeWriter) step(p *planner.Plan, step int, stacks []*stack, policies []statements) {
	before := r.b.Len()
	r.say("cloudformation.step-" + strconv.Itoa(step))
	heading := r.b.Len()
	for _, owner := range versioned(p, step) {
		r.say("cloudformation.versioning", "account", r.name(owner.account), "id", owner.account, "buckets", block(owner.buckets))
	}
	for _, s := range stacks {
		if s.step == step {
			r.stack(s)
		}
	}
	for _, p := range policies {
		if p.target.Step == step {
			r.policy(p)
		}
	}
	if r.b.Len() == heading {
		r.b.Truncate(before)
	}
}

// block is a list in lines of code.
func block(list []string) string { return "    " + strings.Join(list, "\n    ") }

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

// policy says where a policy belongs.
func (r *readmeWriter) policy(p statements) {
	t, described := p.target, "cloudformation.key-policy"
	if t.Type == target.AccessPoint {
		described = "cloudformation.point"
	}
	args := []string{"account", p.owner, "id", t.Account, "arn", t.ARN.String(), "described", r.Say.Say(sentences, described)}
	switch {
	case t.Settled:
		r.say("cloudformation.settled", args...)
	case t.Merged != nil:
		r.say("cloudformation.merged", append(args, "file", markdown.Code(p.file), "command", p.put())...)
	default:
		r.say("cloudformation.statements", append(args, "file", p.file)...)
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

// stack says how a template is applied.
func (r *readmeWriter) stack(s *stack) {
	where := ""
	if s.region != "" {
		where = " --region " + s.region
	}
	deploy := fmt.Sprintf("aws cloudformation deploy%s --stack-name repligrant-%s --template-file %s", where, s.name, s.file())
	body := "--template-body file://" + s.file()
	if s.size > MaxInline {
		deploy, body = deploy+" --s3-bucket BUCKET", "--template-url URL"
	}
	switch s.name {
	case "roles":
		r.say("cloudformation.roles", "account", s.owner, "id", s.account, "command", deploy+" --capabilities CAPABILITY_NAMED_IAM")
	case "destination":
		r.say("cloudformation.destination", "account", s.owner, "id", s.account, "others", r.others(s))
		for _, t := range s.targets {
			if t.Narrowed {
				r.b.WriteString(r.Say.Say(sentences, "cloudformation.narrowed", "bucket", t.Name) + "\n")
			}
		}
		fmt.Fprintf(&r.b, "\n    %s --parameter-overrides %s=true\n", deploy, replaces)
	default:
		r.say("cloudformation.rules", "account", s.owner, "id", s.account, "file", markdown.Code(s.file()), "others", r.otherRules(s))
		fmt.Fprintf(&r.b, "\n    aws cloudformation create-change-set%s --stack-name repligrant-%s --change-set-name import \\\n      --change-set-type IMPORT %s \\\n      --resources-to-import '%s'\n", where, s.name, body, s.imports())
		fmt.Fprintf(&r.b, "    aws cloudformation execute-change-set%s --stack-name repligrant-%s --change-set-name import\n", where, s.name)
		fmt.Fprintf(&r.b, "    %s --parameter-overrides %s=true\n", deploy, replicate)
	}
	r.large(s)
}

// others says where the statements are that bucket policies have already: after a
// merge in the template, which would have them twice if they were put there again.
func (r *readmeWriter) others(s *stack) string { return r.held(s, "cloudformation.others-") }

// otherRules says what becomes of the rules that buckets have already: after a
// merge they are in the template, which nobody has to look after then, but in time.
func (r *readmeWriter) otherRules(s *stack) string { return r.held(s, "cloudformation.rules-") }

// held says it in the words that begin with a key.
func (r *readmeWriter) held(s *stack, key string) string {
	merged, open := s.known()
	switch file := markdown.Code(s.file()); {
	case len(merged) == 0:
		return r.Say.Say(sentences, key+"unknown", "file", file)
	case len(open) == 0:
		return r.Say.Say(sentences, key+"merged", "file", file, "merged", block(merged))
	default:
		return r.Say.Say(sentences, key+"some", "file", file, "merged", block(merged), "open", block(open))
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

// large says how a template gets to CloudFormation that a request does not hold.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html,
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy.html and
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-change-set.html.
func (r *readmeWriter) large(s *stack) {
	if s.size <= MaxInline {
		return
	}
	key := "cloudformation.large"
	if s.step == stepConfigurations {
		key = "cloudformation.large-import"
	}
	r.say(key, "size", strconv.Itoa(s.size), "limit", strconv.Itoa(MaxInline), "command", fmt.Sprintf("aws s3 cp %s s3://BUCKET/%s", s.file(), s.file()))
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
