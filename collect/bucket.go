package collect

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// A bucketReader reads one bucket, setting by setting. It remembers which it
// read, so that none is read twice.
type bucketReader struct {
	s        *session
	name     string
	region   string
	bucket   *snapshot.Bucket
	gone     bool
	reached  bool // S3 answered, so that region is right
	answered []string
}

// reader returns the reader of a bucket of s. Tasks are claimed, so that nobody
// uses one twice at a time.
func (s *session) reader(name, region string) *bucketReader {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[name] == nil {
		s.buckets[name] = &bucketReader{s: s, name: name, region: region, bucket: &snapshot.Bucket{}}
	}
	return s.buckets[name]
}

// read reads the settings named, or all of them.
func (r *bucketReader) read(ctx context.Context, operations ...string) {
	for _, setting := range bucketSettings {
		if r.gone || ctx.Err() != nil {
			break
		}
		wanted := len(operations) == 0 || slices.Contains(operations, setting.operation)
		if !wanted || slices.Contains(r.answered, setting.operation) {
			continue
		}
		err := r.readSetting(ctx, setting)
		if err != nil && over(ctx, err) {
			r.giveUp(operations, reason(ctx, err))
			break
		}
	}
	r.keep()
}

// readSetting reads one setting and keeps its value, or why there is none.
func (r *bucketReader) readSetting(ctx context.Context, setting bucketSetting) error {
	r.answered = append(r.answered, setting.operation)
	value, err := r.call(ctx, setting)
	switch {
	case err == nil:
		r.reached = true
		err = setting.field(r.bucket).set(value)
	case setting.none != "" && code(err) == setting.none:
		r.reached = true
		setting.field(r.bucket).setNone()
		return nil
	case code(err) == "NoSuchBucket":
		r.gone = true
		return nil
	}
	if err != nil {
		r.fail(setting.operation, reason(ctx, err))
	}
	return err
}

// call asks for a setting, and once more in the Region that S3 sends it to.
func (r *bucketReader) call(ctx context.Context, setting bucketSetting) (any, error) {
	ask := func(ctx context.Context) (any, error) {
		return setting.read(ctx, r.s.s3In(r.region), aws.String(r.name), aws.String(r.s.ID))
	}
	value, err := call(ctx, r.s, setting.operation, r.name, ask)
	if other := otherRegion(err); other != "" && other != r.region {
		r.region = other
		value, err = call(ctx, r.s, setting.operation, r.name, ask)
	}
	return value, err
}

func (r *bucketReader) fail(operation, why string) {
	if r.bucket.Errors == nil {
		r.bucket.Errors = make(snapshot.Errors)
	}
	r.bucket.Errors[operation] = why
}

// giveUp gives the settings that were not asked for the same reason.
func (r *bucketReader) giveUp(operations []string, why string) {
	for _, setting := range bucketSettings {
		wanted := len(operations) == 0 || slices.Contains(operations, setting.operation)
		if wanted && !slices.Contains(r.answered, setting.operation) {
			r.fail(setting.operation, why)
		}
	}
}

// keep puts what was read so far into the snapshot.
func (r *bucketReader) keep() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.bucket.Region = r.region
	if r.reached && r.region == "" {
		r.bucket.Region = r.s.cfg.Region
	}
	if r.s.held.Buckets == nil {
		r.s.held.Buckets = make(map[string]*snapshot.Bucket)
	}
	r.s.held.Buckets[r.name] = r.bucket
	if r.gone {
		r.s.held.Buckets[r.name] = nil
	}
}

// An s3API has the S3 operations that are called, and no others.
type s3API interface {
	ListBuckets(context.Context, *s3.ListBucketsInput, ...func(*s3.Options)) (*s3.ListBucketsOutput, error)
	GetBucketReplication(context.Context, *s3.GetBucketReplicationInput, ...func(*s3.Options)) (*s3.GetBucketReplicationOutput, error)
	GetBucketVersioning(context.Context, *s3.GetBucketVersioningInput, ...func(*s3.Options)) (*s3.GetBucketVersioningOutput, error)
	GetBucketPolicy(context.Context, *s3.GetBucketPolicyInput, ...func(*s3.Options)) (*s3.GetBucketPolicyOutput, error)
	GetBucketOwnershipControls(context.Context, *s3.GetBucketOwnershipControlsInput, ...func(*s3.Options)) (*s3.GetBucketOwnershipControlsOutput, error)
	GetBucketEncryption(context.Context, *s3.GetBucketEncryptionInput, ...func(*s3.Options)) (*s3.GetBucketEncryptionOutput, error)
	GetPublicAccessBlock(context.Context, *s3.GetPublicAccessBlockInput, ...func(*s3.Options)) (*s3.GetPublicAccessBlockOutput, error)
	GetObjectLockConfiguration(context.Context, *s3.GetObjectLockConfigurationInput, ...func(*s3.Options)) (*s3.GetObjectLockConfigurationOutput, error)
	GetBucketRequestPayment(context.Context, *s3.GetBucketRequestPaymentInput, ...func(*s3.Options)) (*s3.GetBucketRequestPaymentOutput, error)
	GetBucketLifecycleConfiguration(context.Context, *s3.GetBucketLifecycleConfigurationInput, ...func(*s3.Options)) (*s3.GetBucketLifecycleConfigurationOutput, error)
	GetBucketNotificationConfiguration(context.Context, *s3.GetBucketNotificationConfigurationInput, ...func(*s3.Options)) (*s3.GetBucketNotificationConfigurationOutput, error)
	GetBucketTagging(context.Context, *s3.GetBucketTaggingInput, ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
}

// maxBuckets is how many buckets one answer may list. It is given since only
// then does the answer name their Regions.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html.
const maxBuckets = 10_000

// listBuckets lists the buckets of the account with their Regions. A full page
// that does not say how to go on may have been cut off; then the list is not
// complete, and an error says so. Names become parts of paths, and Regions of
// host names: what has not their form is left out.
func (s *session) listBuckets(ctx context.Context) ([]Bucket, error) {
	last := 0
	listed, err := pages(func(token *string) ([]types.Bucket, *string, error) {
		out, err := call(ctx, s, "ListBuckets", "", func(ctx context.Context) (*s3.ListBucketsOutput, error) {
			return s.s3In("").ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(maxBuckets), ContinuationToken: token})
		})
		if err != nil {
			return nil, nil, err
		}
		last = len(out.Buckets)
		return out.Buckets, out.ContinuationToken, nil
	})
	if err == nil && last >= maxBuckets {
		err = &answerError{"ListTruncated", "ListBuckets ended with a full page"}
	}
	buckets := make([]Bucket, 0, len(listed))
	for _, b := range listed {
		bucket := Bucket{Name: aws.ToString(b.Name), Region: aws.ToString(b.BucketRegion)}
		if !region.MatchString(bucket.Region) {
			bucket.Region = "" // S3 says where the bucket is, when it is asked
		}
		if bucketName.MatchString(bucket.Name) {
			buckets = append(buckets, bucket)
		} else if err == nil {
			err = &answerError{brokenAnswer, "ListBuckets names something else than buckets"}
		}
	}
	return buckets, err
}

// A target is a field of a bucket that an answer goes into.
type target interface {
	set(answer any) error
	setNone()
}

// into returns the target for a field in AWS's own shape.
func into[T any](f *fact.Value[T]) target { return field[T]{f} }

type field[T any] struct{ *fact.Value[T] }

func (f field[T]) set(answer any) error {
	value, err := convert[T](answer)
	if err == nil {
		*f.Value = fact.Of(value)
	}
	return err
}

func (f field[T]) setNone() { *f.Value = fact.Absent[T]() }
