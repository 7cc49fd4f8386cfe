package actions_test

import (
	"testing"

	"github.com/repligrant/repligrant/actions"
)

// BenchmarkDecode is what the first question of a program costs.
func BenchmarkDecode(b *testing.B) {
	for b.Loop() {
		if actions.Decode() == 0 {
			b.Fatal("no actions")
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		if _, ok := actions.Find("s3:replicateObject"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkKnowsKey(b *testing.B) {
	a, _ := actions.Find("s3:PutObject")
	for b.Loop() {
		if a.KnowsKey("s3:prefix") {
			b.Fatal("s3:PutObject knows s3:prefix")
		}
	}
}
