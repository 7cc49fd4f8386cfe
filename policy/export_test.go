package policy

// DecideFully decides as if something were open, so that tests can compare the
// two ways to an answer.
func DecideFully(req Request, policies Policies) Answer {
	return Prepare(policies).fully(req.Prepare())
}
