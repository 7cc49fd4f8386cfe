package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// key returns the KMS key of that ARN. A key that no account of the snapshot
// holds was not read.
func (a *auditor) key(key string) (*snapshot.Key, fact.State) {
	account := a.in.Snapshot.Accounts[arnAccount(key)]
	if account == nil {
		return nil, fact.NotRead
	}
	k, there := account.Keys[key]
	switch {
	case k != nil:
		return k, fact.Known
	case there || account.Lists("keys"):
		return nil, fact.None
	default:
		return nil, fact.NotRead
	}
}

// resourcePolicy returns the policy of what the question's request is about.
func (a *auditor) resourcePolicy(qu *question) policy.Source {
	if !qu.On.OfKey() {
		return a.bucketPolicy(qu.bucket)
	}
	name := policyOfKey + qu.Resource
	k, state := a.key(qu.Resource)
	switch state {
	case fact.Known:
		return policy.Source{Name: name, Document: k.Policy.Value}
	case fact.None:
		return absent(name)
	default:
		return unread(name, a.whyAccount(arnAccount(qu.Resource)))
	}
}

// defaultKey returns the key by which a bucket encrypts new objects: none where
// no key is needed, and not read where nobody knows which it is.
func (a *auditor) defaultKey(b replication.Bucket, live *snapshot.Bucket) fact.Value[string] {
	id, ok := live.DefaultKey().Get()
	if !ok {
		return live.DefaultKey()
	}
	if key, ok := a.resolveKey(id, b); ok {
		return fact.Of(key)
	}
	return fact.Unread[string](sentences["unread.default-key"])
}

// resolveKey returns the ARN of the key that is meant in the account and Region
// of a bucket.
func (a *auditor) resolveKey(id string, b replication.Bucket) (string, bool) {
	return a.in.Snapshot.ResolveKey(id, b.Partition, b.Region, b.Account)
}

// keysOf returns the keys of a bucket's objects, the default one first: what is
// stated, and the default that is there.
func (a *auditor) keysOf(b replication.Bucket, live *snapshot.Bucket) fact.Value[[]string] {
	standing := a.defaultKey(b, live)
	key, ok := standing.Get()
	switch {
	case ok && !slices.Contains(b.KMSKeys.Or(nil), key):
		return fact.Of(append([]string{key}, b.KMSKeys.Or(nil)...))
	case b.KMSKeys.Read():
		return b.KMSKeys
	case ok:
		return fact.Of([]string{key})
	case standing.Read():
		return fact.Absent[[]string]()
	default:
		return fact.Unread[[]string](standing.Why())
	}
}

func bucketKeyOf(b *snapshot.Bucket) fact.Value[bool] { return b.UsesBucketKey() }

// encryptionUnread records that nobody knows whether the bucket's objects have
// bucket keys, on which it depends what is required.
func (a *auditor) encryptionUnread(qu *question) {
	for _, b := range []replication.Bucket{qu.bucket, qu.rule.From} {
		if b.BucketKey.Read() {
			continue
		}
		_, live, state := a.bucket(b)
		if state != fact.Known {
			a.bucketUnread(b, a.concern(qu))
			return
		}
		a.unreadBucket(b, replication.BucketSettings, "GetBucketEncryption", live.ServerSideEncryptionConfiguration.Why(), a.concern(qu))
		return
	}
}

// A grant is what KMS says of one.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html.
type grantEntry struct{ grantee, perhaps, constraints, operation bool }

// grants reports whether the grants of a key settle a question that its policies
// leave without an Allow: they grant it, or it is not known. No grant outweighs a Deny.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/grants.html.
func (a *auditor) grants(qu *question, answer policy.Answer) bool {
	k, state := a.key(qu.Resource)
	if state != fact.Known || !k.Policy.Read() || answer.TooComplex {
		return false // its policy was not read either, which says it
	}
	for _, c := range answer.Classes {
		if c.Decision&policy.ExplicitDeny != 0 || slices.ContainsFunc(c.Views, limits) {
			return false
		}
	}
	if !k.Grants.Read() {
		a.count(qu, Unknown)
		p := qu.resourcePlace()
		a.notRead(unreading{place{replication.KMSKey, p.account, p.target, ""}, "ListGrants", k.Grants.Why()}, a.aside(qu))
		return true
	}
	var named, free bool // some grant names both; one of them has no constraints
	perhaps := ""        // whom a grant of the operation names who may be the role
	for _, raw := range k.Grants.Or(nil) {
		g := a.readGrant(raw, qu)
		named = named || g.grantee && g.operation
		free = free || g.grantee && g.operation && !g.constraints
		if g.perhaps && g.operation && perhaps == "" {
			perhaps, _ = raw["GranteePrincipal"].(string)
		}
	}
	switch {
	case free:
		a.count(qu, Granted)
	case named:
		a.grantUnclear(qu, "grant", words("says.grant"))
	case perhaps != "":
		a.grantUnclear(qu, "grantee", words("says.grantee", "principal", perhaps))
	}
	return named || perhaps != ""
}

// grantPage says what a grant allows, and whom it can name.
const grantPage = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html"

// grantUnclear records that nobody knows whether a grant allows what a question
// asks for.
func (a *auditor) grantUnclear(qu *question, key string, says diag.Text) {
	a.count(qu, Unknown)
	a.undecided(qu, qu.resourcePlace(), "grant", func(f *Finding) {
		f.Key, f.Source = checkUnknown+"/"+key, grantPage
		f.Evidence = shows(replication.KMSKey, says)
	})
}

func (a *auditor) readGrant(raw snapshot.Raw, qu *question) grantEntry {
	operation := strings.TrimPrefix(qu.Action, "kms:")
	operations, _ := raw["Operations"].([]any)
	constraints, _ := raw["Constraints"].(map[string]any)
	grantee, _ := raw["GranteePrincipal"].(string)
	return grantEntry{
		grantee: grantee == qu.Principal, perhaps: a.mayBeGrantee(grantee, qu.Principal), constraints: len(constraints) > 0,
		operation: slices.Contains(operations, any(operation)),
	}
}

// mayBeGrantee reports whether a grant may be for a role of which it does not have
// the ARN: KMS takes accounts and single sessions too, and what S3 calls its
// sessions, and whom in an account such a grant serves, no page says. A unique ID
// is the role's own, unless the role is known to have another.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func (a *auditor) mayBeGrantee(grantee, role string) bool {
	r, err := arn.Parse(role)
	if err != nil {
		return false
	}
	if isUniqueID(grantee) {
		own := a.identity(role).uniqueID
		return own == "" || own == grantee
	}
	g, err := arn.Parse(grantee)
	if err != nil {
		return grantee == r.Account
	}
	name, _, isSession := strings.Cut(strings.TrimPrefix(g.Resource, "assumed-role/"), "/")
	return g.Account == r.Account && (g.Resource == "root" || isSession && g.Type() == "assumed-role" && name == r.Name())
}
