package collect

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// A kmsAPI has the KMS operations that are called, and no others.
type kmsAPI interface {
	DescribeKey(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error)
	GetKeyPolicy(context.Context, *kms.GetKeyPolicyInput, ...func(*kms.Options)) (*kms.GetKeyPolicyOutput, error)
	ListGrants(context.Context, *kms.ListGrantsInput, ...func(*kms.Options)) (*kms.ListGrantsOutput, error)
	ListAliases(context.Context, *kms.ListAliasesInput, ...func(*kms.Options)) (*kms.ListAliasesOutput, error)
}

// noSuchKey is the error code of KMS for what does not exist.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html.
const noSuchKey = "NotFoundException"

// keyPolicy is the name of the only policy that a key has.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html.
const keyPolicy = "default"

// readKey reads a key of the account by its ARN, in its own Region.
func (s *session) readKey(ctx context.Context, wanted string) {
	id, err := arn.Parse(wanted)
	if err != nil {
		return // keyIn lets no such thing pass
	}
	r := keyReader{s: s, api: s.kmsIn(id.Region), id: wanted, key: &snapshot.Key{}}
	for _, read := range []func(context.Context) (string, error){r.metadata, r.policy, r.grants} {
		if operation, err := read(ctx); code(err) == noSuchKey {
			r.key = nil
			break
		} else if err != nil {
			fail(&r.key.Errors, operation, reason(ctx, err))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Keys == nil {
		s.held.Keys = make(map[string]*snapshot.Key)
	}
	s.held.Keys[wanted] = r.key
}

// A keyReader reads one key, part by part.
type keyReader struct {
	s   *session
	api kmsAPI
	id  string
	key *snapshot.Key
}

func (r *keyReader) metadata(ctx context.Context) (operation string, err error) {
	out, err := call(ctx, r.s, "DescribeKey", r.id, func(ctx context.Context) (*kms.DescribeKeyOutput, error) {
		return r.api.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(r.id)})
	})
	switch {
	case err != nil:
	case out.KeyMetadata != nil && out.KeyMetadata.Arn != nil && *out.KeyMetadata.Arn != r.id:
		err = &answerError{brokenAnswer, "DescribeKey answers with another key"}
	default:
		err = into(&r.key.KeyMetadata).set(out.KeyMetadata)
	}
	return "DescribeKey", err
}

func (r *keyReader) policy(ctx context.Context) (operation string, err error) {
	out, err := call(ctx, r.s, "GetKeyPolicy", r.id, func(ctx context.Context) (*kms.GetKeyPolicyOutput, error) {
		return r.api.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: aws.String(r.id), PolicyName: aws.String(keyPolicy)})
	})
	if err == nil {
		err = document{&r.key.Policy}.set(aws.ToString(out.Policy))
	}
	return "GetKeyPolicy", err
}

func (r *keyReader) grants(ctx context.Context) (operation string, err error) {
	all, err := listAll(ctx, r.s, "ListGrants", r.id, func(ctx context.Context, marker *string) ([]types.GrantListEntry, *string, error) {
		out, err := r.api.ListGrants(ctx, &kms.ListGrantsInput{KeyId: aws.String(r.id), Marker: marker})
		if err != nil {
			return nil, nil, err
		}
		return out.Grants, out.NextMarker, truncated(out.Truncated, out.NextMarker)
	})
	if err == nil {
		err = into(&r.key.Grants).set(all)
	}
	return "ListGrants", err
}

// truncated is the error of a list that goes on and does not say where.
func truncated(more bool, next *string) error {
	if more && aws.ToString(next) == "" {
		return &answerError{brokenAnswer, "a list goes on without a marker"}
	}
	return nil
}

// The aliases of an account in one Region.
type aliases struct {
	entries []types.AliasListEntry
	why     string // they were not read
}

func (s *session) readAliases(ctx context.Context, region string) {
	api, all := s.kmsIn(region), &aliases{}
	var err error
	all.entries, err = listAll(ctx, s, "ListAliases", region, func(ctx context.Context, marker *string) ([]types.AliasListEntry, *string, error) {
		out, err := api.ListAliases(ctx, &kms.ListAliasesInput{Marker: marker, Limit: aws.Int32(maxAliases)})
		if err != nil {
			return nil, nil, err
		}
		return out.Aliases, out.NextMarker, truncated(out.Truncated, out.NextMarker)
	})
	if err != nil {
		all.why = reason(ctx, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aliases[region] = all
}

// maxAliases is how many aliases one answer may list.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html.
const maxAliases = 100

// keyIn returns the account and Region of the ARN of a key or alias. False is
// for what cannot be one: a Region becomes part of a host name.
func keyIn(id string) (key arn.ARN, ok bool) {
	key, err := arn.Parse(id)
	isKey := key.Resource == "key/"+key.Name() && keyID.MatchString(key.Name())
	ok = err == nil && key.Service == "kms" && region.MatchString(key.Region) && (isKey || strings.HasPrefix(key.Resource, "alias/"))
	return key, ok
}

// keyTasks returns the tasks of reading a key that something names by its ARN,
// its ID, or an alias, by which the account and Region are meant where it names
// none. The account's aliases there come first where they are needed to know
// which key it is.
func (r *run) keyTasks(named, account, in, partition string) []task {
	id, ok := keyIn(named)
	if !ok {
		resource := named
		if !strings.HasPrefix(named, "alias/") {
			resource = "key/" + named
		}
		id = arn.ARN{Partition: partition, Service: "kms", Region: in, Account: account, Resource: resource}
		if _, ok := keyIn(id.String()); !ok || strings.HasPrefix(named, "arn:") {
			return nil
		}
	}
	s := r.sessions[id.Account]
	if s == nil {
		return nil
	}
	work := []task{{"aliases " + s.ID + " " + id.Region, func(ctx context.Context) { s.readAliases(ctx, id.Region) }}}
	key := id
	if strings.HasPrefix(id.Resource, "alias/") {
		if key.Resource = s.target(id); key.Resource == "" {
			return work
		}
	}
	wanted := key.String()
	return append(work, task{"key " + wanted, func(ctx context.Context) { s.readKey(ctx, wanted) }})
}

// keyID is what may be the ID of a key: an answer's becomes part of an ARN.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_AliasListEntry.html.
var keyID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// target is the key that an alias means, "key/ID"; "" if nobody knows.
func (s *session) target(alias arn.ARN) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.aliases[alias.Region]
	if known == nil {
		return ""
	}
	for _, e := range known.entries {
		if aws.ToString(e.AliasName) == alias.Resource && keyID.MatchString(aws.ToString(e.TargetKeyId)) {
			return "key/" + aws.ToString(e.TargetKeyId)
		}
	}
	return ""
}

// keyReferences returns the tasks of reading the keys that a bucket's default
// encryption and its rules name. The key of a rule is in the Region of its
// destination, and an alias there is one of whoever wrote the rule.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_EncryptionConfiguration.html.
func (r *run) keyReferences(s *session, b *snapshot.Bucket) []task {
	var work []task
	encryption := b.ServerSideEncryptionConfiguration.Or(snapshot.Encryption{})
	for _, rule := range encryption.Rules {
		if d := rule.ApplyServerSideEncryptionByDefault; d != nil && strings.HasPrefix(d.SSEAlgorithm, "aws:kms") {
			named := d.KMSMasterKeyID
			if named == "" {
				named = defaultKey
			}
			work = append(work, r.keyTasks(named, s.ID, b.Region, s.partitionOf(b.Region))...)
		}
	}
	configuration, _ := b.ReplicationConfiguration.Get()
	for _, rule := range configuration.Rules {
		if e := rule.Destination.EncryptionConfiguration; e != nil && e.ReplicaKmsKeyID != "" {
			in := r.regionOf(bucketOf(rule.Destination.Bucket))
			work = append(work, r.keyTasks(e.ReplicaKmsKeyID, s.ID, in, s.partitionOf(in))...)
		}
	}
	return work
}

// defaultKey is the key that S3 uses where a bucket names none.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html.
const defaultKey = "alias/aws/s3"

func (s *session) partitionOf(region string) string {
	if s.Partition != "" || region == "" {
		return s.partition()
	}
	return arn.PartitionOf(region)
}

// regionOf is the Region of a bucket that was read, or "".
func (r *run) regionOf(bucket string) string {
	for _, s := range r.sorted() {
		if region, known := s.has(bucket); known {
			return region
		}
	}
	return ""
}

// nameKeys gives the keys that were read their aliases.
func (s *session) nameKeys() {
	for _, id := range slices.Sorted(maps.Keys(s.held.Keys)) {
		key := s.held.Keys[id]
		at, _ := keyIn(id)
		known := s.aliases[at.Region]
		switch {
		case key == nil:
		case known == nil:
			fail(&key.Errors, "ListAliases", canceled)
		case known.why != "":
			fail(&key.Errors, "ListAliases", known.why)
		default:
			key.Aliases = fact.Of(aliasesOf(known.entries, at))
		}
	}
}

// aliasesOf are the aliases of one key, in AWS's shape.
func aliasesOf(entries []types.AliasListEntry, key arn.ARN) []any {
	own := []any{}
	for _, e := range entries {
		if "key/"+aws.ToString(e.TargetKeyId) != key.Resource {
			continue
		}
		if shape, err := convert[any](e); err == nil {
			own = append(own, shape)
		}
	}
	return own
}
