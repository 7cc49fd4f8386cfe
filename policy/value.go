package policy

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// decimal bounds what is read as a number: big.Rat would take fractions,
// underscores, and exponents that need a terabyte.
var decimal = regexp.MustCompile(`^[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?$`)

func parseNumber(s string) (*big.Rat, error) {
	if decimal.MatchString(s) {
		if n, ok := new(big.Rat).SetString(s); ok {
			return n, nil
		}
	}
	return nil, failing("value-number", "value", strconv.Quote(s))
}

// dates are the forms of W3C's profile of ISO 8601. Go reads a fraction of a
// second where the layout has none.
//
// See https://www.w3.org/TR/NOTE-datetime.
var dates = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"}

// parseDate reads a date, or seconds since 1970, as seconds since 1970.
func parseDate(s string) (*big.Rat, error) {
	for _, layout := range dates {
		if t, err := time.Parse(layout, s); err == nil {
			seconds := new(big.Rat).SetInt64(t.Unix())
			return seconds.Add(seconds, big.NewRat(int64(t.Nanosecond()), 1_000_000_000)), nil
		}
	}
	if n, err := parseNumber(s); err == nil {
		return n, nil
	}
	return nil, failing("value-date", "value", strconv.Quote(s))
}

func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, failing("value-bool", "value", strconv.Quote(s))
}

func parseBinary(s string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", failing("value-base64", "value", strconv.Quote(s))
	}
	return string(b), nil
}

// parseRange reads addresses in CIDR notation, or one address.
func parseRange(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil && !p.Addr().Is4In6() {
		return p.Masked(), nil
	}
	a, err := parseAddress(s)
	if err != nil {
		return netip.Prefix{}, failing("value-range", "value", strconv.Quote(s))
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func parseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return a, failing("value-address", "value", strconv.Quote(s))
	}
	return a.Unmap(), nil
}
