package policy

import "strings"

// A tree keeps values by key, and finds those whose key begins a text, or begins
// with one, in a time that grows with the text and not with the number of keys.
// The zero tree is empty.
type tree[T any] struct {
	label    string // by which this node's key is longer than its parent's
	value    *T
	children []*tree[T] // no two begin with the same byte
}

// at returns the value of a key, which is new if the tree lacked the key.
func (t *tree[T]) at(key string) *T {
	for {
		if key == "" {
			if t.value == nil {
				t.value = new(T)
			}
			return t.value
		}
		child := t.child(key[0])
		if child == nil {
			child = &tree[T]{label: key}
			t.children = append(t.children, child)
		}
		if n := common(child.label, key); n < len(child.label) {
			child.cut(n)
		}
		key = key[len(child.label):]
		t = child
	}
}

// cut makes the node one of the first n bytes of its label, over one of the rest.
func (t *tree[T]) cut(n int) {
	rest := &tree[T]{label: t.label[n:], value: t.value, children: t.children}
	*t = tree[T]{label: t.label[:n], children: []*tree[T]{rest}}
}

// along calls f with the values whose key begins text, or is text.
func (t *tree[T]) along(text string, f func(*T)) {
	for {
		if t.value != nil {
			f(t.value)
		}
		if text == "" {
			return
		}
		child := t.child(text[0])
		if child == nil || !strings.HasPrefix(text, child.label) {
			return
		}
		text = text[len(child.label):]
		t = child
	}
}

// under calls f with the values whose key is longer than text and begins with it.
func (t *tree[T]) under(text string, f func(*T)) {
	for text != "" {
		child := t.child(text[0])
		if child == nil {
			return
		}
		n := common(child.label, text)
		if n < len(text) && n < len(child.label) {
			return
		}
		text = text[n:]
		t = child
		if n < len(child.label) {
			t.each(f)
			return
		}
	}
	for _, c := range t.children {
		c.each(f)
	}
}

// each calls f with all values.
func (t *tree[T]) each(f func(*T)) {
	if t.value != nil {
		f(t.value)
	}
	for _, c := range t.children {
		c.each(f)
	}
}

func (t *tree[T]) child(first byte) *tree[T] {
	for _, c := range t.children {
		if c.label[0] == first {
			return c
		}
	}
	return nil
}

// common returns how many bytes two texts begin with alike.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
