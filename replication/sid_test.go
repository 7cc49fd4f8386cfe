package replication_test

import (
	"regexp"
	"testing"

	"github.com/repligrant/repligrant/replication"
)

// A mark goes into Sids that are in AWS accounts already: it never changes.
func TestMark(t *testing.T) {
	const orders, invoices = "arn:aws:iam::111122223333:role/acme-orders-replication", "arn:aws:iam::111122223333:role/acme-invoices-replication"
	if got, want := replication.Mark(orders), "FKPAGOCJ"; got != want {
		t.Errorf("the mark of %s is %s, want %s", orders, got, want)
	}
	letters := regexp.MustCompile(`^[A-P]{8}$`)
	seen := map[string][]string{}
	for _, texts := range [][]string{nil, {orders}, {invoices}, {orders, invoices}, {invoices, orders}} {
		mark := replication.Mark(texts...)
		if !letters.MatchString(mark) {
			t.Errorf("the mark of %q is %q, which no Sid of IAM may hold", texts, mark)
		}
		if other, ok := seen[mark]; ok {
			t.Errorf("%q and %q have one mark", texts, other)
		}
		seen[mark] = texts
	}
}
