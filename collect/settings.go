package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/repligrant/repligrant/snapshot"
)

// A bucketSetting is one setting of a bucket and how to read it.
type bucketSetting struct {
	operation string
	none      string // the error code that says that it is not configured
	read      func(ctx context.Context, api s3API, bucket, owner *string) (any, error)
	field     func(*snapshot.Bucket) target
}

// bucketSettings are read in this order. Each call names the owner that the
// bucket should have, so that nobody's bucket is taken for another's.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
var bucketSettings = []bucketSetting{
	{
		"GetBucketVersioning", "",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			return answer(api.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: bucket, ExpectedBucketOwner: owner}))
		},
		func(b *snapshot.Bucket) target { return into(&b.Versioning) },
	},
	{
		"GetBucketReplication", "ReplicationConfigurationNotFoundError",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.ReplicationConfiguration })
		},
		func(b *snapshot.Bucket) target { return into(&b.ReplicationConfiguration) },
	},
	{
		"GetBucketPolicy", "NoSuchBucketPolicy",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return aws.ToString(out.Policy) })
		},
		func(b *snapshot.Bucket) target { return document{&b.Policy} },
	},
	{
		"GetBucketOwnershipControls", "OwnershipControlsNotFoundError",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.OwnershipControls })
		},
		func(b *snapshot.Bucket) target { return into(&b.OwnershipControls) },
	},
	{
		"GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.ServerSideEncryptionConfiguration })
		},
		func(b *snapshot.Bucket) target { return into(&b.ServerSideEncryptionConfiguration) },
	},
	{
		"GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.PublicAccessBlockConfiguration })
		},
		func(b *snapshot.Bucket) target { return into(&b.PublicAccessBlockConfiguration) },
	},
	{
		"GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.ObjectLockConfiguration })
		},
		func(b *snapshot.Bucket) target { return into(&b.ObjectLockConfiguration) },
	},
	{
		"GetBucketRequestPayment", "",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			return answer(api.GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: bucket, ExpectedBucketOwner: owner}))
		},
		func(b *snapshot.Bucket) target { return into(&b.RequestPayment) },
	},
	{
		"GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			return answer(api.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket, ExpectedBucketOwner: owner}))
		},
		func(b *snapshot.Bucket) target { return into(&b.LifecycleConfiguration) },
	},
	{
		"GetBucketNotificationConfiguration", "",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			return answer(api.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: bucket, ExpectedBucketOwner: owner}))
		},
		func(b *snapshot.Bucket) target { return orNone{field[snapshot.Raw]{&b.NotificationConfiguration}} },
	},
	{
		"GetBucketTagging", "NoSuchTagSet",
		func(ctx context.Context, api s3API, bucket, owner *string) (any, error) {
			out, err := api.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: bucket, ExpectedBucketOwner: owner})
			return answer(out, err, func() any { return out.TagSet })
		},
		func(b *snapshot.Bucket) target { return into(&b.Tagging) },
	},
}
