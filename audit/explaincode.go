package audit

import (
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// ExplainCode says what a failure code of S3 means, in either spelling. Where
// there is no such code, ok is false and near is the one that was most likely
// meant, if one is near.
func ExplainCode(code, version string) (e *Explanation, near string, ok bool) {
	f, ok := replication.FindFailure(strings.TrimSpace(code))
	if !ok {
		return nil, diag.Nearest(code, failureCodes()), false
	}
	m := &CodeMeaning{
		Code: f.Code, Older: f.Older, Batch: f.Batch, Look: []CodeCause{},
		Says: f.Means.String(), SaysKey: f.Means.Key, Text: f.Do.String(), TextKey: f.Do.Key, Source: f.Source,
		Remedy: []Reason{},
	}
	switch {
	case f.Final:
	case f.Batch:
		m.Remedy = append(m.Remedy, reasonOf("batch-again", Advice))
	case f.Code == "DstDelObjNotPermitted":
		m.Remedy = append(m.Remedy, reasonOf("batch-marker", Advice))
	default:
		m.Remedy = append(m.Remedy, reasonOf("batch-failed", Advice))
	}
	for _, l := range f.Look {
		m.Look = append(m.Look, CodeCause{Action: l.Action, Documents: l.Documents(), Inferred: l.Inferred})
	}
	return &Explanation{Schema: ExplainSchema, Tool: Tool{Name: toolName, Version: version}, Code: m}, "", true
}

// failureCodes are all codes in all spellings.
func failureCodes() []string {
	var codes []string
	for _, f := range replication.Failures {
		codes = append(codes, f.Code)
		if f.Older != "" {
			codes = append(codes, f.Older)
		}
	}
	return codes
}
