package diag

import "strings"

// maxCompared is the length of the longest word that is compared: what is
// longer is no misspelling, and comparing it takes long.
const maxCompared = 128

// Nearest returns the name in known that word was most likely meant to be: the
// same without case, or at most a third of its letters away; the first of
// several. It returns "" if none is near.
func Nearest(word string, known []string) string {
	best, nearest := len([]rune(word))/3+1, ""
	for _, k := range known {
		if strings.EqualFold(word, k) {
			return k
		}
		if len(word) > maxCompared {
			continue
		}
		if d := distance([]rune(word), []rune(k)); d < best {
			best, nearest = d, k
		}
	}
	return nearest
}

// distance is how many letters must be added, removed, replaced, or swapped
// with the next one to turn a into b.
func distance(a, b []rune) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row
		row = make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before = last
	}
	return row[len(b)]
}
