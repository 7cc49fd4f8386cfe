package mototest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/mototest"
)

const empty = `{"schema": "repligrant.snapshot/v1", "accounts": {"ID": {}}}`

// Refilled, moto holds other accounts, and knows no key of before.
func TestRefill(t *testing.T) {
	server := mototest.Start(t, []byte(strings.ReplaceAll(empty, "ID", "111122223333")))
	if key := server.Key("111122223333"); key.ID == "" || key.Secret == "" {
		t.Errorf("got key %q, want one of the account", key.ID)
	}
	server.Record(t)
	server.Refill(t, []byte(strings.ReplaceAll(empty, "ID", "444455556666")))
	if !slices.ContainsFunc(server.Recorded(t), func(r mototest.Request) bool { return r.Action == "CreateUser" && !r.Reads() }) {
		t.Error("no request to create a user was recorded, or it is taken for a read")
	}
	if before, now := server.Key("111122223333"), server.Key("444455556666"); before.ID != "" || now.ID == "" {
		t.Errorf("got keys %q and %q, want none of before", before.ID, now.ID)
	}
	if env := server.Env(t); !slices.Contains(env, "AWS_ENDPOINT_URL="+server.URL) {
		t.Errorf("the environment lacks the endpoint: %q", env)
	}
}
