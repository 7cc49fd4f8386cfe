package simulate_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/repligrant/repligrant/policy/simulate"
)

// Every line that is not blank has one answer, which is one line of JSON with a
// decision or an error, and the same when it is asked again.
func FuzzLine(f *testing.F) {
	f.Add([]byte(line(reader, policies(identity(allow()), `"scps": [[`+deny()+`], {"id": "r", "policies": []}]`), `"settings": {"managementAccount": true}`)))
	f.Add([]byte(line(reader+`, "all": true, "explain": true, "fill": true, "patterns": {"k": "a*b"}, "possible": {"l": ["c", null]}, "unknown_keys": ["m"]`,
		policies(identity(allow(when("StringLike", "k", `"a${*}*"`))), `"boundary": [{}, {"unreadable": "x"}]`, `"vpce": {"name": "p", "policy": {}}`))))
	f.Add([]byte(line(read+`, "principal": "arn:aws:sts::111122223333:assumed-role/repl/s", "context": {"aws:userid": "AROAX:s", "n": [1, true]}`,
		policies(`"resource": `+allow(to("arn:aws:iam::111122223333:role/a/repl"))))))
	f.Add([]byte(`{"id": "\ud800", "request": {"principal": "anonymous"}}`))
	f.Add([]byte("{\"id\": 1, \"request\" : {} , \"x\":[{\"]\":\"\\\"\"}]}\r"))
	f.Add([]byte(" "))
	f.Fuzz(func(t *testing.T, line []byte) {
		var s simulate.Simulator
		first, ok := s.Answer(line)
		if first == nil {
			if len(bytes.TrimSpace(line)) > 0 || !ok {
				t.Fatalf("%q has no answer", line)
			}
			return
		}
		var a struct{ Decision, Error string }
		if err := json.Unmarshal(first, &a); err != nil || bytes.IndexByte(first, '\n') != len(first)-1 {
			t.Fatalf("%q is answered with %q: %v", line, first, err)
		}
		if (a.Decision == "") == (a.Error == "") || ok != (a.Error == "") {
			t.Fatalf("%q is answered with %q", line, first)
		}
		if again, _ := s.Answer(line); ok && !bytes.Equal(first, again) {
			t.Fatalf("%q is answered with %q, and then with %q", line, first, again)
		}
	})
}
