// Package collect reads live AWS accounts into a snapshot. It only ever reads:
// every call passes two guards, one in the SDK and one at the wire, and both
// refuse what package reads does not list. An answer that could not be had is
// kept in the snapshot with its reason; it is not an error.
package collect

import (
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// An Account is an account to read, and how to sign in to it.
type Account struct {
	ID        string // 12 digits; "" is whatever account the credentials are of
	Partition string // "": that of Region
	Region    string // of STS, and of buckets without a Region; "": the profile's, else the partition's first

	Profile    string // of the shared AWS config; "": the SDK's default chain
	RoleARN    string // to assume with the profile's credentials
	RoleName   string // the same by name; needs ID
	ExternalID string // handed to AssumeRole; a secret

	Static   *Credentials // instead of Profile and everything else in the environment
	Endpoint string       // base URL of all services, for emulators; "": AWS

	Buckets    []Bucket // to read in any case
	Roles      []string // by ARN
	Users      []string // by ARN
	Keys       []string // by ARN
	Points     []string // access points, by ARN
	AllBuckets bool     // list all buckets, and read those that replicate or receive
	Only       string   // with AllBuckets: the one of them to read, and what it names

	// Members is the name of a role to assume in all accounts of the organization
	// that are not ordered themselves, which are read as this one is. This account
	// is asked which those are; "" asks and reads none.
	Members string

	// Organization says that this account may read the policies of its
	// organization, for all accounts: it is a delegated administrator, or the
	// management account, which is asked in any case.
	Organization bool
}

// A Bucket is a bucket to read.
type Bucket struct {
	Name   string
	Region string // "" if it is not known: S3 says where it is
}

// Credentials are an access key. They are secret.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

// String hides the secret.
func (c Credentials) String() string { return c.AccessKeyID + " (secret)" }

// GoString hides the secret.
func (c Credentials) GoString() string { return c.String() }

// Options change how accounts are read. The zero Options is ready to use.
type Options struct {
	Timeout  time.Duration    // for one call with its retries; zero means 30 seconds
	Accounts int              // read at a time; zero means 8
	Calls    int              // in flight in one account; zero means 8
	Attempts int              // of a call; zero means what the SDK was told (AWS_MAX_ATTEMPTS), else 5
	Rate     float64          // calls per second to each service of an account; zero means what AWS bears
	Log      *slog.Logger     // nil means no log
	Progress func(Progress)   // called after each call, never twice at a time; nil means nobody watches
	Now      func() time.Time // nil means time.Now

	// Beside holds accounts that are known otherwise and not read: what their
	// replication configurations name in the accounts to read is read.
	Beside *snapshot.Snapshot

	object *Object // the one that may be asked for; nil: none
}

// Progress says how far a collection is.
type Progress struct {
	Accounts int           // to read
	Done     int           // accounts that were read as far as they were named
	Found    int           // buckets, roles, users, keys and the like that are to be read, as far as it is known
	Read     int           // of these
	Calls    int           // made so far
	Elapsed  time.Duration // since the beginning
	Account  string        // of the last call
	Resource string        // of the last call
}

// Rate is how many calls are made in a second; zero at the beginning.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Calls) / p.Elapsed.Seconds()
}

// Left is how long it takes to read what was found so far, if the rest is read
// as fast as the beginning. What it names in turn comes on top. It is false as
// long as nothing was read.
func (p Progress) Left() (time.Duration, bool) {
	if p.Read == 0 || p.Elapsed <= 0 {
		return 0, false
	}
	return time.Duration(float64(p.Elapsed) / float64(p.Read) * float64(p.Found-p.Read)).Round(time.Second), true
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Accounts <= 0 {
		o.Accounts = 8
	}
	if o.Calls <= 0 {
		o.Calls = 8
	}
	o.Attempts = max(o.Attempts, 0)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// firstRegions are the Regions of the global services of each partition.
//
// See https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json.
var firstRegions = map[string]string{
	"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1",
	"aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-iso-e": "eu-isoe-west-1", "aws-iso-f": "us-isof-south-1",
}

// region is a Region code. What S3 names as one becomes part of a host name.
var region = regexp.MustCompile(`^[a-z]{2,5}(-[a-z0-9]+)+$`)

// bucketName is what may stand where a bucket does: nothing that changes the
// path of a request, and no ARN. It also takes the names of old buckets.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
var bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$`)

// roleName is what IAM takes as the name of a role: it becomes part of an ARN.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// name says which account a is, in an error.
func (a Account) name() diag.Text {
	switch {
	case a.ID != "":
		return sentences.Text("collect-account", "id", a.ID)
	case a.Profile != "":
		return sentences.Text("collect-profile", "profile", a.Profile)
	}
	return sentences.Text("collect-default")
}

// check returns what is wrong with a as an order to read.
func (a Account) check() error {
	switch {
	case a.ID != "" && !arn.IsAccountID(a.ID):
		return wrong("collect-account-id", "value", strconv.Quote(a.ID))
	case a.RoleName != "" && a.RoleARN != "":
		return a.wrong("collect-role-and-arn")
	case a.Members != "" && !roleName.MatchString(a.Members):
		return a.wrong("collect-role", "value", strconv.Quote(a.Members))
	case a.RoleName != "" && a.ID == "":
		return a.wrong("collect-role-and-account")
	case a.Region != "" && !region.MatchString(a.Region):
		return a.wrong("collect-region", "value", strconv.Quote(a.Region))
	case a.Partition != "" && !arn.IsPartition(a.Partition):
		return a.wrong("collect-partition", "value", strconv.Quote(a.Partition))
	}
	for _, b := range a.Buckets {
		if !bucketName.MatchString(b.Name) {
			return wrong("collect-bucket", "value", strconv.Quote(b.Name))
		}
		if b.Region != "" && !region.MatchString(b.Region) {
			return wrong("collect-bucket-region", "bucket", b.Name, "value", strconv.Quote(b.Region))
		}
	}
	for _, key := range a.Keys {
		if id, ok := keyIn(key); !ok || id.Type() != "key" {
			return wrong("collect-key", "value", strconv.Quote(key))
		}
	}
	for _, point := range a.Points {
		if _, ok := pointIn(point); !ok {
			return wrong("collect-point", "value", strconv.Quote(point))
		}
	}
	return nil
}

// checkAccounts returns what is wrong with accounts as a whole.
func checkAccounts(accounts []Account) error {
	if len(accounts) == 0 {
		return wrong("collect-nothing")
	}
	var problems []error
	var seen []string
	for _, a := range accounts {
		if err := a.check(); err != nil {
			problems = append(problems, err)
		}
		if a.ID != "" && slices.Contains(seen, a.ID) {
			problems = append(problems, wrong("collect-twice", "id", a.ID))
		}
		seen = append(seen, a.ID)
	}
	return errors.Join(problems...)
}

// role returns the ARN of the role to assume, or "".
func (a Account) role() string {
	if a.RoleName != "" {
		return arn.Role(a.partition(), a.ID, "", a.RoleName)
	}
	return a.RoleARN
}

func (a Account) partition() string {
	if a.Partition != "" {
		return a.Partition
	}
	return arn.PartitionOf(a.Region)
}
