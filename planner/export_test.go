package planner

// What tests of this package see of its inside.
var (
	Build = build
	Pack  = pack
	Reach = reach
	Diff  = diff
)
