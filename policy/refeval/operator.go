package refeval

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// An operator compares a value of the request with one that is written in the
// policy.
type operator struct {
	negated bool
	compare func(e *evaluation, version, value, written string) bool
}

// operators are all but Null.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
var operators = map[string]operator{
	"StringEquals":              {false, stringEquals},
	"StringNotEquals":           {true, stringEquals},
	"StringEqualsIgnoreCase":    {false, stringEqualsIgnoreCase},
	"StringNotEqualsIgnoreCase": {true, stringEqualsIgnoreCase},
	"StringLike":                {false, stringLike},
	"StringNotLike":             {true, stringLike},
	"ArnEquals":                 {false, arnLike},
	"ArnLike":                   {false, arnLike},
	"ArnNotEquals":              {true, arnLike},
	"ArnNotLike":                {true, arnLike},
	"NumericEquals":             {false, numeric(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {true, numeric(func(c int) bool { return c == 0 })},
	"NumericLessThan":           {false, numeric(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {false, numeric(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {false, numeric(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {false, numeric(func(c int) bool { return c >= 0 })},
	"DateEquals":                {false, date(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {true, date(func(c int) bool { return c == 0 })},
	"DateLessThan":              {false, date(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {false, date(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {false, date(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {false, date(func(c int) bool { return c >= 0 })},
	"Bool":                      {false, boolean},
	"BinaryEquals":              {false, binary},
	"IpAddress":                 {false, address},
	"NotIpAddress":              {true, address},
}

func stringEquals(e *evaluation, version, value, written string) bool {
	text, ok := e.expand(version, written)
	return ok && matches(literal(text), value)
}

// stringEqualsIgnoreCase does not know what AWS folds beyond ASCII.
func stringEqualsIgnoreCase(e *evaluation, version, value, written string) bool {
	text, ok := e.expand(version, written)
	if !ok {
		return false
	}
	for i := range text {
		text[i].r = []rune(strings.ToLower(string(text[i].r)))[0]
	}
	return matches(literal(text), strings.ToLower(value))
}

func stringLike(e *evaluation, version, value, written string) bool {
	text, ok := e.expand(version, written)
	return ok && matches(text, value)
}

// arnLike: "Each of the six colon-delimited components of the ARN is checked
// separately".
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN.
func arnLike(e *evaluation, version, value, written string) bool {
	text, ok := e.expand(version, written)
	if !ok {
		return false
	}
	patterns, parts := segments(text), strings.SplitN(value, ":", 6)
	if len(patterns) != 6 || len(parts) != 6 {
		return e.incomparable(value, written)
	}
	for i, p := range patterns {
		if !matches(p, parts[i]) {
			return false
		}
	}
	return true
}

var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func numeric(holds func(int) bool) func(*evaluation, string, string, string) bool {
	return func(e *evaluation, _, value, written string) bool {
		if !number.MatchString(value) || !number.MatchString(written) {
			return e.incomparable(value, written)
		}
		v, _ := new(big.Rat).SetString(value)
		w, _ := new(big.Rat).SetString(written)
		return holds(v.Cmp(w))
	}
}

// layouts are the forms of W3C's profile of ISO 8601.
//
// See https://www.w3.org/TR/NOTE-datetime.
var layouts = []string{"2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00"}

func date(holds func(int) bool) func(*evaluation, string, string, string) bool {
	return func(e *evaluation, _, value, written string) bool {
		v, ok := instant(value)
		w, fine := instant(written)
		if !ok || !fine {
			return e.incomparable(value, written)
		}
		return holds(v.Compare(w))
	}
}

var epoch = regexp.MustCompile(`^[0-9]{5,12}$`) // four digits are a year as well

func instant(s string) (time.Time, bool) {
	if epoch.MatchString(s) {
		seconds, _ := new(big.Int).SetString(s, 10)
		return time.Unix(seconds.Int64(), 0), true
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func boolean(e *evaluation, _, value, written string) bool {
	for _, s := range []string{value, written} {
		if s != "true" && s != "false" {
			return e.incomparable(value, written)
		}
	}
	return value == written
}

// binary compares bytes; the request holds them in base64, as the policy does.
func binary(e *evaluation, _, value, written string) bool {
	v, err := base64.StdEncoding.DecodeString(value)
	w, wrong := base64.StdEncoding.DecodeString(written)
	if err != nil || wrong != nil {
		return e.incomparable(value, written)
	}
	return string(v) == string(w)
}

// address: a bare address means itself; an address of the other family is in no
// range.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress.
func address(e *evaluation, _, value, written string) bool {
	if !strings.Contains(written, "/") {
		if a, err := netip.ParseAddr(written); err == nil {
			written = netip.PrefixFrom(a, a.BitLen()).String()
		}
	}
	a, err := netip.ParseAddr(value)
	p, wrong := netip.ParsePrefix(written)
	if err != nil || wrong != nil || a.Is4In6() || a.Zone() != "" || p.Addr().Is4In6() {
		return e.incomparable(value, written)
	}
	return p.Contains(a)
}
