package policy_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

func TestQuotaSize(t *testing.T) {
	d := policy.New(policy.Statement{Sid: "ä b", Effect: policy.Allow, Action: policy.One("s3:*")})
	const text = `{"Version":"2012-10-17","Statement":[{"Sid":"ä b","Effect":"Allow","Action":"s3:*"}]}`
	characters := len(text) - 1 // ä has two bytes
	tests := map[policy.Place]int{
		policy.RoleInline:   characters,
		policy.TrustPolicy:  characters,
		policy.BucketPolicy: len(text),
	}
	for place, want := range tests {
		got, err := policy.QuotaOf(place).Size(d)
		if err != nil || got != want {
			t.Errorf("size in %s = %d, %v; want %d", place, got, err, want)
		}
	}
	if got, _ := policy.QuotaOf(policy.RoleInline).Size(d, d); got != 2*characters {
		t.Errorf("two documents have %d characters, want %d", got, 2*characters)
	}
}

func TestQuotaCount(t *testing.T) {
	const text = "{ \"Sid\" :\n\t\"a \\\" b\" }"
	tests := map[policy.Place]int{
		policy.RoleInline:   len(`{"Sid":"a \" b"}`),
		policy.BucketPolicy: len(text),
	}
	for place, want := range tests {
		if got := policy.QuotaOf(place).Count(text); got != want {
			t.Errorf("%s: Count = %d, want %d", place, got, want)
		}
	}
}

// TestQuotaFormat: a policy is in lines where AWS takes it so. Where white space
// counts and the lines would be too long, it is on one, to the last byte.
func TestQuotaFormat(t *testing.T) {
	const head, tail = `{"Version":"2012-10-17","Statement":[{"Sid":"`, `"}]}`
	full := func(q policy.Quota) string {
		return head + strings.Repeat("x", q.Limit-len(head)-len(tail)) + tail
	}
	for _, place := range []policy.Place{policy.TrustPolicy, policy.BucketPolicy, policy.KeyPolicy, policy.AccessPoint} {
		q := policy.QuotaOf(place)
		document := full(q)
		if got, err := q.Format([]byte(strings.ReplaceAll(document, ",", " ,\n "))); err != nil || string(got) != document {
			t.Errorf("%s: a full policy has %d of %d after Format (%v)", place, q.Count(string(got)), q.Limit, err)
		}
		small := head + "é" + tail
		want := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"é\"\n    }\n  ]\n}\n"
		if got, err := q.Format([]byte(small)); err != nil || string(got) != want {
			t.Errorf("%s: Format = %q, %v; want lines", place, got, err)
		}
	}
	for _, place := range []policy.Place{policy.RoleInline, policy.ManagedPolicy} {
		q := policy.QuotaOf(place)
		if got, err := q.Format([]byte(full(q))); err != nil || !strings.Contains(string(got), "\n") {
			t.Errorf("%s: white space is free, and the policy has no lines (%v)", place, err)
		}
	}
	if got, err := policy.QuotaOf(policy.BucketPolicy).Format([]byte("{")); err == nil {
		t.Errorf("half a document becomes %q", got)
	}
}

func TestQuotas(t *testing.T) {
	if len(policy.Quotas) == 0 {
		t.Fatal("no quotas")
	}
	seen := map[policy.Place]bool{}
	for _, p := range []policy.Place{
		policy.RoleInline, policy.UserInline, policy.GroupInline, policy.ManagedPolicy, policy.TrustPolicy, policy.SessionPolicy,
		policy.BucketPolicy, policy.AccessPoint, policy.KeyPolicy, policy.ServiceControlPolicy, policy.ResourceControlPolicy,
	} {
		policy.QuotaOf(p) // panics if there is none
	}
	for _, q := range policy.Quotas {
		if seen[q.Place] {
			t.Errorf("%s: two quotas", q.Place)
		}
		seen[q.Place] = true
		if q.Limit <= 0 || q.Maximum != 0 && q.Maximum <= q.Limit || !strings.HasPrefix(q.Source, "https://docs.aws.amazon.com/") {
			t.Errorf("%s: not a quota: %+v", q.Place, q)
		}
		if policy.QuotaOf(q.Place) != q {
			t.Errorf("QuotaOf(%s) is another quota", q.Place)
		}
	}
}

// TestNoQuota: to ask for the limit of a place without one is an error of the
// program, not of its input.
func TestNoQuota(t *testing.T) {
	defer func() {
		if got := recover(); got != "policy: no quota for attic" {
			t.Errorf("QuotaOf panics with %v", got)
		}
	}()
	q := policy.QuotaOf("attic")
	t.Errorf("QuotaOf a place that is not is %+v", q)
}
