package collect

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/reads"
)

// maxAnswer is the size of the largest answer that is read, in bytes. The
// largest of AWS is a replication configuration of 2 MB.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html.
const maxAnswer = 64 << 20

// An answerError is a success that does not say what was asked. The SDK takes
// an empty or foreign answer for one without settings, which would pass as "not
// configured".
type answerError struct{ code, what string }

func (e *answerError) Error() string { return e.code + ": " + e.what }

// The codes of answerErrors.
const (
	emptyAnswer    = "EmptyAnswer"
	brokenAnswer   = "BrokenAnswer"
	tooLargeAnswer = "AnswerTooLarge"
)

// checkAnswer reads a whole answer and makes sure that a success is what the
// operation answers with.
func checkAnswer(answer *http.Response, read reads.Read) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	_ = answer.Body.Close() // all that is needed was read
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, &answerError{brokenAnswer, read.Operation + " was cut off"}
		}
		return nil, fmt.Errorf("read the answer to %s: %w", read.Operation, err)
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case answer.StatusCode >= http.StatusMultipleChoices:
		return answer, nil
	case answer.StatusCode != http.StatusOK:
		return nil, &answerError{brokenAnswer, fmt.Sprintf("%s has status %d", read.Operation, answer.StatusCode)}
	}
	if err := checkContent(answer.Header, body, read); err != nil {
		return nil, err
	}
	return answer, nil
}

// checkContent looks at the body of an answer, or at the headers of one that has
// none.
func checkContent(header http.Header, body []byte, read reads.Read) error {
	if read.Operation == reads.HeadObject {
		return checkParts(read, func(part string) bool { return header.Get(part) != "" })
	}
	return checkBody(body, read)
}

func checkBody(body []byte, read reads.Read) error {
	switch {
	case len(body) > maxAnswer:
		return &answerError{tooLargeAnswer, read.Operation}
	case len(bytes.TrimSpace(body)) == 0:
		return &answerError{emptyAnswer, read.Operation}
	case read.JSON():
		return checkJSON(body, read)
	case read.Root == "":
		return nil // a bucket policy; whether it has a reading is decided later
	}
	return checkXML(body, read)
}

// checkJSON makes sure that body is an object with the member that was asked
// for. A list that is not there would pass for an empty one.
func checkJSON(body []byte, read reads.Read) error {
	if !json.Valid(body) {
		return &answerError{brokenAnswer, read.Operation + " is not JSON"}
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || len(object) > 0 && object[read.Root] == nil {
		return &answerError{brokenAnswer, read.Operation + " is something else"}
	}
	if string(object[read.Root]) == "null" || object[read.Root] == nil {
		return &answerError{emptyAnswer, read.Operation}
	}
	if read.Parts == "" {
		return nil
	}
	var members map[string]any
	if json.Unmarshal(object[read.Root], &members) != nil {
		return &answerError{brokenAnswer, read.Operation + " is something else"}
	}
	return checkParts(read, func(part string) bool { return members[part] != nil })
}

// checkParts makes sure that an answer has what every answer of the operation
// has. The SDK takes what is not there for empty.
func checkParts(read reads.Read, has func(part string) bool) error {
	for part := range strings.FieldsSeq(read.Parts) {
		if !slices.ContainsFunc(strings.Split(part, "|"), has) {
			return &answerError{emptyAnswer, read.Operation + " has no " + part}
		}
	}
	return nil
}

// checkXML makes sure that body is one whole element of the right name: that of
// AWS, or that which emulators make of the operation.
func checkXML(body []byte, read reads.Read) error {
	root, paths, err := elementPaths(body)
	switch {
	case err != nil:
		return &answerError{brokenAnswer, read.Operation + " is not XML"}
	case root != read.Root && root != read.Operation+"Response":
		return &answerError{brokenAnswer, read.Operation + " is something else"}
	}
	below := root + "/"
	if read.Service == "IAM" || read.Service == "STS" {
		below += read.Operation + "Result/"
	}
	return checkParts(read, func(part string) bool { return paths[below+part] })
}

// How deep elements may be in each other, and to which depth they are looked
// for. Those of AWS go to 8, and what every answer has to 4.
const (
	maxDepth = 50
	toDepth  = 4
)

// elementPaths returns the name of the only outermost element, and the paths of
// those in it.
func elementPaths(body []byte) (root string, paths map[string]bool, err error) {
	d, paths := xml.NewDecoder(bytes.NewReader(body)), make(map[string]bool)
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root != "" {
			return root, paths, nil
		}
		if err != nil {
			return "", nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) == 0 && root != "" || len(open) == maxDepth {
				return "", nil, errNotOne
			}
			open = append(open, token.Name.Local)
			root = open[0]
			if len(open) <= toDepth {
				paths[strings.Join(open, "/")] = true
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// errNotOne is the error of a document of several elements side by side, or of
// too many in each other.
var errNotOne = errors.New("not one element")
