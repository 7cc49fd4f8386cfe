package replication

import (
	"crypto/sha256"
	"strings"
)

// Mark returns eight letters, A to P, that stand for texts in their order. They end
// the Sids of statements in policies that others write to as well, in which no two
// statements may have one Sid: a planned one has a mark of whom it is about, one
// that an audit offers a mark of all that it says, as it is pasted alone. A Sid of
// IAM holds letters and digits only.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html.
func Mark(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	letters := make([]byte, 0, 8)
	for _, b := range sum[:4] {
		letters = append(letters, 'A'+b>>4, 'A'+b&15)
	}
	return string(letters)
}
