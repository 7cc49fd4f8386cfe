package schema

// A key is one key of a mapping.
type key struct {
	name     string
	is       form
	required bool
	standard any    // the default, where it is one value
	usual    string // the default as the page says it, where standard does not
	about    string // what it is for, in a sentence or two
}

// A form is what may stand behind a key.
type form struct {
	json  value // of one value
	keys  []key // of a mapping
	many  many
	least int    // elements of a list
	names *value // of the keys of a mapping by name
	word  string // what the page calls it
}

// many says whether a key holds one value or more.
type many uint8

const (
	single      many = iota
	listed           // a list
	oneOrListed      // one value, or a list
	byName           // a mapping from names that the writer chooses
	details          // true, false, or a mapping
)

// text is a text of that pattern; "" for any but the empty one.
func text(word, pattern string) form {
	v := value{Type: "string", Pattern: pattern}
	if pattern == "" {
		v.MinLength = 1
	}
	return form{json: v, word: word}
}

// anyText may be empty too.
func anyText(word string, most int) form {
	return form{json: value{Type: "string", MaxLength: most}, word: word}
}

func words(list ...string) form { return form{json: value{Type: "string", Enum: list}} }

func boolean() form { return form{json: value{Type: "boolean"}, word: "true or false"} }

// number is a whole number as [spec.Parse] takes it.
func number() form {
	least, most := 0, 1<<31-1
	return form{json: value{Type: "integer", Minimum: &least, Maximum: &most}, word: "a whole number"}
}

func mapping(keys []key) form { return form{keys: keys} }

// list is a list of at least that many elements.
func list(of form, least int) form {
	of.many, of.least = listed, least
	return of
}

// oneOr is one value, or a list of at least that many.
func oneOr(of form, least int) form {
	of.many, of.least = oneOrListed, least
	return of
}

func named(of form, names *value) form {
	of.many, of.names = byName, names
	return of
}

// withDetails is true, false, or a mapping with at least one of the keys.
func withDetails(keys []key) form { return form{keys: keys, many: details} }
