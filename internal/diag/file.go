package diag

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Place is the place of the byte at offset of a file. Behind its end, and before
// its beginning, are these.
func Place(file string, data []byte, offset int) Pos {
	before := data[:min(max(offset, 0), len(data))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return Pos{File: file, Line: bytes.Count(before, []byte{'\n'}) + 1, Column: utf8.RuneCount(before[line:]) + 1}
}

// Larger is how a problem begins that [Table.Larger] reports. How large the file
// is nobody knows: who reads one stops when it is too much.
const Larger = "the file has more than {limit} bytes"

// Larger returns the problem key at a place if data has more than limit bytes,
// and nil if it has not.
func (t Table) Larger(pos Pos, key string, data []byte, limit int) *Diagnostic {
	if len(data) <= limit {
		return nil
	}
	return t.At(pos, key, "limit", strconv.Itoa(limit))
}
