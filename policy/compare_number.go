package policy

import (
	"math/big"
	"strings"
)

// wholeNumbers returns the numbers of numberTexts, with whole ones in the gaps
// where there is one, and spelled as some policy does that compares with a text.
func (u *usage) wholeNumbers() []string {
	texts := numberTexts(u.points)
	numbers := make([]*big.Rat, len(texts))
	for i, s := range texts {
		numbers[i], _ = parseNumber(s)
	}
	for i := 0; i < len(texts); i += 2 {
		if n := wholeAt(numbers, i); n != nil {
			texts[i] = n.String()
		}
	}
	for i, s := range texts {
		texts[i] = strings.TrimSuffix(s, ".0")
	}
	return u.spelled(texts)
}

// wholeAt returns a whole number between the neighbours of a number; nil if there
// is none.
func wholeAt(numbers []*big.Rat, i int) *big.Int {
	if numbers[i].IsInt() {
		return numbers[i].Num()
	}
	below := new(big.Int).Div(numbers[i].Num(), numbers[i].Denom())
	for _, n := range []*big.Int{new(big.Int).Add(below, big.NewInt(1)), below} {
		r := new(big.Rat).SetInt(n)
		if (i == 0 || numbers[i-1].Cmp(r) < 0) && (i == len(numbers)-1 || r.Cmp(numbers[i+1]) < 0) {
			return n
		}
	}
	return nil
}

// spelled writes numbers as the texts do that they are compared with.
func (u *usage) spelled(numbers []string) []string {
	texts := map[string]string{}
	for _, p := range u.patterns {
		text, _ := p.Text()
		if n, err := parseNumber(text); err == nil {
			texts[exact(n)] = text
		}
	}
	for i, s := range numbers {
		if n, err := parseNumber(s); err == nil && texts[exact(n)] != "" {
			numbers[i] = texts[exact(n)]
		}
	}
	return numbers
}
