// Package simulate reads requests that stand one on a line, with the policies
// that decide them, and writes one line with the decision for each. It decides
// nothing itself and reads no files; what a line means that it cannot read it
// says, and never guesses.
package simulate

import (
	"bytes"

	"github.com/repligrant/repligrant/policy"
)

// MaxLine is the length of the longest line that is read, in bytes. AWS's
// policies are a hundred times shorter.
const MaxLine = 16 << 20

// maxKept bounds the text of the documents that are kept for later lines, in
// bytes.
const maxKept = 8 << 20

// A Simulator answers the lines of one input, in order. It remembers the
// documents of earlier lines, so that a thousand requests against the same
// policies read them once, and forgets them where they become too many. The
// zero Simulator is ready to use.
type Simulator struct {
	evaluator *policy.Evaluator
	texts     map[string]*policy.Document
	kept      int
	line      int
}

// Answer answers the next line: with a decision, or with an error if the line
// has no reading. The answer ends in a line feed; it is nil for a line with
// nothing but white space. It reports whether there was no error.
func (s *Simulator) Answer(line []byte) (answer []byte, ok bool) {
	s.line++
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) <= MaxLine && len(bytes.TrimSpace(line)) == 0 {
		return nil, true
	}
	c, err := s.read(line)
	if err != nil {
		return s.refuse(c.id, err), false
	}
	a, err := s.decide(&c)
	if err != nil {
		return s.refuse(c.id, err), false
	}
	return append(encode(a), '\n'), true
}

// forget makes room if there are too many documents.
func (s *Simulator) forget() {
	if s.evaluator == nil || s.kept > maxKept {
		s.evaluator, s.texts, s.kept = new(policy.Evaluator), map[string]*policy.Document{}, 0
	}
}

// keep keeps a document for the lines that hold the same text.
func (s *Simulator) keep(text []byte, d *policy.Document) {
	s.texts[string(text)] = d
	s.kept += len(text)
}
