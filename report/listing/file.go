package listing

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/safe"
)

// A Location is a place in a file. URI is relative to where repligrant ran, which
// should be the root of the repository.
type Location struct {
	URI          string
	Line, Column int
}

// Locations are where a finding belongs, the best first: the planned resource,
// the place in the SPEC, the SPEC, and for live accounts without one a path made
// of account, document and target, which is no file and always the same.
func Locations(a *audit.Audit, f audit.Finding) []Location {
	var l []Location
	add := func(p diag.Pos) {
		if p.IsZero() || p.File == "" {
			return
		}
		at := Location{URI(p.File), max(p.Line, 1), max(p.Column, 1)}
		if len(l) == 0 || l[0] != at {
			l = append(l, at)
		}
	}
	if f.Planned != nil {
		add(f.Planned.Position)
	}
	add(f.Position)
	if len(l) > 0 {
		return l
	}
	if a.Spec != "" {
		return []Location{{URI(a.Spec), 1, 1}}
	}
	return []Location{{live(a, f), 1, 1}}
}

// live is the path of what is no file.
func live(a *audit.Audit, f audit.Finding) string {
	target := f.Target
	if parsed, err := arn.Parse(target); err == nil {
		target = parsed.Resource
	}
	parts := []string{"aws", Account(a, f), string(f.Document)}
	for part := range strings.SplitSeq(target, "/") {
		parts = append(parts, part)
	}
	var escaped []string
	for _, part := range parts {
		if part != "" {
			escaped = append(escaped, segment(part))
		}
	}
	return strings.Join(escaped, "/")
}

var drive = regexp.MustCompile(`^[A-Za-z]:`)

// URI writes a path of a file as a relative reference. Of a file outside of the
// directory it is the name alone: nobody else has that directory.
//
// See https://www.rfc-editor.org/rfc/rfc3986#section-4.2.
func URI(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	clean := path.Clean(file)
	if path.IsAbs(clean) || drive.MatchString(clean) || clean == ".." || strings.HasPrefix(clean, "../") {
		clean = path.Base(drive.ReplaceAllString(clean, ""))
	}
	if clean == "." || clean == "/" || clean == ".." {
		return "unnamed"
	}
	var parts []string
	for part := range strings.SplitSeq(clean, "/") {
		parts = append(parts, segment(part))
	}
	return strings.Join(parts, "/")
}

// maxSegment is as long as a file system lets a name be.
const maxSegment = 255

// segment escapes one part of a path. A colon in the first would make a scheme
// of it.
func segment(part string) string {
	part = safe.CutBytes(strings.ToValidUTF8(part, "\uFFFD"), maxSegment)
	if part == "." || part == ".." {
		return strings.ReplaceAll(part, ".", "%2E")
	}
	return strings.ReplaceAll(url.PathEscape(part), ":", "%3A")
}
