package snapshot

import (
	"reflect"
	"strings"
	"sync"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// A shape is what a JSON value should look like, taken from a Go type.
type shape struct{ reflect.Type }

func shapeOf[T any]() shape { return shape{reflect.TypeFor[T]()} }

// These types have a written form of their own.
var (
	documentShape = shapeOf[Document]()
	levelShape    = shapeOf[Level]()
	accountShape  = shapeOf[Account]()
	bucketShape   = shapeOf[Bucket]()
	tagsShape     = shapeOf[fact.Value[[]replication.Tag]]()
	errorsShape   = shapeOf[Errors]()
)

// fact returns the shape of the value if s is a [fact.Value].
func (s shape) fact() (shape, bool) {
	if s.Type == nil || s.Kind() != reflect.Struct || s.PkgPath() != factPath || s.NumField() == 0 {
		return s, false
	}
	return shape{s.Field(0).Type}, true
}

var factPath = reflect.TypeFor[fact.Value[int]]().PkgPath()

// keys returns the members that an object of shape s may have. One without a
// shape is defined by AWS and says nothing to repligrant.
func (s shape) keys() map[string]shape {
	if known, ok := keysOf.Load(s.Type); ok {
		return known.(map[string]shape)
	}
	known, _ := keysOf.LoadOrStore(s.Type, s.readKeys())
	return known.(map[string]shape)
}

// keysOf keeps what keys returns, by type: the shapes of a program do not change.
var keysOf sync.Map

func (s shape) readKeys() map[string]shape {
	keys := make(map[string]shape)
	for f := range s.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch name {
		case "-":
			continue
		case "":
			name = f.Name
		}
		keys[name] = shape{f.Type}
	}
	for _, name := range alsoAWS[s.Type] {
		keys[name] = shape{}
	}
	return keys
}

// alsoAWS lists what AWS's answers hold besides what a snapshot keeps, so that
// an answer of the AWS CLI can be pasted whole.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html,
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html.
var alsoAWS = map[reflect.Type][]string{
	reflect.TypeFor[Bucket]():     {"Name", "CreationDate", "BucketArn"},
	reflect.TypeFor[Versioning](): {"MFADelete"},
	reflect.TypeFor[Role](): {
		"Path", "RoleName", "Arn", "CreateDate", "Description", "MaxSessionDuration",
		"RoleLastUsed",
	},
	reflect.TypeFor[User]():     {"Path", "UserName", "Arn", "CreateDate", "PasswordLastUsed", "Tags"},
	reflect.TypeFor[Boundary](): {"PermissionsBoundaryType"},
	reflect.TypeFor[AccessPoint](): {
		"Name", "NetworkOrigin", "VpcConfiguration", "AccessPointArn", "Alias",
		"BucketAccountId",
	},
	reflect.TypeFor[Member]():      {"Arn", "Email", "Name", "Status", "Paths", "JoinedMethod", "JoinedTimestamp"},
	reflect.TypeFor[LevelPolicy](): {"Arn", "Description", "Type", "AwsManaged"},
}

// kinds are the maps of an account that Listed may name, with what their
// entries are called.
var kinds = map[string]string{
	"buckets": "buckets", "roles": "roles", "users": "users", "keys": "keys", "accessPoints": "access points",
}
