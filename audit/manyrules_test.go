package audit_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// The rules of these tests copy two buckets to three, with two roles and keys.
const (
	otherRoleARN = "arn:aws:iam::111122223333:role/other"
	batchRoleARN = "arn:aws:iam::111122223333:role/batch"
	ownKeyARN    = "arn:aws:kms:eu-west-1:111122223333:key/own"
	farKeyARN    = "arn:aws:kms:us-west-2:444455556666:key/far"

	otherSource = own + " > buckets > acme-orders"
	ownCopy     = own + " > buckets > acme-own-copy"
	farCopy     = foreign + " > buckets > acme-far-copy"
	ownKey      = own + " > keys > " + ownKeyARN
	farKey      = foreign + " > keys > " + farKeyARN
)

// telling are conditions that tell the requests of one rule from those of another.
var telling = []string{
	`{"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}`,
	`{"StringEqualsIfExists": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}`,
	`{"StringNotLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]}}`,
	`{"StringLikeIfExists": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs-copy", "arn:aws:s3:::acme-far-copy/a/*"]}}`,
	`{"StringNotEquals": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-logs-copy"}}`,
	`{"StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "` + dstKeyARN + `"}}`,
	`{"StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}`,
	`{"StringNotEquals": {"aws:ResourceAccount": "444455556666"}}`,
	`{"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}`,
	`{"ArnNotEquals": {"aws:PrincipalArn": "` + roleARN + `"}}`,
	`{"StringEquals": {"aws:PrincipalTag/class": "other"}}`,
	`{"StringEquals": {"aws:ResourceTag/class": "gold"}}`,
	`{"StringNotEquals": {"aws:ResourceOrgID": "o-exampleorg"}}`,
	`{"StringNotLike": {"aws:userid": "AROAACME-LOGS-REPLICATION:*"}}`,
}

// deputies are conditions that tell for which bucket a role is assumed.
var deputies = []string{
	`{"ArnLikeIfExists": {"aws:SourceArn": "` + srcARN + `"}}`,
	`{"ArnNotLike": {"aws:SourceArn": "` + srcARN + `"}}`,
	`{"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}`,
}

// drawn draws a document that allows all that its statement does, but for what a
// condition bounds, or a Deny: few do, or nothing would be granted.
func drawn(t *rapid.T, name, statement string, conditions []string) string {
	draw := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name+" "+what) }
	form := draw("is", "whole", "whole", "whole", "whole", "whole", "whole", "bounded", "denied")
	if form == "whole" {
		return document(statement)
	}
	bound := strings.TrimSuffix(statement, "}") + `, "Condition": ` + draw("condition", conditions...) + "}"
	if form == "bounded" {
		return document(bound)
	}
	return document(statement, strings.Replace(bound, "Allow", "Deny", 1))
}

// manyRules is a drawn world of buckets, keys and roles for several rules.
func manyRules(t testing.TB, r *rapid.T) *world {
	w := clean(t)
	w.rules, w.input.All = nil, rapid.Bool().Draw(r, "all")
	w.put(own+" > keys", `{}`)
	w.put(foreign+" > keys", `{}`)
	w.drawBucket(r, source, "us-east-1", srcKeyARN)
	w.drawBucket(r, otherSource, "us-east-1", srcKeyARN)
	w.drawBucket(r, destination, "eu-west-1", dstKeyARN)
	w.drawBucket(r, ownCopy, "eu-west-1", ownKeyARN)
	w.drawBucket(r, farCopy, "us-west-2", farKeyARN)
	for _, path := range []string{srcKey, dstKey, ownKey, farKey} {
		w.put(path, keyWith(drawn(r, short.Replace(path), whose(r, path)+`"Action": "kms:*", "Resource": "*"}`, telling)))
	}
	for _, arn := range []string{roleARN, otherRoleARN, batchRoleARN} {
		w.drawRole(r, arn)
	}
	return w
}

// whose begins a statement for everyone, for the role or for its account.
func whose(r *rapid.T, path string) string {
	who := rapid.SampledFrom([]string{"*", roleARN, own}).Draw(r, short.Replace(path)+" is for")
	return `{"Effect": "Allow", "Principal": {"AWS": "` + who + `"}, `
}

func (w *world) drawBucket(r *rapid.T, path, region, key string) {
	w.put(path, bucket(region, "null", "null"))
	w.put(path+" > Policy", drawn(r, short.Replace(path), whose(r, path)+`"Action": "s3:*", "Resource": "arn:aws:s3:::*"}`, telling))
	pick := func(what string, of ...string) {
		w.put(path+" > "+what, rapid.SampledFrom(of).Draw(r, short.Replace(path)+" "+what))
	}
	pick("ServerSideEncryptionConfiguration", `null`, encryptedWith(key))
	pick("PublicAccessBlockConfiguration", "null", "null", `{"RestrictPublicBuckets": true}`)
	pick("OwnershipControls", `{"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}`, `{"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}`)
}

func (w *world) drawRole(r *rapid.T, arn string) {
	name := arn[strings.LastIndex(arn, "/")+1:]
	path := own + " > roles > " + arn
	w.put(path, `{"RoleId": "AROA`+strings.ToUpper(name)+`", "InlinePolicies": {}, "AttachedPolicies": {}, "PermissionsBoundary": null, "Tags": [{"Key": "Class", "Value": "`+name+`"}]}`)
	w.put(path+" > AssumeRolePolicyDocument", drawn(r, "trust of "+name, `{"Effect": "Allow", "Principal": {"Service": ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"]}, "Action": "sts:AssumeRole"}`, deputies))
	w.put(path+" > InlinePolicies > p", drawn(r, "policy of "+name, `{"Effect": "Allow", "Action": "*", "Resource": "*"}`, telling))
}

// drawRule draws one rule of a SPEC.
func drawRule(r *rapid.T, i int) replication.Rule {
	one := logs()
	one.Name, one.Priority = fmt.Sprintf("r%d", i), i+1
	flag := func(name string) bool { return rapid.Bool().Draw(r, fmt.Sprintf("r%d %s", i, name)) }
	pick := func(name string, of ...string) string {
		return rapid.SampledFrom(of).Draw(r, fmt.Sprintf("r%d %s", i, name))
	}
	one.From.Name = pick("from", "acme-logs", "acme-logs", "acme-logs", "acme-orders")
	switch pick("to", "far", "own", "copy") {
	case "far":
		one.To = replication.Bucket{Name: "acme-far-copy", Account: foreign, Partition: "aws", Region: "us-west-2"}
	case "own":
		one.To = replication.Bucket{Name: "acme-own-copy", Account: own, Partition: "aws", Region: "eu-west-1"}
	}
	one.Role = pick("role", roleARN, roleARN, roleARN, otherRoleARN)
	one.Prefix = pick("prefix", "", "a/", "b/")
	one.KMSObjects = flag("kms")
	if one.KMSObjects {
		one.ReplicaKMSKey = pick("replica key", dstKeyARN, ownKeyARN, farKeyARN)
	}
	one.OwnerOverride, one.DeleteMarkers, one.ReplicationTime = flag("owner"), flag("delete markers"), flag("time")
	if flag("tags") {
		one.Tags = replication.Omit
	}
	if flag("job") {
		one.Job = &replication.Job{Role: pick("batch role", batchRoleARN, otherRoleARN, roleARN)}
		if flag("report") {
			one.Job.Report = &replication.Location{Bucket: one.To, Prefix: pick("report to", "", "r/")}
		}
		if flag("manifest") {
			one.Job.Manifest = &replication.Location{Bucket: one.From, Prefix: "m/"}
		}
	}
	return one
}

// drawRules draws the rules of a SPEC, or of configurations, each of which has one role.
func (w *world) drawRules(r *rapid.T, spec bool) {
	roles := map[string]string{}
	for i := range rapid.IntRange(3, 6).Draw(r, "rules") {
		one := drawRule(r, i)
		if first := roles[one.From.Name]; !spec && first != "" {
			one.Role = first
		}
		roles[one.From.Name] = one.Role
		w.rules = append(w.rules, one)
	}
}

// ofRules audits some rules: as those of a SPEC, of which nothing is there yet, or as
// the configurations that they make.
func (w *world) ofRules(spec bool, rules ...replication.Rule) *audit.Audit {
	w.Helper()
	whole := *w
	for _, path := range []string{source, otherSource} {
		name := path[strings.LastIndex(path, " ")+1:]
		of := slices.DeleteFunc(slices.Clone(rules), func(r replication.Rule) bool { return r.From.Name != name })
		if len(of) == 0 || spec {
			w.put(path+" > ReplicationConfiguration", "null")
			continue
		}
		text, err := json.Marshal(replication.Configure(of))
		if err != nil {
			w.Fatal(err)
		}
		w.put(path+" > ReplicationConfiguration", string(text))
	}
	whole.rules = rules
	if !spec {
		whole.rules, whole.input.SpecFile = nil, ""
	}
	return whole.audit()
}
