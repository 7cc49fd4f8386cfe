// Package heap says when the memory of the program is collected. It is for
// programs that end soon, not for those that serve.
package heap

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Room is how large the heap may grow before it is collected, in bytes.
const Room = 160 << 20

// first is how large it is when Go collects it for the first time by itself.
const first = 4 << 20

// LeaveRoom lets the heap grow to [Room] before it is collected, and from there on
// as Go does: to twice what is in use. Most of what an audit looks up is kept to
// its end, so that what is collected on the way there is gone through again and
// again for little.
//
// See https://go.dev/doc/gc-guide#GOGC.
func LeaveRoom() {
	debug.SetGCPercent(Percent(first))
	afterwards()
}

// afterwards says anew, after each collection, when the next one is.
func afterwards() {
	runtime.AddCleanup(new([64]byte), func(int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(Percent(live[0].Value.Uint64()))
		afterwards()
	}, 0)
}

// Percent is the GOGC by which a heap is collected next when it has grown to
// [Room]; live is what the last collection left, in bytes. It is at least 100.
func Percent(live uint64) int {
	live = max(live, first)
	return int(max(100, 100*(Room-min(live, Room))/live))
}
