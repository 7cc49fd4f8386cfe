package diag

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Sentences are texts of one package in English, by key, with {name} in place
// of arguments.
type Sentences map[string]string

// Text returns the text of a key. Args are names and values in turn. A key that
// the sentences lack is a broken invariant of ours; it says its own name.
func (s Sentences) Text(key string, args ...string) Text {
	english, ok := s[key]
	if !ok {
		english = key
	}
	t := Text{Key: key, English: english}
	for pair := range slices.Chunk(args, 2) {
		t = t.With(pair[0], Datum(pair[len(pair)-1]))
	}
	return t
}

// Texts lists the sentences by key, for translators.
func (s Sentences) Texts() []Text {
	texts := make([]Text, 0, len(s))
	for _, key := range slices.Sorted(maps.Keys(s)) {
		texts = append(texts, Text{Key: key, English: s[key]})
	}
	return texts
}

// Datum is a text that is the same in every language. It has no key.
func Datum(s string) Text { return Text{English: s} }

// With returns t with an argument that is a text of its own.
func (t Text) With(name string, part Text) Text {
	t.Args = maps.Clone(t.Args)
	if t.Args == nil {
		t.Args = map[string]string{}
	}
	Put(t.Args, name, part)
	return t
}

// The arguments of a text are flat, as JSON holds them. That of an argument that
// is a text itself is its English; beside it stand its key and its arguments.
const (
	partKey = "_key"
	partSep = "."
)

// Put adds the argument name to args: what part says, and where part can be
// translated its key as name_key and each argument of its own as name.ARGUMENT.
func Put(args map[string]string, name string, part Text) {
	args[name] = part.String()
	if part.Key == "" {
		return
	}
	args[name+partKey] = part.Key
	for k, v := range part.Args {
		args[name+partSep+k] = v
	}
}

// Said is what a text says: its English with the arguments in it, and what a
// translation is made from. That is how results hold texts, also saved ones.
type Said struct {
	Key     string
	English string
	Args    map[string]string
}

// Said is t as results hold it.
func (t Text) Said() Said { return Said{t.Key, t.String(), t.Args} }

// Parts returns the arguments of args as [Put] got them, by name.
func Parts(args map[string]string) map[string]Said {
	parts := map[string]Said{}
	for k, v := range args {
		name, inner, nested := strings.Cut(k, partSep)
		p := parts[name]
		switch base, isKey := strings.CutSuffix(k, partKey); {
		case nested && p.Args == nil:
			p.Args = map[string]string{inner: v}
		case nested:
			p.Args[inner] = v
		case isKey:
			name, p = base, parts[base]
			p.Key = v
		default:
			p.English = v
		}
		parts[name] = p
	}
	maps.DeleteFunc(parts, func(name string, _ Said) bool { _, ok := args[name]; return !ok })
	return parts
}

// The keys of what stands between texts that are listed.
const (
	And       = "list.and"
	Or        = "list.or"
	Semicolon = "list.semicolon"
)

// Lists is what stands between texts that are listed.
var Lists = Sentences{And: " and ", Or: " or ", Semicolon: "; "}

// Join lists texts with one of [Lists] between them. Its arguments are numbered
// from 1. One text alone stays as it is.
func Join(key string, parts []Text) Text {
	if len(parts) == 1 {
		return parts[0]
	}
	t := Text{Key: key, Args: map[string]string{}}
	names := make([]string, len(parts))
	for i, p := range parts {
		n := strconv.Itoa(i + 1)
		names[i] = "{" + n + "}"
		Put(t.Args, n, p)
	}
	t.English = strings.Join(names, Lists[key])
	return t
}
