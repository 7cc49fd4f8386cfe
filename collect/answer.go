package collect

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"

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
	if answer.StatusCode != http.StatusOK {
		return answer, nil
	}
	if err := checkBody(body, read); err != nil {
		return nil, err
	}
	return answer, nil
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
	return nil
}

// checkXML makes sure that body is one whole element of the right name: that of
// AWS, or that which emulators make of the operation.
func checkXML(body []byte, read reads.Read) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for first := true; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && !first {
			return nil
		}
		if err != nil {
			return &answerError{brokenAnswer, read.Operation + " is not XML"}
		}
		start, ok := token.(xml.StartElement)
		if ok && first && start.Name.Local != read.Root && start.Name.Local != read.Operation+"Response" {
			return &answerError{brokenAnswer, read.Operation + " is something else"}
		}
		if ok {
			first = false
		}
	}
}
