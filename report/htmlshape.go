package report

import (
	"html/template"
	"strings"
)

// A span is a piece of a line: words, data, or a page to open.
type span struct {
	Text string
	Code bool
	Link string
}

// A sign is a word with a mark, so that no meaning rests on colour alone.
type sign struct{ Class, Sign, Text string }

// htmlDocument is what the template shows.
type htmlDocument struct {
	Lang, Version, Spec, Headline, Policy string

	Printed string // how many findings paper has

	Total int  // findings, met requirements included
	Large bool // so many that what is out of sight is not laid out

	Style  template.CSS
	Script template.JS
	T      map[string]string // labels

	Mood     sign
	Facts    [][]span
	Gaps     [][]span
	Steps    [][]span
	Picture  *drawing
	Columns  []string
	Rules    []htmlRule
	More     *htmlMore
	Sections []htmlSection
	Lists    []htmlList

	Severities []htmlOption
	Choices    []htmlChoice

	ExceptionColumns, SourceColumns []string
	Exceptions, Sources             [][][]span
}

// htmlMore are rules that are folded.
type htmlMore struct {
	Summary string
	Rules   []htmlRule
}

type htmlRule struct {
	Anchor, Name, Note string

	From, To htmlBucket

	Verdict sign
	Because []span
}

type htmlBucket struct{ Name, Account string }

type htmlSection struct {
	Anchor string

	Title  []span
	Places [][]span
	Matrix *htmlMatrix
	Items  []htmlItem
}

type htmlMatrix struct {
	Summary, Caption, Action string

	Open      bool
	Documents [][]span
	Rows      []htmlRow
}

type htmlRow struct {
	Action string
	Cells  []htmlCell
}

// htmlCell is what the document Label makes of an action.
type htmlCell struct{ Class, Label, Text string }

type htmlItem struct {
	Number   int
	Title    []span
	Findings []htmlFinding
	Lines    [][]span // what its findings have in common
	Fixes    []htmlFix
}

type htmlFinding struct {
	ID, Check, Permalink, Severity, Outcome, Account, Status string // Outcome, Account and Status only where there is a choice

	Grade, Message []span
	Lines          [][]span
	UndecidedTitle []span
	Undecided      [][]span
}

type htmlFix struct {
	Text []span
	JSON string
	Copy string // what the button says
}

// Long reports whether a statement scrolls within its box.
func (f htmlFix) Long() bool { return strings.Count(f.JSON, "\n") >= 30 }

// An htmlList is what is told in short: advice, surplus, what somebody accepts.
type htmlList struct {
	Title, Summary string

	Open  bool
	Items []htmlItem
}

type htmlOption struct{ Value, Label string }

type htmlChoice struct {
	ID, Label string

	Options []htmlOption
}
