package replication

import (
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// A Call is a request that S3 or a writer makes, as far as it is known.
type Call struct {
	Action          string
	Caller          string                   // ARN of the role or user
	Account         string                   // the caller's
	ResourceAccount string                   // "" if not known
	Region          string                   // of the bucket; "" if not known
	Organization    fact.Value[Organization] // the caller's
	ResourceOrg     fact.Value[Organization] // the resource's
	UniqueID        string                   // AROA... or AIDA...; "" if not known
	Tags            fact.Value[[]Tag]        // the caller's
	Human           bool                     // a writer from anywhere, not S3 inside AWS
	SourceIPs       []string                 // of a writer: the addresses it is to write from; none: any
	AccessPoint     string                   // ARN of the access point it goes through; "" for none
	ReplicaKMSKey   string                   // ARN of the key that the request names for the object it writes; "": no KMS

	// Of a request to KMS, that S3 makes on behalf of the caller: the S3 that
	// does, and the pattern of its encryption contexts.
	ViaService, EncryptionContext string
}

// An Organization is what condition keys say of one.
type Organization struct {
	ID   string
	Path string // o-.../r-.../ou-.../; "" if not known
}

// Context returns the condition keys of the call. What S3 withholds from
// requests of its own ranges over all that it can be, and a key of which AWS
// says nothing may have any value.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func (c Call) Context() policy.Context { return c.ContextOf(c.Keys()) }

// ContextOf is Context, with the keys of a call that differs in the action only.
func (c Call) ContextOf(keys map[string]policy.Domain) policy.Context {
	return policy.Context{Keys: keys, Rest: c.rest}
}

// Keys returns the condition keys of which something is known whatever the action.
func (c Call) Keys() map[string]policy.Domain {
	keys := make(map[string]policy.Domain, usualKeys)
	keys["aws:principalarn"] = policy.Exactly(c.Caller)
	keys["aws:principalaccount"] = policy.Exactly(c.Account)
	keys["aws:principalisawsservice"], keys["aws:viaawsservice"] = isFalse, isFalse
	keys["aws:requestedregion"] = known(c.Region)
	keys["aws:resourceaccount"] = known(c.ResourceAccount)
	keys["s3:resourceaccount"] = keys["aws:resourceaccount"]
	keys["aws:currenttime"], keys["aws:epochtime"] = anyText, anyText
	organization(keys, "aws:principalorg", c.Organization)
	organization(keys, "aws:resourceorg", c.ResourceOrg)
	for _, key := range absentKeys {
		keys[key] = policy.Absent()
	}
	c.accessPointKeys(keys)
	if c.Human {
		c.writerKeys(keys)
	} else {
		c.serviceKeys(keys)
	}
	if c.ViaService != "" {
		c.kmsKeys(keys)
	}
	return keys
}

// usualKeys is how many keys most calls have.
const usualKeys = 48

// What many calls say of a key. Nobody changes it.
var (
	isFalse       = policy.Exactly("false")
	anyText       = policy.Like("*")
	assumed       = policy.Exactly("AssumedRole")
	perhapsTrue   = policy.OneOf(policy.Exactly("true"), policy.Absent())
	perhapsFalse  = policy.OneOf(policy.Exactly("false"), policy.Absent())
	noAddress     = policy.OneOf(policy.Absent(), policy.OutsideRanges())
	newTLS        = policy.OneOf(policy.Absent(), policy.Exactly("1.2"), policy.Exactly("1.3"))
	perhapsAES256 = policy.OneOf(policy.Exactly("AES256"), policy.Absent())
)

// absentKeys are in requests that AWS services make for themselves, or that
// pass through a VPC endpoint; a role session is neither.
//
// See https://github.com/aws-samples/data-perimeter-policy-examples (resource_control_policies/README.md).
var absentKeys = []string{
	"aws:principalservicename", "aws:principalservicenameslist", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast",
	"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths",
	"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip",
}

// accessPointKeys are those of a request through an access point. Replication
// never goes through one: a bucket policy that trusts only access points stops it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html.
func (c Call) accessPointKeys(keys map[string]policy.Domain) {
	if c.AccessPoint == "" {
		keys["s3:dataaccesspointarn"], keys["s3:dataaccesspointaccount"] = policy.Absent(), policy.Absent()
		keys["s3:accesspointnetworkorigin"] = policy.Absent()
		return
	}
	keys["s3:dataaccesspointarn"] = policy.Exactly(c.AccessPoint)
	if a, err := arn.Parse(c.AccessPoint); err == nil {
		keys["s3:dataaccesspointaccount"] = policy.Exactly(a.Account)
	}
}

// serviceKeys are those of a session that S3 made with AssumeRole, calling from
// inside AWS, where S3 may redact what tells of the network.
func (c Call) serviceKeys(keys map[string]policy.Domain) {
	keys["aws:principaltype"] = assumed
	keys["aws:userid"] = policy.Like(c.uniqueID() + ":*")
	keys["aws:username"] = policy.Absent()
	keys["aws:tokenissuetime"] = anyText
	keys["aws:sourceip"] = noAddress
	keys["aws:securetransport"] = perhapsTrue
	keys["aws:multifactorauthpresent"] = perhapsFalse
	keys["s3:tlsversion"] = newTLS
	keys["s3:x-amz-server-side-encryption"] = perhapsAES256
	keys["s3:x-amz-server-side-encryption-aws-kms-key-id"] = policy.Absent()
	if c.ReplicaKMSKey != "" {
		keys["s3:x-amz-server-side-encryption"] = policy.OneOf(policy.Exactly("aws:kms"), policy.Exactly("aws:kms:dsse"))
		keys["s3:x-amz-server-side-encryption-aws-kms-key-id"] = policy.Exactly(c.ReplicaKMSKey)
	}
}

// kmsKeys are those of a request to KMS that S3 makes with the session of the
// role, or on behalf of a writer. S3 may add to the encryption context; whether KMS counts the request as
// one that a service forwards for its caller, no page says of replication.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html.
func (c Call) kmsKeys(keys map[string]policy.Domain) {
	for key := range keys {
		if strings.HasPrefix(key, "s3:") {
			keys[key] = policy.Absent()
		}
	}
	if c.Human { // no page says what of the writer's network S3 passes on
		keys["aws:sourceip"], keys["aws:securetransport"] = policy.Anything(), policy.OneOf(policy.Exactly("true"), policy.Absent())
	}
	keys["kms:viaservice"] = policy.Exactly(c.ViaService)
	keys["kms:calleraccount"] = policy.Exactly(c.Account)
	keys[strings.ToLower(EncryptionContext)] = policy.Every(c.EncryptionContext)
	// A sample of AWS's demands a key that no request has.
	// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html.
	keys["kms:encryptioncontext:arn:aws:arn"] = policy.Absent()
	keys["kms:encryptioncontextkeys"] = policy.AnySet()
	keys["aws:viaawsservice"] = policy.Anything()
	keys["aws:calledvia"] = policy.AnySet()
	keys["aws:calledviafirst"], keys["aws:calledvialast"] = policy.Anything(), policy.Anything()
}

// writerKeys are those of somebody who uploads over TLS from any address of his own.
func (c Call) writerKeys(keys map[string]policy.Domain) {
	keys["aws:securetransport"] = policy.Exactly("true")
	if len(c.SourceIPs) > 0 {
		keys["aws:sourceip"] = policy.EveryAddress(c.SourceIPs...)
	}
	if strings.Contains(c.Caller, ":user/") {
		keys["aws:principaltype"] = policy.Exactly("User")
		keys["aws:username"] = policy.Exactly(c.Caller[strings.LastIndexByte(c.Caller, '/')+1:])
		keys["aws:userid"] = policy.Like(c.uniqueID())
		return
	}
	keys["aws:principaltype"] = policy.Exactly("AssumedRole")
	keys["aws:username"] = policy.Absent()
	keys["aws:userid"] = policy.Like(c.uniqueID() + ":*")
}

// uniqueID is the caller's, or a pattern of it.
func (c Call) uniqueID() string {
	if c.UniqueID == "" {
		return "*"
	}
	return c.UniqueID
}

func known(v string) policy.Domain {
	if v == "" {
		return policy.Like("*")
	}
	return policy.Exactly(v)
}

// organization fills ...orgid and ...orgpaths.
func organization(keys map[string]policy.Domain, stem string, o fact.Value[Organization]) {
	org, ok := o.Get()
	switch {
	case ok:
		keys[stem+"id"] = policy.Exactly(org.ID)
		keys[stem+"paths"] = policy.AnySet()
		if org.Path != "" {
			keys[stem+"paths"] = policy.Exactly(org.Path)
		}
	case o.Read():
		keys[stem+"id"], keys[stem+"paths"] = policy.Absent(), policy.Absent()
	default:
		keys[stem+"id"], keys[stem+"paths"] = policy.Anything(), policy.AnySet()
	}
}

// rest is the domain of every other key.
func (c Call) rest(key string) policy.Domain {
	if tag, ok := strings.CutPrefix(key, "aws:principaltag/"); ok {
		return c.tag(tag)
	}
	if a, ok := actions.Find(c.Action); ok && !a.KnowsKey(key) {
		return policy.Absent()
	}
	if key == "aws:tagkeys" || key == "s3:requestobjecttagkeys" {
		return policy.AnySet()
	}
	return policy.Anything()
}

// tag is the domain of a principal tag. Tag keys compare without case in
// condition keys.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html.
func (c Call) tag(key string) policy.Domain {
	if !c.Tags.Read() {
		return policy.Anything()
	}
	for _, t := range c.Tags.Or(nil) {
		if strings.EqualFold(t.Key, key) {
			return policy.Exactly(t.Value)
		}
	}
	return policy.Absent()
}

// AssumerContext returns the condition keys of a request by which somebody
// assumes a writer's role; of most nothing is known.
func AssumerContext(principal string) policy.Context {
	keys := map[string]policy.Domain{"aws:principalarn": policy.Exactly(principal), "aws:currenttime": policy.Like("*")}
	if account := accountOf(principal); account != "" {
		keys["aws:principalaccount"] = policy.Exactly(account)
	} else {
		keys["aws:principalarn"], keys["aws:principalaccount"] = policy.Absent(), policy.Absent()
		keys["aws:principalisawsservice"] = policy.Exactly("true")
		keys["aws:principalservicename"] = policy.Exactly(principal)
	}
	return policy.Context{Keys: keys, Rest: func(string) policy.Domain { return policy.Anything() }}
}

// TrustContext returns the condition keys of the request by which a service, S3
// or S3 Batch Operations, assumes a role. No page says whether it sends the account and bucket that
// it acts for: they may be there or not.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html,
// whose trust policies have no condition.
func TrustContext(service, account, bucketARN string) policy.Context {
	return policy.Context{
		Keys: map[string]policy.Domain{
			"aws:principalisawsservice": policy.Exactly("true"),
			"aws:principalservicename":  policy.Exactly(service),
			"aws:sourceaccount":         policy.OneOf(policy.Absent(), policy.Exactly(account)),
			"aws:sourcearn":             policy.OneOf(policy.Absent(), policy.Exactly(bucketARN)),
			"sts:externalid":            policy.Absent(),
			"aws:principalaccount":      policy.Absent(),
			"aws:principalorgid":        policy.Absent(),
			"aws:currenttime":           policy.Like("*"),
		},
		Rest: func(key string) policy.Domain {
			if strings.HasPrefix(key, "aws:principaltag/") || strings.HasPrefix(key, "saml:") || strings.HasSuffix(key, ":aud") {
				return policy.Absent()
			}
			return policy.Anything()
		},
	}
}
