package fakeaws

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// notFound is KMS's error code for a key that does not exist.
const notFound = "NotFoundException"

// kms answers a read of KMS for the keys of the caller's account.
func (f *Server) kms(r *request, account *snapshot.Account) answer {
	if r.Operation == "ListAliases" {
		return f.listAliases(r, account)
	}
	id, err := arn.Parse(r.Resource)
	key, there := account.Keys[r.Resource]
	switch {
	case err != nil || id.Account != r.Account || id.Region != r.region:
		return r.fail(accessDeniedException, "The ciphertext refers to a key that this account may not see.")
	case key == nil && (there || account.Lists("keys")):
		return r.fail(notFound, "Key '"+r.Resource+"' does not exist")
	case key == nil:
		return r.fail(accessDeniedException, "not authorized to perform: kms:"+r.Operation)
	}
	switch r.Operation {
	case "DescribeKey":
		return withFact(r, key.KeyMetadata, notFound, func(m snapshot.Raw) answer { return asJSON(map[string]any{"KeyMetadata": m}) })
	case "GetKeyPolicy":
		return r.keyPolicy(key)
	}
	return f.listGrants(r, key)
}

func (r *request) keyPolicy(key *snapshot.Key) answer {
	return withFact(r, key.Policy.Value, notFound, func(d *policyDocument) answer {
		text, err := documentText(d)
		if err != nil {
			return answer{status: 500, body: err.Error()}
		}
		return asJSON(map[string]any{"Policy": text, "PolicyName": "default"})
	})
}

func (f *Server) listGrants(r *request, key *snapshot.Key) answer {
	if why := key.Grants.Why(); why != "" || !key.Grants.Read() {
		return r.unread(why)
	}
	grants, next := pageOf(f, key.Grants.Or(nil), r.value("Marker"))
	return asJSON(listed("Grants", grants, next))
}

// pageOf cuts one page out of a list. The token is how many were on the pages
// before.
func pageOf[T any](f *Server, all []T, token string) (page []T, next string) {
	from, _ := strconv.Atoi(token) // none is 0
	page = append([]T{}, all[min(from, len(all)):]...)
	if n := f.opts.PageSize; n > 0 && len(page) > n {
		return page[:n], strconv.Itoa(from + n)
	}
	return page, ""
}

// listed is a list of KMS.
func listed(name string, entries any, next string) map[string]any {
	body := map[string]any{name: entries, "Truncated": next != ""}
	if next != "" {
		body["NextMarker"] = next
	}
	return body
}

// listAliases lists the aliases of all keys in a Region, and some that AWS made
// and no key has yet.
func (f *Server) listAliases(r *request, account *snapshot.Account) answer {
	entries := []any{map[string]any{"AliasName": "alias/aws/acm"}}
	why := account.Errors["ListAliases"]
	for _, id := range slices.Sorted(maps.Keys(account.Keys)) {
		key, parsed := account.Keys[id], parseKey(id)
		if key == nil || parsed.Region != r.region {
			continue
		}
		if key.Errors["ListAliases"] != "" {
			why = key.Errors["ListAliases"]
		}
		for _, alias := range key.Aliases.Or(nil) {
			entries = append(entries, aliasEntry(alias, parsed))
		}
	}
	if why != "" {
		return r.unread(why)
	}
	page, next := pageOf(f, entries, r.value("Marker"))
	return asJSON(listed("Aliases", page, next))
}

// parseKey is the ARN of a key; that of a malformed one is in no Region.
func parseKey(id string) arn.ARN {
	parsed, err := arn.Parse(id)
	if err != nil {
		return arn.ARN{}
	}
	return parsed
}

// aliasEntry is an alias in AWS's shape. A snapshot may also hold its name alone.
func aliasEntry(alias any, key arn.ARN) any {
	name, ok := alias.(string)
	if !ok {
		return alias
	}
	of := key
	of.Resource = name
	return map[string]any{"AliasName": name, "AliasArn": of.String(), "TargetKeyId": strings.TrimPrefix(key.Resource, "key/")}
}
