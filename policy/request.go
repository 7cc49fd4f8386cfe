package policy

import (
	"github.com/repligrant/repligrant/fact"
)

// A Layer is one kind of policy that takes part in a decision.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
type Layer uint8

// The layers.
const (
	Identity Layer = iota // inline, managed and group policies of the caller
	Resource              // the policy of the bucket, key, access point or role that is called
	Boundary              // permissions boundary of the caller
	Session               // session policies
	SCP                   // service control policies on the caller's account
	RCP                   // resource control policies on the resource's account
	Endpoint              // VPC endpoint policy
)

// A Source is a policy with the name that evidence gives it. A Document that
// was not read makes unknown what depends on it; one that is absent says nothing.
type Source struct {
	Name     string
	Document fact.Value[*Document]
}

// Policies are all that can allow or refuse a request. A layer that is not
// there is an absent Document or an empty list; the zero Source was not read.
type Policies struct {
	Identity []Source
	Resource Source
	Boundary Source
	Session  []Source               // none: no session policy
	SCPs     fact.Value[[][]Source] // by level, root first; absent: in no organization
	RCPs     fact.Value[[][]Source] // by level, root first; RCPFullAWSAccess is implied
	Endpoint []Source               // none: not through a VPC endpoint

	// ManagementAccount says that the caller's account is the management
	// account of its organization: SCPs do not bind it, nor RCPs its resources.
	ManagementAccount bool
	// RestrictPublicBuckets is S3's block public access setting of that name,
	// of the bucket or its account.
	RestrictPublicBuckets bool
}

// A Request asks for one action by one caller, on one resource or on all of a
// pattern.
type Request struct {
	Caller          Caller
	Action          string // "s3:ReplicateObject"; names compare without case
	Resource        string // an ARN; "*" for actions without a resource
	Pattern         bool   // Resource is a pattern: *, ? and ${*}, ${?}, ${$} in it as in a policy
	ResourceAccount string // the account that owns the resource: decides same- or cross-account
	Context         Context
}

// A Decision is the set of the decisions that are possible, given what is not
// known. Exactly one of them is possible where everything that matters is known.
type Decision uint8

// The decisions, in IAM's words.
const (
	Allowed      Decision = 1 << iota // a statement allows in each layer that must, and none denies
	ImplicitDeny                      // nothing allows
	ExplicitDeny                      // a statement denies
)

// Denied reports whether no completion of what is unknown allows.
func (d Decision) Denied() bool { return d&Allowed == 0 }

// Unknown reports whether it depends on something that is not known.
func (d Decision) Unknown() bool { return d&Allowed != 0 && d != Allowed }

// A Says is the set of what one layer may say, over all completions of what is
// not known.
type Says uint8

// What a layer may say.
const (
	Silent         Says = 1 << iota // no statement of it applies
	AllowsAccount                   // it allows the caller's account, which must allow in turn
	AllowsDirectly                  // it allows the caller
	Denies                          // it denies explicitly
)

// A Ref points at a statement.
type Ref struct {
	Layer     Layer
	Level     int    // of an SCP or RCP: 0 is the root
	Policy    string // Source.Name
	Statement int    // index, from 0
	Sid       string
	Effect    Effect
}

// A View is what one layer says about one class of resources.
type View struct {
	Layer  Layer
	Says   Says  // of an RCP: AllowsDirectly where it does not deny, since RCPFullAWSAccess is implied
	Allows []Ref // statements that allow in some completion
	Denies []Ref // statements that deny in some completion
}

// An Open is something that is not known and that the decision depends on: a
// document that was not read, a context key whose value is open, or a statement
// that has no certain reading.
type Open struct {
	Layer  Layer
	Policy string // Source.Name of the document; "" for a key whose value is open
	Why    string // why it was not read, or has no certain reading
	Key    string // context key, as the policy spells it; "" for a document
}

// A Class is a set of resources that the policies cannot tell apart.
type Class struct {
	Witness string // the shortest of them, then the least
	// Context has, for each key of which the domain is [Every], a value that
	// stands for the class, by key in lower case. It is nil if no key is such, or
	// none of them matters.
	Context  map[string]string
	Decision Decision
	Views    []View // one for each layer that has policies or was not read, and binds the caller
	Open     []Open // what Decision depends on, if Decision.Unknown
	// Withheld says that RestrictPublicBuckets takes away what a public bucket
	// policy grants to the caller, in some completion. Views show the grant.
	Withheld bool
}

// An Answer is a decision for every resource of a request. Its classes are
// disjoint and cover the resource or pattern; there are none if a pattern names
// nothing, as "arn:aws:s3:::bucket/" does.
type Answer struct {
	Classes []Class
	// TooComplex says that the pattern could not be split within the budget.
	// Classes then has one class, whose Decision has every bit set.
	TooComplex bool
}

// Allowed reports whether every resource of the request is allowed for certain.
func (a Answer) Allowed() bool {
	for _, c := range a.Classes {
		if c.Decision != Allowed {
			return false
		}
	}
	return len(a.Classes) > 0
}
