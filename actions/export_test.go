package actions

// Decode decodes the catalogue anew and returns how many actions it holds.
func Decode() int { return len(decode().actions) }
