package snapshot

import (
	"bytes"
	"encoding/json"
)

// A namedLevel is the written form of a Level that has names.
type namedLevel struct {
	Target   string
	Policies []LevelPolicy
}

// MarshalJSON writes a level without names as a list of documents, any other as
// an object.
func (l Level) MarshalJSON() ([]byte, error) {
	documents := make([]Document, len(l.Policies))
	named := l.Target != ""
	for i, p := range l.Policies {
		documents[i] = p.Content
		named = named || p.ID != "" || p.Name != ""
	}
	if !named {
		return json.Marshal(documents)
	}
	if l.Policies == nil {
		l.Policies = []LevelPolicy{}
	}
	return json.Marshal(namedLevel(l))
}

// UnmarshalJSON reads what MarshalJSON writes, and {"unreadable": "why"} as a
// level of one document that was not read.
func (l *Level) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		var documents []Document
		if err := json.Unmarshal(data, &documents); err != nil {
			return err
		}
		*l = Level{Policies: []LevelPolicy{}}
		for _, d := range documents {
			l.Policies = append(l.Policies, LevelPolicy{Content: d})
		}
		return nil
	}
	var whole Document
	if err := whole.UnmarshalJSON(data); err == nil && isUnreadable(data) {
		*l = Level{Policies: []LevelPolicy{{Content: whole}}}
		return nil
	}
	return json.Unmarshal(data, (*namedLevel)(l))
}

// isUnreadable reports whether data is {"unreadable": "why"}.
func isUnreadable(data []byte) bool {
	if !bytes.Contains(data, []byte(`"unreadable"`)) {
		return false
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil || len(object) != 1 {
		return false
	}
	var why string
	return json.Unmarshal(object["unreadable"], &why) == nil
}
