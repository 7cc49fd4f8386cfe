package awscli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestMain is the tests, and under the name of the AWS CLI it is that: a small
// one, which keeps what it is told in a folder.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "aws" {
		os.Exit(m.Run())
	}
	answer, err := newFake(os.Args[1:]).do()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\n%v\n", err)
		os.Exit(254)
	}
	if answer != nil {
		_ = json.NewEncoder(os.Stdout).Encode(answer) // to a pipe
	}
	os.Exit(0)
}

// object is a JSON object.
type object = map[string]any

// A fake is one call of the AWS CLI. A profile is the ID of an account.
type fake struct {
	dir       string
	profile   string
	operation string
	flags     map[string]string
}

func newFake(args []string) *fake {
	f := &fake{dir: os.Getenv("FAKE_AWS"), profile: "999999999999", flags: map[string]string{}}
	var words []string
	for _, a := range args {
		name, value, _ := strings.Cut(a, "=")
		switch {
		case !strings.HasPrefix(a, "--"):
			words = append(words, a)
		case name == "--profile":
			f.profile = value
		default:
			f.flags[name[2:]] = value
		}
	}
	f.operation = strings.Join(words, " ")
	return f
}

// do does one call, and writes it down.
func (f *fake) do() (any, error) {
	if err := f.fault(); err != nil {
		return nil, err
	}
	service, operation, _ := strings.Cut(f.operation, " ")
	log, err := os.OpenFile(filepath.Join(f.dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	if !strings.HasPrefix(operation, "get-") && !strings.HasPrefix(operation, "list-") {
		fmt.Fprintf(log, "%s %s\n", f.profile, operation)
	}
	switch service {
	case "sts":
		return object{"Account": f.profile}, nil
	case "iam":
		return f.iam(operation)
	default:
		return f.resource(operation)
	}
}

// fault answers with the next error that a test wants of an operation.
func (f *fake) fault() error {
	file := filepath.Join(f.dir, "faults")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil //nolint:nilerr // no test wants any
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, f.operation+": ") })
	if i < 0 {
		return nil
	}
	message := strings.TrimPrefix(lines[i], f.operation+": ")
	if err := os.WriteFile(file, []byte(strings.Join(slices.Delete(lines, i, i+1), "\n")), 0o600); err != nil {
		return err
	}
	return errors.New(message)
}

// path is the file of a thing.
func (f *fake) path(key ...string) string {
	return filepath.Join(f.dir, url.PathEscape(f.profile+"|"+strings.Join(key, "|")))
}

// load reads a thing, or answers as AWS does where it is not there.
func (f *fake) load(absent string, key ...string) (object, error) {
	text, err := os.ReadFile(f.path(key...))
	if err != nil {
		return nil, fmt.Errorf("An error occurred (%s) when calling the operation: not there", absent) //nolint:staticcheck // AWS's text
	}
	var v object
	return v, json.Unmarshal(text, &v)
}

func (f *fake) save(v any, key ...string) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(f.path(key...), text, 0o600)
}

// file reads a flag that names a file, which has to be JSON on one line, in an
// encoding that the AWS CLI is told. What was sent is kept.
func (f *fake) file(flag string) (object, error) {
	name, ok := strings.CutPrefix(f.flags[flag], "file://")
	if !ok {
		return nil, fmt.Errorf("--%s is %q", flag, f.flags[flag])
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil || compact.String() != string(text) || !utf8.Valid(text) {
		return nil, fmt.Errorf("--%s is more than JSON on one line (%w): %q", flag, err, text)
	}
	if os.Getenv("AWS_CLI_FILE_ENCODING") != "UTF-8" || os.Getenv("PYTHONUTF8") != "1" {
		return nil, fmt.Errorf("--%s may be read in another encoding", flag)
	}
	var v object
	return v, errors.Join(json.Unmarshal(text, &v), os.WriteFile(filepath.Join(f.dir, "sent"), text, 0o600))
}

// resource answers for S3, S3 Control and KMS.
func (f *fake) resource(operation string) (any, error) {
	verb, what, _ := strings.Cut(operation, "-")
	name := f.flags["bucket"] + f.flags["key-id"] + f.flags["name"]
	absent := map[string]string{"bucket-policy": "NoSuchBucketPolicy", "access-point-policy": "NoSuchAccessPointPolicy", "bucket-replication": "ReplicationConfigurationNotFoundError"}[what]
	switch {
	case what == "bucket-versioning" && verb == "put":
		return nil, f.save(object{"Status": "Enabled"}, what, name)
	case what == "bucket-versioning":
		v, _ := f.load(absent, what, name) // never set: no answer at all
		if v == nil {
			return nil, nil
		}
		return v, nil
	case what == "bucket-replication" && verb == "put":
		v, err := f.file("replication-configuration")
		return nil, errors.Join(err, f.save(v, what, name))
	case what == "bucket-replication":
		v, err := f.load(absent, what, name)
		return object{"ReplicationConfiguration": v}, err
	case verb == "put":
		v, err := f.file("policy")
		return nil, errors.Join(err, f.save(v, what, name))
	default:
		v, err := f.load(absent, what, name)
		text, _ := json.Marshal(asStored(v)) // it was read from JSON
		return object{"Policy": string(text)}, err
	}
}

// asStored gives a policy back as S3 does: other order, and no list of one.
func asStored(v any) any {
	switch v := v.(type) {
	case object:
		for k, inner := range v {
			if list, ok := inner.([]any); ok && k == "Statement" {
				for i := range list {
					list[i] = asStored(list[i])
				}
				continue
			}
			v[k] = asStored(inner)
		}
	case []any:
		slices.Reverse(v)
		if len(v) == 1 {
			return v[0]
		}
	}
	return v
}

// iam answers for IAM.
func (f *fake) iam(operation string) (any, error) {
	entity := "role"
	if strings.Contains(operation, "user") {
		entity = "user"
	}
	name := f.flags[entity+"-name"]
	title := strings.ToUpper(entity[:1]) + entity[1:]
	switch operation {
	case "get-role", "get-user":
		v, err := f.load("NoSuchEntity", entity, name)
		return object{title: v}, err
	case "create-role", "create-user":
		return nil, f.create(entity, name)
	case "update-assume-role-policy", "put-role-permissions-boundary", "put-user-permissions-boundary":
		return nil, f.update(entity, name)
	case "get-role-policy", "get-user-policy":
		v, err := f.load("NoSuchEntity", entity, name, f.flags["policy-name"])
		return object{"PolicyDocument": v}, err
	case "put-role-policy", "put-user-policy":
		v, err := f.file("policy-document")
		return nil, errors.Join(err, f.save(v, entity, name, f.flags["policy-name"]))
	case "delete-role-policy", "delete-user-policy":
		return nil, os.Remove(f.path(entity, name, f.flags["policy-name"]))
	case "detach-role-policy", "detach-user-policy":
		v, err := f.load("NoSuchEntity", "attached", name)
		delete(v, f.flags["policy-arn"])
		return nil, errors.Join(err, f.save(v, "attached", name))
	case "list-attached-role-policies", "list-attached-user-policies":
		v, _ := f.load("NoSuchEntity", "attached", name) // nothing is attached
		list := []object{}
		for arn := range v {
			list = append(list, object{"PolicyArn": arn})
		}
		return object{"AttachedPolicies": list}, nil
	case "attach-role-policy", "attach-user-policy":
		v, _ := f.load("NoSuchEntity", "attached", name) // nothing is attached
		more := object{f.flags["policy-arn"]: true}
		maps.Copy(more, v)
		return nil, f.save(more, "attached", name)
	default:
		return f.managed(operation)
	}
}

func (f *fake) create(entity, name string) error {
	v := object{"Arn": "arn:aws:iam::" + f.profile + ":" + entity + f.flags["path"] + name}
	if entity == "role" {
		trust, err := f.file("assume-role-policy-document")
		if err != nil {
			return err
		}
		v["AssumeRolePolicyDocument"] = trust
	}
	if b := f.flags["permissions-boundary"]; b != "" {
		v["PermissionsBoundary"] = object{"PermissionsBoundaryArn": b}
	}
	return f.save(v, entity, name)
}

func (f *fake) update(entity, name string) error {
	v, err := f.load("NoSuchEntity", entity, name)
	if err != nil {
		return err
	}
	if b := f.flags["permissions-boundary"]; b != "" {
		v["PermissionsBoundary"] = object{"PermissionsBoundaryArn": b}
		return f.save(v, entity, name)
	}
	v["AssumeRolePolicyDocument"], err = f.file("policy-document")
	return errors.Join(err, f.save(v, entity, name))
}

// managed answers for managed policies, which keep five versions.
func (f *fake) managed(operation string) (any, error) {
	arn := f.flags["policy-arn"]
	if operation == "create-policy" {
		arn = "arn:aws:iam::" + f.profile + ":policy/" + f.flags["policy-name"]
	}
	v, err := f.load("NoSuchEntity", "managed", arn)
	versions, _ := v["versions"].([]any)
	switch operation {
	case "get-policy":
		return object{"Policy": object{"DefaultVersionId": v["default"]}}, err
	case "get-policy-version":
		for _, one := range versions {
			if one.(object)["VersionId"] == f.flags["version-id"] {
				return object{"PolicyVersion": one}, nil
			}
		}
		return nil, errors.New("no such version")
	case "list-policy-versions":
		for _, one := range versions {
			one.(object)["IsDefaultVersion"] = one.(object)["VersionId"] == v["default"]
		}
		return object{"Versions": versions}, err
	case "delete-policy-version":
		v["versions"] = slices.DeleteFunc(versions, func(one any) bool { return one.(object)["VersionId"] == f.flags["version-id"] })
		return nil, f.save(v, "managed", arn)
	case "create-policy", "create-policy-version":
		document, err := f.file("policy-document")
		if len(versions) >= 5 {
			err = errors.Join(err, errors.New("An error occurred (LimitExceeded)")) //nolint:staticcheck // AWS's text
		}
		count, _ := v["count"].(float64)
		id := fmt.Sprintf("v%g", count+1)
		one := object{"VersionId": id, "Document": document, "CreateDate": fmt.Sprintf("2026-01-%02g", count+1)}
		return nil, errors.Join(err, f.save(object{"default": id, "count": count + 1, "versions": append(versions, one)}, "managed", arn))
	default:
		return nil, fmt.Errorf("the fake has no %s", operation)
	}
}
