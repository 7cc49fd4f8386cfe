package planner

// What tests of this package see of its inside.
var (
	Build   = Options{}.build
	Pack    = pack
	Regroup = regroup
	Split   = split
	Reach   = reach
	Diff    = diff
)
