package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// folder lays a plan out as files: a directory for each account, a file for
// each document, named for the step that applies it. Parts of one policy are
// one file, which is what `put-bucket-policy` takes.
func folder(p *planner.Plan) (map[string][]byte, error) {
	pages := map[string]*page{}
	for _, d := range p.Documents {
		name := filepath.Join(d.Account, fileName(d))
		if pages[name] == nil {
			pages[name] = &page{}
		}
		if err := pages[name].add(d); err != nil {
			return nil, unlaid(d, err)
		}
	}
	files := map[string][]byte{}
	for name, p := range pages {
		text, err := p.text()
		if err != nil {
			return nil, unwrittenFile(name, err)
		}
		files[name] = text
	}
	return files, nil
}

// unlaid says why a document of a plan cannot be laid into a file.
func unlaid(d planner.Document, err error) error {
	p := table.At(diag.Pos{}, "cli-unlaid", "document", string(d.Kind), "target", d.Target)
	p.Message = p.Message.With("problem", planner.Wrong(err))
	return p
}

// A page is one file of a folder: a document whole, or the parts of one policy.
type page struct {
	quota policy.Quota
	whole json.RawMessage
	parts *policy.Document
}

func (p *page) add(d planner.Document) error {
	p.quota, _ = d.Quota()
	switch {
	case d.Merged != nil:
		p.whole = d.Merged
		return nil
	case d.Kind == replication.ReplicationConfiguration:
		p.whole = d.Document
		return nil
	}
	part, err := policy.Parse(d.Document)
	if err != nil {
		return err
	}
	if p.parts != nil {
		part.Statements = append(slices.Clone(p.parts.Statements), part.Statements...)
	}
	p.parts = part
	return nil
}

func (p *page) text() ([]byte, error) {
	text := []byte(p.whole)
	if text == nil {
		var err error
		if text, err = p.parts.Encode(); err != nil {
			return nil, err
		}
	}
	return p.quota.Format(text)
}

// policiesOfResources are the policies of which a target has one.
var policiesOfResources = []replication.Kind{
	replication.DestinationBucketPolicy, replication.WriterBucketPolicy, replication.WriterAccessPointPolicy,
	replication.SourceBucketPolicy, replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy,
}

// fileName is STEP-TYPE-NAME-WHAT.json. Role names, bucket names and names of
// access points hold no character that a file name cannot.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
func fileName(d planner.Document) string {
	what := d.Name
	switch {
	case slices.Contains(policiesOfResources, d.Kind):
		what = "policy"
	case d.Kind == replication.RolePolicy || d.Kind == replication.BatchRolePolicy || d.Kind == replication.WriterPolicy:
		what = "policy-" + d.Name
	}
	kind, name := "bucket", ""
	if a, err := arn.Parse(d.Target); err == nil {
		name = a.Name()
		if t := a.Type(); t != "" {
			kind = t
		}
		if kind == "key" { // a multi-Region key has one ID in all Regions
			name = a.Region + "-" + name
		}
	}
	return strings.Join([]string{strconv.Itoa(d.Step), kind, name, what}, "-") + ".json"
}

// writeFiles writes files below dir, which it makes if it is not there, and
// returns their names in order. It does not wait for the disk: that takes longer
// than all the rest where there are hundreds of files, and they can be made again.
func writeFiles(dir string, files map[string][]byte) ([]string, error) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), privateDirectory); err != nil {
			return nil, unwritten(err)
		}
		if err := replace(file, contentOf(files[name]), func(*os.File) error { return nil }); err != nil {
			return nil, err
		}
		names = append(names, file)
	}
	return names, nil
}
