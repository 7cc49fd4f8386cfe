package simulate

// Kept is the text of the documents that s keeps, in bytes.
func (s *Simulator) Kept() int { return s.kept }

// MaxKept bounds it, but for the documents of one line.
const MaxKept = maxKept
