package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// Malformed begins the reason of a document that was read and has no reading.
const Malformed = "MalformedPolicy"

// Of returns the document d.
func Of(d *policy.Document) Document { return Document{fact.Of(d)} }

// NoDocument returns the fact that there is no document.
func NoDocument() Document { return Document{fact.Absent[*policy.Document]()} }

// UnreadDocument returns a document that could not be read.
func UnreadDocument(why string) Document { return Document{fact.Unread[*policy.Document](why)} }

// ReadDocument returns the document that AWS answered as text: plain JSON, or
// URL-encoded JSON as IAM's answers hold it. A text without a reading becomes a
// document that was not read, with the place and the problem in its reason.
func ReadDocument(text string) Document {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return document(policy.Parse([]byte(text)))
	}
	return document(policy.ParseEncoded(text))
}

func document(d *policy.Document, err error) Document {
	if err != nil {
		return UnreadDocument(fmt.Sprintf("%s: %v", Malformed, err))
	}
	return Of(d)
}

// UnmarshalJSON reads a document as an object, as text, as null, or as
// {"unreadable": "why"}. It never fails on a policy without a reading.
func (d *Document) UnmarshalJSON(data []byte) error {
	var u fact.Value[json.RawMessage]
	if err := json.Unmarshal(data, &u); err != nil {
		return err
	}
	switch raw, ok := u.Get(); {
	case u.State() == fact.None:
		*d = NoDocument()
	case !ok:
		*d = UnreadDocument(u.Why())
	case bytes.HasPrefix(raw, []byte(`"`)):
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
		*d = ReadDocument(text)
	default:
		*d = document(policy.Parse(raw))
	}
	return nil
}
