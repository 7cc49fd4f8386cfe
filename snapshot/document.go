package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// Malformed begins the reason of a document that was read and has no reading.
const Malformed = "MalformedPolicy"

// Of returns the document d.
func Of(d *policy.Document) Document { return Document{Value: fact.Of(d)} }

// NoDocument returns the fact that there is no document.
func NoDocument() Document { return Document{Value: fact.Absent[*policy.Document]()} }

// UnreadDocument returns a document that could not be read.
func UnreadDocument(why string) Document { return Document{Value: fact.Unread[*policy.Document](why)} }

// ReadDocument returns the document that AWS answered as text: plain JSON, or
// URL-encoded JSON as IAM's answers hold it. A text without a reading becomes a
// document that was not read, with the place and the problem in its reason.
func ReadDocument(text string) Document {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		decoded, err := url.PathUnescape(text)
		if err != nil {
			_, err = policy.ParseEncoded(text)
			return document(nil, nil, err)
		}
		text = decoded
	}
	d, err := policy.Parse([]byte(text))
	return document([]byte(text), d, err)
}

func document(text []byte, d *policy.Document, err error) Document {
	out := Of(d)
	if err != nil {
		out = UnreadDocument(fmt.Sprintf("%s: %v", Malformed, err))
	}
	out.text = text
	return out
}

// Text returns the document as it was written, white space included; one that
// was built in Go, as [policy.Document.Encode] writes it. It is nil where there
// is nothing to read.
func (d Document) Text() []byte {
	if d.text != nil {
		return slices.Clone(d.text)
	}
	if held, ok := d.Get(); ok {
		text, _ := held.Encode() // fails for what no text can hold
		return text
	}
	return nil
}

// UnmarshalJSON reads a document as an object, as text, as null, or as
// {"unreadable": "why"}. It never fails on a policy without a reading.
func (d *Document) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("{")) && !bytes.Contains(data, []byte(`"unreadable"`)) {
		*d = parsed(bytes.Clone(data))
		return nil
	}
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
		*d = parsed(raw)
	}
	return nil
}

func parsed(text []byte) Document {
	d, err := policy.Parse(text)
	return document(text, d, err)
}
