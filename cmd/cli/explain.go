package cli

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/report/safe"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// An explainRun is one run of explain.
type explainRun struct {
	output
	signIn
	code      string
	version   string
	object    string // file
	ask       bool   // S3 itself
	tags      []string
	tagsGiven bool
	files     []string
	assume    []string
	liveFlags []string
}

func (r *run) explain() *cobra.Command {
	p := &explainRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "explain s3://BUCKET/KEY [SPEC] | explain --code CODE",
		Short: "why an object replicates, does not, or failed",
		Long: `Explain finds the rules that take an object, decides what they need for exactly
its key, and says which requirement fails at which statement, with the failure
code that S3 reports; or why the object is not eligible; and what to do for
objects that have failed already. It reads no object: give what is known of one
with --object-json, or have S3 asked for it with --read-object, else the answer
is about an object that is written now. --read-object makes one HEAD request for
exactly this object, and needs s3:GetObject on it, or s3:GetObjectVersion for a
--version-id (see access --explain).

With --code it says what a failure code of S3 means.

Exit status: 0 it replicates, 1 it does not, or not all of it, 2 wrong input,
3 unknown.`,
		Example: `  repligrant explain s3://acme-orders/2026/11/a.json --profile prod --profile backup
  aws s3api head-object --bucket acme-orders --key a.json > object.json
  repligrant explain s3://acme-orders/a.json --snapshot snapshot.json --object-json object.json
  repligrant explain s3://acme-orders/a.json spec.yaml --read-object
  repligrant explain --code DstPutObjectNotPermitted`,
		Args: twoAtMost("s3://BUCKET/KEY and SPEC", "s3://acme-orders/a.json spec.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.do(cmd, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&p.code, "code", "", "explain a failure `CODE` of S3, and no object")
	flags.StringVar(&p.version, "version-id", "", "`ID` of the version (default: the current one)")
	flags.StringVar(&p.object, "object-json", "", "`FILE` with what aws s3api head-object prints")
	flags.BoolVar(&p.ask, "read-object", false, "ask S3 for what it says of the object, and of no other")
	flags.StringArrayVar(&p.tags, "object-tags", nil, "`KEY=VALUE` of a tag of the object; repeatable, and these are all; \"\" for none")
	flags.StringArrayVar(&p.files, "snapshot", nil, "explain from a `FILE` that collect wrote; repeatable, later over earlier")
	p.liveFlags = p.add(cmd)
	p.addFormat(cmd, report.KindExplanation)
	p.addFile(cmd)
	flags.StringSliceVar(&p.assume, "assume", nil, "`LIST` of gaps to accept: scp, rcp, account:ID, key:NAME=VALUE")
	return cmd
}

func (p *explainRun) do(cmd *cobra.Command, args []string) error {
	if err := p.output.check(report.KindExplanation); err != nil {
		return err
	}
	if cmd.Flags().Changed("code") {
		return p.explainCode(cmd, args)
	}
	if len(args) == 0 {
		return problem("cli-explain-nothing")
	}
	p.tagsGiven = cmd.Flags().Changed("object-tags")
	in := &inputs{run: p.run}
	o, err := p.objectOf(in, args[0])
	s, held, wrong := p.input(cmd, in, args[1:], &o, err)
	if err := errors.Join(err, wrong); err != nil {
		return err
	}
	given := audit.Input{Snapshot: held, From: fromLive, Assume: p.assume, Version: version()}
	if len(p.files) > 0 {
		given.From = fromSnapshot
	}
	if s != nil {
		given.SpecFile, given.Rules = s.File, replication.FromSpec(s)
	}
	return p.finish(audit.Explain(given, o))
}

// explainCode explains a failure code. Nothing else has a meaning beside it.
func (p *explainRun) explainCode(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return problem("cli-explain-both", "value", args[0])
	}
	for _, name := range append([]string{"version-id", "object-json", "read-object", "object-tags", "snapshot", "account", "assume"}, p.liveFlags...) {
		if cmd.Flags().Changed(name) {
			return problem("cli-explain-code-flag", "flag", "--"+name)
		}
	}
	e, near, ok := audit.ExplainCode(p.code, version())
	switch {
	case ok:
		return p.finish(e)
	case near != "":
		return problem("cli-similar-code", "code", p.code, "similar", near)
	default:
		return problem("cli-unknown-code", "code", p.code)
	}
}

// finish writes the explanation and sets the status.
func (p *explainRun) finish(e *audit.Explanation) error {
	switch {
	case e.Code != nil || e.Verdict == audit.Replicates:
		p.status = statusDone
	case e.Verdict == audit.Unclear:
		p.status = statusIncomplete
	default:
		p.status = statusFailed
	}
	if p.incomplete && p.status == statusDone {
		p.status = statusIncomplete
	}
	return p.write(func(b *bytes.Buffer) error { return report.Explanation(b, e, p.options()) })
}

// input reads the SPEC and what is to be explained from. Live accounts are read
// only if nothing is wrong, wrong being what is known to be so far; S3 is asked
// for o with them.
func (p *explainRun) input(cmd *cobra.Command, in *inputs, args []string, o *audit.Object, wrong error) (*spec.Spec, *snapshot.Snapshot, error) {
	s, err := in.specOf(args)
	if err == nil {
		err = p.signIn.check(s)
	}
	for _, a := range p.assume {
		if !assumable(a) {
			err = errors.Join(err, problem("cli-bad-assume", "value", a))
		}
	}
	if len(p.files) == 0 {
		if err != nil || wrong != nil {
			return s, nil, err
		}
		held, err := p.inputLive(cmd.Context(), s, o)
		return s, held, err
	}
	for _, name := range append([]string{"account", "read-object"}, p.liveFlags...) {
		if cmd.Flags().Changed(name) {
			err = errors.Join(err, problem("cli-with-snapshot", "flag", "--"+name))
		}
	}
	held, unreadable := in.snapshots(p.files)
	return s, held, errors.Join(err, unreadable)
}

// inputLive reads the accounts, and asks S3 for the object if that is wanted.
func (p *explainRun) inputLive(ctx context.Context, s *spec.Spec, o *audit.Object) (*snapshot.Snapshot, error) {
	p.only = o.Bucket
	if !p.ask {
		return p.live(ctx, &p.signIn, s)
	}
	held, head, err := p.liveObject(ctx, &p.signIn, s, collect.Object{Bucket: o.Bucket, Key: o.Key, VersionID: o.VersionID})
	o.Asked, o.Gone, o.Why = true, head.State() == fact.None, head.Why()
	if h, ok := head.Get(); ok {
		o.Head = &h
	}
	return held, errors.Join(err, p.countTags(*o))
}

// objectOf is the object that the command line names, with what it says of it.
func (p *explainRun) objectOf(in *inputs, name string) (audit.Object, error) {
	bucket, key, err := parseObject(name)
	o := audit.Object{Bucket: bucket, Key: key, VersionID: p.version}
	if p.object != "" && p.ask {
		err = errors.Join(err, problem("cli-object-twice"))
	} else if p.object != "" {
		o.Head, err = p.head(in, err)
	}
	tags, wrong := p.objectTags()
	o.Tags = tags
	return o, errors.Join(err, wrong, p.countTags(o))
}

// countTags compares the tags that are given with those that S3 counts.
func (p *explainRun) countTags(o audit.Object) error {
	given := len(o.Tags.Or(nil))
	if o.Head == nil || o.Head.TagCount == nil || !o.Tags.Read() || *o.Head.TagCount == given {
		return nil
	}
	return problem("cli-tag-count", "count", strconv.Itoa(*o.Head.TagCount), "given", strconv.Itoa(given))
}

// head reads what S3 says of the object. It must be of the version asked for.
func (p *explainRun) head(in *inputs, err error) (*snapshot.Object, error) {
	name, data, unread := in.read("object", p.object, snapshot.MaxObject)
	if unread != nil {
		return nil, errors.Join(err, unread)
	}
	h, wrong := snapshot.ParseObject(name, data)
	wrong = instead("object", name, data, wrong)
	if wrong == nil && p.version != "" && h.VersionID != "" && h.VersionID != p.version {
		wrong = problem("cli-other-version", "file", name, "version", h.VersionID, "wanted", p.version)
	}
	return h, errors.Join(err, wrong)
}

// objectTags are the tags that --object-tags gives. One that is empty says that
// there is none.
func (p *explainRun) objectTags() (fact.Value[[]replication.Tag], error) {
	if !p.tagsGiven {
		return fact.Value[[]replication.Tag]{}, nil
	}
	tags := []replication.Tag{}
	seen := map[string]bool{}
	for _, pair := range p.tags {
		if pair == "" && len(p.tags) == 1 {
			break
		}
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" || seen[key] {
			return fact.Value[[]replication.Tag]{}, problem("cli-object-tag", "value", pair)
		}
		seen[key] = true
		tags = append(tags, replication.Tag{Key: key, Value: value})
	}
	return fact.Of(tags), nil
}

// maxKey is the length of the longest object key, in bytes of UTF-8.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
const maxKey = 1024

// bucketName is what S3 takes as the name of a bucket, also of an old one, and
// otherBucket what stands where a bucket does and is none that replicates: aliases
// of access points, directory buckets and table buckets.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
var (
	bucketName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$`)
	otherBucket = regexp.MustCompile(`(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$`)
)

// arnProblem refuses an ARN, with the object that it names if it is one of S3.
func arnProblem(name string, a arn.ARN) error {
	if a.Service != "s3" && !strings.HasPrefix(a.Service, "s3-") {
		return problem("cli-object-arn", "value", name, "word", "s3://BUCKET/KEY")
	}
	if a.Account != "" || a.Region != "" {
		return problem("cli-object-point", "value", name)
	}
	return problem("cli-object-arn", "value", name, "word", object(a.Resource))
}

// object is how an object is written on a command line. A colon means nothing to a
// shell, but where a name begins.
func object(resource string) string {
	if safe.Word(resource) == resource {
		return "s3://" + resource
	}
	return safe.Word("s3://" + resource)
}

// parseObject splits s3://BUCKET/KEY. The key is everything behind the first
// slash as it stands: nothing in it is decoded and nothing is a wildcard.
func parseObject(name string) (bucket, key string, err error) {
	rest, ok := strings.CutPrefix(name, "s3://")
	if !ok {
		if a, wrong := arn.Parse(name); wrong == nil {
			return "", "", arnProblem(name, a)
		}
		return "", "", problem("cli-not-object", "value", name)
	}
	bucket, key, _ = strings.Cut(rest, "/")
	switch {
	case strings.HasPrefix(rest, "arn:"):
		return "", "", problem("cli-object-point", "value", rest)
	case !bucketName.MatchString(bucket):
		return "", "", problem("cli-object-bucket", "value", bucket)
	case otherBucket.MatchString(bucket):
		return "", "", problem("cli-object-other", "value", bucket)
	case key == "":
		return "", "", problem("cli-object-no-key", "value", name, "bucket", bucket)
	case !utf8.ValidString(key):
		return "", "", problem("cli-object-utf8")
	case len(key) > maxKey:
		return "", "", problem("cli-object-long", "size", strconv.Itoa(len(key)), "limit", strconv.Itoa(maxKey))
	}
	return bucket, key, nil
}
