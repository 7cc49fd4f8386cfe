package planner

import (
	"strconv"

	"github.com/repligrant/repligrant/policy"
)

// keyOf is equal for equal statements, wherever they were read, and for no others.
func keyOf(st policy.Statement) string { return string(appendKey(nil, st, -1)) }

// appendKey appends the key of st to key; the values of the clause without are
// left out of it. Before each text stands its length, and before each list how
// many there are, so that no two statements run into one key.
func appendKey(key []byte, st policy.Statement, without int) []byte {
	key = appendText(appendText(key, st.Sid), string(st.Effect))
	for _, p := range []policy.Principals{st.Principal, st.NotPrincipal} {
		key = strconv.AppendBool(strconv.AppendBool(key, p.Present()), p.Everyone)
		key = appendCount(key, len(p.Types))
		for _, t := range p.Types {
			key = appendStrings(appendText(key, t.Type), t.Values)
		}
	}
	for _, s := range []policy.Strings{st.Action, st.NotAction, st.Resource, st.NotResource} {
		key = appendStrings(key, s)
	}
	key = appendCount(key, len(st.Condition))
	for i, c := range st.Condition {
		if key = appendText(appendText(key, c.Operator), c.Key); i != without {
			key = appendStrings(key, c.Values)
		}
	}
	return key
}

func appendStrings(key []byte, s policy.Strings) []byte {
	key = strconv.AppendBool(strconv.AppendBool(key, s.Present()), s.Single)
	key = appendCount(key, len(s.Values))
	for _, v := range s.Values {
		key = appendText(key, v)
	}
	return key
}

func appendText(key []byte, text string) []byte { return append(appendCount(key, len(text)), text...) }

func appendCount(key []byte, n int) []byte { return append(strconv.AppendInt(key, int64(n), 10), ' ') }
