package heap_test

import (
	"testing"

	"github.com/repligrant/repligrant/internal/heap"
)

// What is in use and what it may grow by fill the room; a heap that fills more than
// half of it grows to twice its size, as every heap of Go does.
func TestPercent(t *testing.T) {
	for live, want := range map[uint64]int{
		0:                3900,
		4 << 20:          3900,
		32 << 20:         400,
		heap.Room / 2:    100,
		heap.Room:        100,
		1000 * heap.Room: 100,
	} {
		if got := heap.Percent(live); got != want {
			t.Errorf("Percent(%d MB) = %d, want %d", live>>20, got, want)
		}
	}
}
