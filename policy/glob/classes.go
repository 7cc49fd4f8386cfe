package glob

import "fmt"

// A Class is the set of those texts of a pattern that are in the same others.
type Class struct {
	// Witness is the shortest of them; of several the first, where a letter
	// that stands for every character no pattern names comes before the
	// characters that are named, and those go by code point. The letter is a,
	// if that is free.
	Witness string
	In      []bool // for each of the others: whether the class is in it
}

// Classes splits the texts of a pattern by the others they are in. No class is
// empty, and classes come in the order of their witnesses. If of is the pattern
// of an ARN, then texts that name nothing are in no class: an ARN whose last
// part is empty, and one of S3 that ends with the slash after the bucket, for
// an object key has at least one character. The error is [ErrTooComplex] if it
// takes more than budget states, or states that are uncommonly large.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
func Classes(of Pattern, by []Pattern, budget int) ([]Class, error) {
	constant := make([]bool, len(by))
	var open []int
	for i, p := range by {
		known, in := Constant(p, of)
		constant[i] = in
		if !known {
			open = append(open, i)
		}
	}
	s := newSplit(of, by, open)
	if err := s.run(budget, worth*budget); err != nil {
		return nil, err
	}
	return s.completed(of, by, constant, open)
}

// completed returns the classes that were found, as they are by all patterns.
func (s *split) completed(of Pattern, by []Pattern, constant []bool, open []int) ([]Class, error) {
	for i := range s.classes {
		if err := s.classes[i].complete(of, by, constant, open); err != nil {
			return nil, err
		}
	}
	return s.classes, nil
}

// Constant reports whether p holds all of of or nothing of it, and which. Known
// is also false if the patterns are too complex to compare.
func Constant(p, of Pattern) (known, in bool) {
	if text, ok := of.Text(); ok {
		return true, p.Match(text)
	}
	if Disjoint(p, of) {
		return true, false
	}
	contains, err := Contains(p, of)
	return err == nil && contains, contains
}

// complete widens In from the open patterns to all, and replays the witness.
func (c *Class) complete(of Pattern, by []Pattern, constant []bool, open []int) error {
	in := append([]bool(nil), constant...)
	for j, i := range open {
		in[i] = c.In[j]
	}
	c.In = in
	if !of.Match(c.Witness) {
		return fmt.Errorf("witness %q is not in %s", c.Witness, of)
	}
	for i, p := range by {
		if p.Match(c.Witness) != in[i] {
			return fmt.Errorf("witness %q of %s is in %s: %t", c.Witness, of, p, !in[i])
		}
	}
	return nil
}
