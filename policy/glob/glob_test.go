package glob_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/repligrant/repligrant/policy/glob"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "a\nb:c", true},
		{"?", "", false},
		{"?", "ä", true},
		{"?", "ab", false},
		{"a*b", "ab", true},
		{"a*b", "aba", false},
		{"a*a", "a", false},
		{"*a?c*", "xxabacc", true},
		{"*a?c*", "xxabac", false},
		{"*a?c", "abcabc", true},
		{"*?", "ä", true},
		{"Logs/*", "logs/x", false},
		{"${*}", "*", false},
		{"${*}", "${x}", true},
		{"*a*a*a*a*a*a*a*a*X", strings.Repeat("a", 60), false},
	}
	for _, tt := range tests {
		if got := glob.Compile(tt.pattern).Match(tt.text); got != tt.want {
			t.Errorf("%q matches %q: %t", tt.pattern, tt.text, got)
		}
	}
}

// A byte that is no UTF-8 is U+FFFD in every pattern.
func TestLiteralOfBytes(t *testing.T) {
	for text, want := range map[string]bool{"a\uFFFD?": true, "a?": false, "a\uFFFDb": false} {
		if got := glob.Literal("a\xff?").Match(text); got != want {
			t.Errorf("the literal of %q matches %q: %t, want %t", "a\xff?", text, got, want)
		}
	}
	if in, err := glob.Contains(glob.Literal("a\xff"), glob.Compile("a\xff")); !in || err != nil {
		t.Errorf("the literal holds the pattern without wildcards: %t, %v", in, err)
	}
}

func TestMatchARN(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true},
		{"*", "arn:aws:s3:::b/k", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y\nz", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b", false},
		{"arn:aws:s3:::b*", "arn:aws:s3:::b", true},
		{"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/test/3/o", true},
		{"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/test/o", false},
		{"arn:aws:svc:*:111122223333:x", "arn:aws:svc:r:y:111122223333:x", false},
		{"arn:*:s3:*:*:b/?", "arn:aws-cn:s3:::b/k", true},
		{"arn:a?s:s3:::b", "arn:a:s:s3:::b", false},
		{"arn:aws:s3", "arn:aws:s3:::b/k:l", true},
		{"arn:*", "arn:aws:s3:::b", true},
		{"arn:*", "arn:aws:s3::", false},
		{"a*", "arn:aws:s3:::b", true},
		{"arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", true},
		{"arn:aws:iam::*:role/x", "arn:aws:iam::1:user/y:role/x", false},
		{"arn:aws:s3:::b/k", "arn:aws:s3:::b/k", true},
		{"*:*", "nothing", false},
	}
	for _, tt := range tests {
		if got := glob.CompileARN(tt.pattern).Match(tt.text); got != tt.want {
			t.Errorf("%q matches %q: %t", tt.pattern, tt.text, got)
		}
	}
}

func TestEscapes(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"${*}", "*", true},
		{"${*}", "x", false},
		{"a${?}*", "a?b", true},
		{"a${?}*", "abb", false},
		{"${$}{*}", "${x}", true},
		{"${a}", "${a}", true},
	}
	for _, tt := range tests {
		if got := glob.CompileEscaped(tt.pattern).Match(tt.text); got != tt.want {
			t.Errorf("%q matches %q: %t", tt.pattern, tt.text, got)
		}
		arn := "arn:aws:s3:::b/"
		if got := glob.CompileARNEscaped(arn + tt.pattern).Match(arn + tt.text); got != tt.want {
			t.Errorf("ARN %q matches %q: %t", tt.pattern, tt.text, got)
		}
	}
	const odd = "a*b?c$d${*}"
	if p := glob.CompileEscaped(glob.Escape(odd)); !p.Match(odd) || p.Match("axb?c$d${*}") {
		t.Errorf("Escape(%q) = %q is not that text alone", odd, glob.Escape(odd))
	}
}

func TestLiteralAndFold(t *testing.T) {
	if p := glob.Literal("a*?"); !p.Match("a*?") || p.Match("abc") {
		t.Error("Literal has wildcards")
	}
	p := glob.Fold("Straße*1")
	for text, want := range map[string]bool{"straße*1": true, "STRAßE*1": true, "strasse*1": false, "Straße11": false} {
		if got := p.Match(text); got != want {
			t.Errorf("Fold matches %q: %t", text, got)
		}
	}
	var zero glob.Pattern
	if !zero.Match("") || zero.Match("a") {
		t.Error("the zero Pattern is not the empty text")
	}
}

func TestLiteralPrefix(t *testing.T) {
	tests := map[string]string{"": "", "*": "", "arn:aws:s3:::b/x*y": "arn:aws:s3:::b/x", "abc": "abc", "?a": ""}
	for pattern, want := range tests {
		p := glob.Compile(pattern)
		if got := p.LiteralPrefix(); got != want {
			t.Errorf("%q begins with %q, want %q", pattern, got, want)
		}
		if text, ok := p.Text(); ok != !strings.ContainsAny(pattern, "*?") || ok && text != pattern {
			t.Errorf("%q has the one text %q: %t", pattern, text, ok)
		}
		if p.String() != pattern {
			t.Errorf("%q is written as %q", pattern, p)
		}
	}
}

// naive matches by trying every length of every run.
func naive(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	p, n := utf8.DecodeRuneInString(pattern)
	if p == '*' && naive(pattern[n:], text) {
		return true
	}
	c, m := utf8.DecodeRuneInString(text)
	switch {
	case m == 0:
		return false
	case p == '*':
		return naive(pattern, text[m:])
	case p == '?' || p == c:
		return naive(pattern[n:], text[m:])
	}
	return false
}

// naiveARN matches the six parts one by one.
func naiveARN(pattern, text string) bool {
	if pattern == "*" {
		return true
	}
	p, q := strings.SplitN(pattern, ":", 6), strings.SplitN(text, ":", 6)
	for len(p) < 6 {
		p = append(p, "*")
	}
	if len(q) < 6 {
		return false
	}
	for i := range p {
		if !naive(p[i], q[i]) {
			return false
		}
	}
	return true
}

func FuzzMatch(f *testing.F) {
	f.Add("*a?c*", "xxabac")
	f.Add("arn:*:s3:::b/*", "arn:aws:s3:::b/k:x")
	f.Add("a:*:?:::*?é*", "a:b:c:::ée")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) || len(pattern)+len(text) > 40 || strings.Count(pattern, "*") > 5 {
			t.Skip()
		}
		if got, want := glob.Compile(pattern).Match(text), naive(pattern, text); got != want {
			t.Errorf("%q matches %q: %t", pattern, text, got)
		}
		if got, want := glob.CompileARN(pattern).Match(text), naiveARN(pattern, text); got != want {
			t.Errorf("ARN %q matches %q: %t", pattern, text, got)
		}
		if p := glob.CompileEscaped(glob.Escape(text)); !p.Match(text) {
			t.Errorf("Escape(%q) does not match it", text)
		}
	})
}
