package glob

// A Budget is what several searches may cost together. Its unit is a position of
// a pattern that is looked at: ten million take some tenths of a second.
type Budget struct{ left int }

// NewBudget returns a budget of some units.
func NewBudget(units int) *Budget { return &Budget{units} }

// Spend takes units from the budget, and reports whether some are left.
func (b *Budget) Spend(units int) bool {
	b.left -= units
	return b.left > 0
}

// maxWork is what one search may cost at most.
const maxWork = worth * DefaultBudget

// limit is what the next search may cost.
func (b *Budget) limit() int { return max(0, min(b.left, maxWork)) }

// Disjoint is [Disjoint]. Where the budget is spent, it says that patterns are
// not disjoint.
func (b *Budget) Disjoint(p, q Pattern) bool {
	if !b.Spend(1) {
		return false
	}
	x, y := p.get(), q.get()
	if n := min(len(x.prefix), len(y.prefix)); x.prefix[:n] != y.prefix[:n] {
		return true
	}
	if x.shape == mixed || y.shape == mixed {
		b.Spend(x.size() * y.size() / 4)
	}
	return b.Spend(1) && Disjoint(p, q)
}

// Contains is [Contains].
func (b *Budget) Contains(p, q Pattern) (bool, error) {
	in, cost, err := contains(p, q, b.limit())
	b.Spend(cost)
	return in, err
}

// Classes is the function [Classes].
func (b *Budget) Classes(of Pattern, by []Pattern) ([]Class, error) {
	constant := make([]bool, len(by))
	var open []int
	for i, p := range by {
		known, in := b.constant(p, of)
		constant[i] = in
		if !known {
			open = append(open, i)
		}
	}
	s := newSplit(of, by, open)
	err := s.run(DefaultBudget, b.limit())
	if !b.Spend(s.work+stateCost*len(s.states)+2*len(s.classes)*len(by)) || err != nil {
		return nil, ErrTooComplex
	}
	return s.completed(of, by, constant, open)
}

// stateCost is what a state costs beside its positions.
const stateCost = 8

// constant is [Constant].
func (b *Budget) constant(p, of Pattern) (known, in bool) {
	if text, ok := of.Text(); ok {
		return b.Spend(1), p.Match(text)
	}
	if b.Disjoint(p, of) {
		return true, false
	}
	in, err := b.Contains(p, of)
	return err == nil && in, in
}
