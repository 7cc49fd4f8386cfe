package discover_test

import "flag"

// Property tests draw the same cases every time, so that a change and nothing
// else can break them; -rapid.seed draws others.
func init() {
	if err := flag.Set("rapid.seed", "1"); err != nil {
		panic(err)
	}
}
