package spec

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// isARN reports whether s was meant as an ARN.
func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// knownAccount returns the account that t names. It is false where t was left
// out, and where there is none, which is reported.
func (p *parser) knownAccount(t Text) (Account, bool) {
	if t.IsZero() {
		return Account{}, false
	}
	a, ok := p.spec.Account(t.Value)
	if ok {
		return a, true
	}
	if a, ok := p.accountIDs[t.Value]; ok {
		p.report(t.Pos, "spec-account-by-id", "name", quote(t.Value), "suggestion", a.Name.Value)
		return Account{}, false
	}
	p.unknown(t.Pos, "spec-unknown-account", t.Value, p.accountNames)
	return Account{}, false
}

// knownBucket returns the bucket that t names. It is false where t was left out,
// and where there is none, which is reported.
func (p *parser) knownBucket(t Text) (Bucket, bool) {
	if t.IsZero() {
		return Bucket{}, false
	}
	b, ok := p.spec.Bucket(t.Value)
	if !ok {
		p.unknown(t.Pos, "spec-unknown-bucket", t.Value, p.bucketNames)
	}
	return b, ok
}

func (p *parser) checkAccounts() {
	p.checkAccountNames()
	for _, a := range p.spec.Accounts {
		if a.ID.IsZero() {
			continue
		}
		if first, ok := p.accountIDs[a.ID.Value]; ok {
			p.clash(a.ID.Pos, first.ID.Pos, "spec-account-twice", "id", a.ID.Value, "first", quote(first.Name.Value))
		} else {
			p.accountIDs[a.ID.Value] = a
		}
		p.checkAuditRole(a)
	}
	for _, t := range p.spec.AllowedDestinations.Accounts {
		p.knownAccount(t)
	}
}

// checkAccountNames checks that no file or function that is named after an
// account can be taken for that of another one. An account that owns no more than
// a key has no name, and goes by its ID.
func (p *parser) checkAccountNames() {
	firsts := map[string]Text{}
	for _, a := range p.spec.Accounts {
		if arn.IsAccountID(a.Name.Value) && !a.ID.IsZero() && a.ID.Value != a.Name.Value {
			p.report(a.Name.Pos, "spec-account-name-id", "name", quote(a.Name.Value), "id", a.ID.Value)
		}
		folded := strings.ToLower(a.Name.Value)
		if first, ok := firsts[folded]; ok {
			p.clash(a.Name.Pos, first.Pos, "spec-account-name-case", "name", quote(a.Name.Value), "first", quote(first.Value))
			continue
		}
		firsts[folded] = a.Name
	}
}

// checkAuditRole checks that the role of an account lies in it.
func (p *parser) checkAuditRole(a Account) {
	if a.RoleARN.IsZero() {
		return
	}
	p.inAccount(a.RoleARN, a, "spec-role-arn-account")
	p.inAccountPartition(a.RoleARN, a)
}

// inAccount checks that the ARN t belongs to an account.
func (p *parser) inAccount(t Text, a Account, problem string) bool {
	got, err := arn.Parse(t.Value)
	if err != nil || got.Account == a.ID.Value || a.ID.IsZero() {
		return true
	}
	p.clash(t.Pos, a.ID.Pos, problem, "value", quote(t.Value), "got", got.Account, "account", quote(a.Name.Value), "want", a.ID.Value)
	return false
}

// inPartition checks that the ARN t lies in a partition, which follows from what
// stands at other.
func (p *parser) inPartition(t Text, partition string, other diag.Pos) {
	if got, err := arn.Parse(t.Value); err == nil && got.Partition != partition {
		p.clash(t.Pos, other, "spec-arn-partition", "value", quote(t.Value), "got", got.Partition, "want", partition)
	}
}

// inAccountPartition checks that the ARN t lies in the partition of an account.
func (p *parser) inAccountPartition(t Text, a Account) {
	other := a.Pos
	if !a.Partition.IsZero() {
		other = a.Partition.Pos
	}
	p.inPartition(t, p.spec.Partition(a.Name.Value), other)
}

func (p *parser) checkBuckets() {
	first := make(map[string]Bucket) // of each account
	for _, b := range p.spec.Buckets {
		if a, ok := p.knownAccount(b.Account); ok {
			p.checkPartition(b, a, first)
			p.checkRegionalName(b, a)
		}
		p.checkKeyRegions(b)
	}
}

// checkPartition checks that a bucket lies in the partition of its account.
//
// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
func (p *parser) checkPartition(b Bucket, owner Account, first map[string]Bucket) {
	if b.Region.IsZero() {
		return
	}
	got := b.Partition()
	if want := owner.Partition; !want.IsZero() && want.Value != got {
		p.clash(b.Region.Pos, want.Pos, "spec-bucket-partition", "region", b.Region.Value, "got", got, "account", quote(owner.Name.Value), "want", want.Value)
		return
	}
	other, ok := first[owner.Name.Value]
	if !ok {
		first[owner.Name.Value] = b
		return
	}
	if want := other.Partition(); want != got {
		p.clash(b.Region.Pos, other.Region.Pos, "spec-bucket-partition", "region", b.Region.Value, "got", got, "account", quote(owner.Name.Value), "want", want)
	}
}

// checkRegionalName checks that a name from an account's own namespace holds
// that account and the bucket's Region.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html.
func (p *parser) checkRegionalName(b Bucket, owner Account) {
	m := accountRegional.FindStringSubmatch(b.Name.Value)
	switch {
	case m == nil:
	case !owner.ID.IsZero() && m[1] != owner.ID.Value:
		p.clash(b.Pos, owner.ID.Pos, "spec-bucket-name-account", "name", quote(b.Name.Value), "got", m[1], "want", owner.ID.Value)
	case !b.Region.IsZero() && m[2] != b.Region.Value:
		p.clash(b.Pos, b.Region.Pos, "spec-bucket-name-region", "name", quote(b.Name.Value), "got", m[2], "want", b.Region.Value)
	}
}

// checkKeyRegions checks that the keys of a bucket are in its Region.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html.
func (p *parser) checkKeyRegions(b Bucket) {
	for _, key := range b.KMSKeys.Value {
		p.inRegion(key, b)
	}
}

// inRegion checks that a key is in the Region of a bucket.
func (p *parser) inRegion(key Text, b Bucket) {
	a, err := arn.Parse(key.Value)
	if err != nil || b.Region.IsZero() || a.Region == b.Region.Value {
		return
	}
	p.clash(key.Pos, b.Region.Pos, "spec-kms-key-region", "got", a.Region, "bucket", quote(b.Name.Value), "want", b.Region.Value)
}
