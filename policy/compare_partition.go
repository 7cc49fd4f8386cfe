package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy/glob"
)

// anARN is what a key has that has an ARN.
var anARN = glob.CompileARN("arn:?*:?*:*:*:?*")

// partitionOf returns the part of an ARN's pattern that says the partition; false
// if that cannot be told from the text.
func partitionOf(p pattern) (string, bool) {
	if p.String() == "*" {
		return "*", true
	}
	parts := strings.SplitN(p.String(), ":", 6)
	if len(parts) < 6 || strings.Contains(parts[1], "$") {
		return "", false
	}
	return parts[1], true
}

// partitions returns all that there are: those of package arn, the commercial one
// first, and those that some patterns name.
func partitions(named []pattern) []string {
	out := []string{"aws"}
	for _, p := range arn.Partitions {
		if p.ID != "aws" {
			out = append(out, p.ID)
		}
	}
	known := len(out)
	for _, p := range named {
		if name, ok := partitionOf(p); ok && !strings.ContainsAny(name, "*?") {
			out = append(out, name)
		}
	}
	extra := slices.DeleteFunc(sorted(out[known:]), func(s string) bool { return slices.Contains(out[:known], s) })
	return append(out[:known], extra...)
}

// partitionsApart returns of the partitions that no pattern of an ARN tells apart
// the first.
func partitionsApart(patterns []pattern) []string {
	all := partitions(patterns)
	var texts []string
	for _, p := range patterns {
		text, ok := partitionOf(p)
		if !ok {
			return all
		}
		texts = append(texts, text)
	}
	by := make([]pattern, 0, len(texts))
	for _, s := range sorted(texts) {
		by = append(by, glob.Compile(s))
	}
	var out []string
	seen := map[string]bool{}
	for _, name := range all {
		var id strings.Builder
		for i := range by {
			id.WriteByte(byte(truthOf(by[i].Match(name))))
		}
		if !seen[id.String()] {
			seen[id.String()] = true
			out = append(out, name)
		}
	}
	return out
}

// inPartitions returns the patterns of all ARNs of partitions.
func inPartitions(names []string) []pattern {
	out := make([]pattern, len(names))
	for i, name := range names {
		out[i] = glob.CompileARNEscaped("arn:" + glob.Escape(name) + ":*:*:*:*")
	}
	return out
}

// arnTexts returns one ARN of each class that lies in a partition; false if they
// cannot be listed.
func (c *containment) arnTexts(by []pattern) ([]string, bool) {
	classes, err := c.budget.Classes(anARN, slices.Concat(by, inPartitions(partitions(by))))
	var texts []string
	seen := map[string]bool{}
	for _, class := range classes {
		id := make([]byte, len(by))
		for i := range by {
			id[i] = byte(truthOf(class.In[i]))
		}
		if slices.Contains(class.In[len(by):], true) && !seen[string(id)] {
			seen[string(id)] = true
			texts = append(texts, class.Witness)
		}
	}
	return texts, err == nil
}
