package glob_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/policy/glob"
)

// checkRelations compares what is said of two patterns with a list of texts,
// which holds one of every kind that the patterns tell apart.
func checkRelations(t *rapid.T, p, q glob.Pattern, all []string) {
	both, onlyP, onlyQ := false, false, false
	for _, s := range all {
		inP, inQ := p.Match(s), q.Match(s)
		both = both || inP && inQ
		onlyP = onlyP || inP && !inQ
		onlyQ = onlyQ || inQ && !inP
	}
	if got := glob.Disjoint(p, q); got == both {
		t.Errorf("Disjoint(%q, %q) = %t", p, q, got)
	}
	if got, err := glob.Contains(p, q); got == onlyQ || err != nil {
		t.Errorf("Contains(%q, %q) = %t, %v", p, q, got, err)
	}
	if got, err := glob.Contains(q, p); got == onlyP || err != nil {
		t.Errorf("Contains(%q, %q) = %t, %v", q, p, got, err)
	}
	if known, in := glob.Constant(p, q); known != (both != onlyQ) || known && in != both {
		t.Errorf("Constant(%q, %q) = %t, %t; some of the second are in the first: %t, some are not: %t", p, q, known, in, both, onlyQ)
	}
}

// TestRelations compares patterns of every kind, also those that ignore case or
// hold a wildcard as a character.
func TestRelations(t *testing.T) {
	all := texts("aAb*", 6)
	draw := func(t *rapid.T, label string) glob.Pattern {
		wild := rapid.StringOfN(rapid.RuneFrom([]rune("aAb*?")), 0, 3, -1).Draw(t, label)
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aA*")), 0, 2, -1).Draw(t, label+" as text")
		return rapid.SampledFrom([]glob.Pattern{
			glob.Compile(wild), glob.Compile(wild), glob.CompileEscaped("a" + glob.Escape("*") + text), glob.Literal("*" + text), glob.Fold(text),
		}).Draw(t, label+" is")
	}
	rapid.Check(t, func(t *rapid.T) { checkRelations(t, draw(t, "p"), draw(t, "q"), all) })
}

// TestRelationsOfARNs: a wildcard before the fifth colon does not go beyond its
// part, a pattern with too few parts takes all of the rest, and "*" takes all.
func TestRelationsOfARNs(t *testing.T) {
	all := texts("ab:", 3) // no ARNs
	for _, start := range []string{"arn:aws:s3::", "arn:aws:s3:1:", "arn:b:s3::"} {
		for _, account := range texts("123", 2) {
			for _, resource := range texts("ab:", 4) {
				all = append(all, start+account+":"+resource)
			}
		}
	}
	draw := func(t *rapid.T, label string) glob.Pattern {
		account := rapid.StringOfN(rapid.RuneFrom([]rune("12*?")), 0, 2, -1).Draw(t, label+" account")
		resource := rapid.StringOfN(rapid.RuneFrom([]rune("ab:*?")), 0, 3, -1).Draw(t, label+" resource")
		return glob.CompileARN(rapid.SampledFrom([]string{
			"arn:aws:s3::" + account + ":" + resource, "arn:aws:s3::" + account + ":" + resource, "arn:aws:s3:*:" + account + ":" + resource,
			"arn:*:s3::" + account + ":" + resource, "arn:aws:s3::" + account, "arn:aws:s3", "*",
		}).Draw(t, label))
	}
	rapid.Check(t, func(t *rapid.T) { checkRelations(t, draw(t, "p"), draw(t, "q"), all) })
}

// TestClassesOfAccounts checks patterns that leave the account open.
func TestClassesOfAccounts(t *testing.T) {
	var all []string
	for _, account := range texts("123", 3) {
		for _, resource := range texts("ab/", 3) {
			if resource != "" && strings.IndexByte(resource, '/') != len(resource)-1 || resource == "a" || resource == "b" {
				all = append(all, "arn:aws:s3::"+account+":"+resource)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return len(a) - len(b) })
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) glob.Pattern {
			account := rapid.StringOfN(rapid.RuneFrom([]rune("12*?")), 0, 2, -1).Draw(t, label+" account")
			resource := rapid.StringOfN(rapid.RuneFrom([]rune("a/*?")), 0, 2, -1).Draw(t, label+" resource")
			return glob.CompileARN("arn:aws:s3::" + account + ":" + resource)
		}
		of := glob.CompileARN("arn:aws:s3::" + rapid.SampledFrom([]string{"*", "?", "1*"}).Draw(t, "account") + ":" + rapid.SampledFrom([]string{"*", "?", "b*"}).Draw(t, "resource"))
		checkClasses(t, of, []glob.Pattern{draw("a"), draw("b")}, all)
	})
}

// TestClassesAfterWildcard: where the pattern goes on with one character, no
// other is tried, and its classes are found all the same.
func TestClassesAfterWildcard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := glob.Compile("?" + rapid.SampledFrom([]string{"a", "b", "ab", "a?b"}).Draw(t, "goes on") + rapid.SampledFrom([]string{"", "*", "?"}).Draw(t, "ends"))
		by := []glob.Pattern{
			glob.Compile(rapid.StringOfN(rapid.RuneFrom([]rune("ab*?")), 0, 3, -1).Draw(t, "by")),
			glob.Fold(rapid.StringOfN(rapid.RuneFrom([]rune("abAB")), 1, 3, -1).Draw(t, "fold")),
		}
		checkClasses(t, of, by, withCase)
	})
}

var withCase = texts("abcAB", 6)

// TestConstantOfOneText: of a pattern with one text, everything is known.
func TestConstantOfOneText(t *testing.T) {
	got := map[string]string{}
	for _, p := range []string{"a*", "b*", "ab", "*b?"} {
		known, in := glob.Constant(glob.Compile(p), glob.Literal("ab"))
		got[p] = fmt.Sprint(known, " ", in)
	}
	want := map[string]string{"a*": "true true", "b*": "true false", "ab": "true true", "*b?": "true false"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Constant (-want +got):\n%s", d)
	}
}
