package covering_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/covering"
)

// pizza has a factor with a place in some rows only, one within that, and values
// that do not go together.
var pizza = covering.Design{
	Factors: []covering.Factor{
		{Name: "dough", Values: []string{"thin", "thick", "none"}},
		{Name: "cheese", Values: []string{"no", "yes"}, Of: "dough", In: []string{"thin", "thick"}},
		{Name: "kind", Values: []string{"hard", "soft"}, Of: "cheese", In: []string{"yes"}},
		{Name: "drink", Values: []string{"water", "milk"}},
	},
	Apart: [][]covering.Value{{{"dough", "thick"}, {"drink", "milk"}}},
}

// A combination of what has no place together, by itself or by what it is part
// of, is not possible; every other is, and stands in a row.
func TestRows(t *testing.T) {
	want := []string{
		"cheese=no, drink=milk", "cheese=no, drink=water", "cheese=yes, drink=milk", "cheese=yes, drink=water",
		"cheese=yes, kind=hard", "cheese=yes, kind=soft",
		"dough=none, drink=milk", "dough=none, drink=water",
		"dough=thick, cheese=no", "dough=thick, cheese=yes", "dough=thick, drink=water", "dough=thick, kind=hard", "dough=thick, kind=soft",
		"dough=thin, cheese=no", "dough=thin, cheese=yes", "dough=thin, drink=milk", "dough=thin, drink=water", "dough=thin, kind=hard", "dough=thin, kind=soft",
		"kind=hard, drink=milk", "kind=hard, drink=water", "kind=soft, drink=milk", "kind=soft, drink=water",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(pizza.Possible(2)))); diff != "" {
		t.Errorf("possible pairs (-want +got):\n%s", diff)
	}
	rows := pizza.Rows(2)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(pizza.Combinations(rows, 2)))); diff != "" {
		t.Errorf("pairs in %v (-want +got):\n%s", rows, diff)
	}
	if len(rows) > 10 {
		t.Errorf("%d rows, of the %d that there are: %v", len(rows), 2*(1+2)+1*(1+2)+2, rows)
	}
	if !reflect.DeepEqual(rows, pizza.Rows(2)) {
		t.Error("the same design gives other rows")
	}
}

// Of ten factors of four values there are 65,536 rows for eight of them alone;
// few have all pairs, and some more all triples.
func TestRowsAreFew(t *testing.T) {
	var d covering.Design
	for i := range 10 {
		d.Factors = append(d.Factors, covering.Factor{Name: fmt.Sprint(i), Values: []string{"a", "b", "c", "d"}})
	}
	for strength, most := range map[int]int{2: 40, 3: 200} {
		rows := d.Rows(strength)
		if got, want := len(d.Combinations(rows, strength)), len(d.Possible(strength)); got != want || want == 0 {
			t.Errorf("strength %d: %d combinations of %d", strength, got, want)
		}
		if len(rows) > most {
			t.Errorf("strength %d: %d rows, want %d at most", strength, len(rows), most)
		}
	}
}
