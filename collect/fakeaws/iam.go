package fakeaws

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

type (
	policyDocument = policy.Document
	tag            = replication.Tag
	documents      = map[string]snapshot.Document
)

// documentText is a policy as plain JSON.
func documentText(d *policyDocument) (string, error) {
	text, err := json.Marshal(d)
	return string(text), err
}

// iam answers a read of IAM.
func (f *Server) iam(r *request, account *snapshot.Account) answer {
	switch {
	case strings.Contains(r.Operation, "Role"):
		return f.role(r, account)
	case strings.Contains(r.Operation, "User"):
		return f.user(r, account)
	case strings.Contains(r.Operation, "Group"):
		return f.group(r, account)
	}
	return f.managed(r)
}

func (f *Server) role(r *request, account *snapshot.Account) answer {
	id, role := byName(account.Roles, r.value("RoleName"))
	if role == nil {
		return r.fail(noSuchEntity, "The role cannot be found.")
	}
	switch r.Operation {
	case "GetRole":
		return withFact(r, role.AssumeRolePolicyDocument.Value, noSuchEntity, func(trust *policyDocument) answer {
			return r.result("<Role>" + entity("Role", id, role.RoleID) + policyElement("AssumeRolePolicyDocument", trust) +
				boundary(role.PermissionsBoundary) + tags(role.Tags.Or(nil)) + "</Role>")
		})
	case "GetRolePolicy":
		return r.inlinePolicy(role.InlinePolicies, element("RoleName", r.Resource))
	case "ListRolePolicies":
		return f.listInline(r, role.InlinePolicies)
	}
	return f.listAttached(r, role.AttachedPolicies)
}

func (f *Server) user(r *request, account *snapshot.Account) answer {
	id, user := byName(account.Users, r.value("UserName"))
	if user == nil {
		return r.fail(noSuchEntity, "The user cannot be found.")
	}
	switch r.Operation {
	case "GetUser":
		if why := user.PermissionsBoundary.Why(); why != "" {
			return r.unread(why)
		}
		return r.result("<User>" + entity("User", id, user.UserID) + boundary(user.PermissionsBoundary) + "</User>")
	case "GetUserPolicy":
		return r.inlinePolicy(user.InlinePolicies, element("UserName", r.Resource))
	case "ListUserPolicies":
		return f.listInline(r, user.InlinePolicies)
	case "ListGroupsForUser":
		return withFact(r, user.GroupPolicies, noSuchEntity, func(all documents) answer { return f.listGroups(r, all) })
	}
	return f.listAttached(r, user.AttachedPolicies)
}

// entity is what GetRole and GetUser say first. Kind is "Role" or "User".
func entity(kind, id, unique string) string {
	parsed, _ := arn.Parse(id) // a malformed key has no name that byName finds
	_, path, _ := strings.Cut(strings.TrimSuffix(parsed.Resource, parsed.Name()), "/")
	return element("Path", "/"+path) + element(kind+"Name", parsed.Name()) + element(kind+"Id", unique) +
		element("Arn", id) + element("CreateDate", "2026-01-01T00:00:00Z")
}

// byName finds the entry whose ARN ends with a name.
func byName[T any](entries map[string]*T, name string) (string, *T) {
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		if parsed, err := arn.Parse(id); err == nil && parsed.Name() == name && entries[id] != nil {
			return id, entries[id]
		}
	}
	return "", nil
}

func policyElement(name string, d *policyDocument) string {
	text, err := documentText(d)
	if err != nil {
		return ""
	}
	return element(name, url.PathEscape(text))
}

func boundary(b fact.Value[snapshot.Boundary]) string {
	v, ok := b.Get()
	if !ok {
		return ""
	}
	return "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>" +
		element("PermissionsBoundaryArn", v.PermissionsBoundaryARN) + "</PermissionsBoundary>"
}

func tags(list []tag) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString("<member>" + element("Key", t.Key) + element("Value", t.Value) + "</member>")
	}
	return "<Tags>" + b.String() + "</Tags>"
}

func (r *request) inlinePolicy(of fact.Value[documents], owner string) answer {
	name := r.value("PolicyName")
	return withFact(r, of, noSuchEntity, func(all documents) answer {
		return r.policy(all[name].Value, owner+element("PolicyName", name), "PolicyDocument")
	})
}

// policy answers with a document in an element of the given name.
func (r *request) policy(d fact.Value[*policyDocument], before, name string) answer {
	return withFact(r, d, noSuchEntity, func(d *policyDocument) answer { return r.result(before + policyElement(name, d)) })
}

func (f *Server) listInline(r *request, of fact.Value[documents]) answer {
	return withFact(r, of, noSuchEntity, func(all documents) answer {
		page, next := f.page(slices.Sorted(maps.Keys(all)), r.value("Marker"))
		return r.result("<PolicyNames>" + wrapAll("member", page) + "</PolicyNames>" + marker(next))
	})
}

func (f *Server) listAttached(r *request, of fact.Value[documents]) answer {
	return withFact(r, of, noSuchEntity, func(all documents) answer {
		page, next := f.page(slices.Sorted(maps.Keys(all)), r.value("Marker"))
		var b strings.Builder
		for _, id := range page {
			parsed, _ := arn.Parse(id) // an ARN without a name has an empty one
			b.WriteString("<member>" + element("PolicyName", parsed.Name()) + element("PolicyArn", id) + "</member>")
		}
		return r.result("<AttachedPolicies>" + b.String() + "</AttachedPolicies>" + marker(next))
	})
}

// anyGroup is the group that managed policies of groups are attached to: a
// snapshot does not say which it is.
const anyGroup = "group"

// groupsOf lists the groups that policies are of: inline ones are named
// GROUP/NAME.
func groupsOf(all documents) []string {
	groups := make(map[string]bool)
	for name := range all {
		group, _, inline := strings.Cut(name, "/")
		if strings.HasPrefix(name, "arn:") || !inline {
			group = anyGroup
		}
		groups[group] = true
	}
	return slices.Sorted(maps.Keys(groups))
}

func (f *Server) listGroups(r *request, all documents) answer {
	page, next := f.page(groupsOf(all), r.value("Marker"))
	var b strings.Builder
	for _, group := range page {
		id := "arn:aws:iam::" + r.Account + ":group/" + group
		b.WriteString("<member>" + element("Path", "/") + element("GroupName", group) + element("GroupId", "AGPA") +
			element("Arn", id) + element("CreateDate", "2026-01-01T00:00:00Z") + "</member>")
	}
	return r.result("<Groups>" + b.String() + "</Groups>" + marker(next))
}

// group answers for a group with the policies that the account's users have
// from it.
func (f *Server) group(r *request, account *snapshot.Account) answer {
	group := r.value("GroupName")
	inline, attached := make(documents), make(documents)
	for _, user := range account.Users {
		if user == nil {
			continue
		}
		for name, d := range user.GroupPolicies.Or(nil) {
			if strings.HasPrefix(name, "arn:") && group == anyGroup {
				attached[name] = d
			} else if policy, ok := strings.CutPrefix(name, group+"/"); ok {
				inline[policy] = d
			}
		}
	}
	switch r.Operation {
	case "GetGroupPolicy":
		return r.inlinePolicy(fact.Of(inline), element("GroupName", group))
	case "ListGroupPolicies":
		return f.listInline(r, fact.Of(inline))
	}
	return f.listAttached(r, fact.Of(attached))
}

// managed answers GetPolicy and GetPolicyVersion.
func (f *Server) managed(r *request) answer {
	id := r.value("PolicyArn")
	d, ok := f.findManaged(r.Account, id)
	if !ok {
		return r.fail(noSuchEntity, "Policy "+id+" does not exist or is not attachable.")
	}
	if r.Operation == "GetPolicy" {
		return r.result("<Policy>" + element("Arn", id) + element("DefaultVersionId", "v1") + "</Policy>")
	}
	return withFact(r, d.Value, noSuchEntity, func(d *policyDocument) answer {
		return r.result("<PolicyVersion>" + policyElement("Document", d) + element("VersionId", "v1") +
			"<IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>")
	})
}

// findManaged finds a managed policy wherever it is attached; one of AWS in
// every account.
func (f *Server) findManaged(account, id string) (snapshot.Document, bool) {
	parsed, err := arn.Parse(id)
	if err != nil || parsed.Account != account && parsed.Account != "aws" {
		return snapshot.Document{}, false
	}
	for _, of := range slices.Sorted(maps.Keys(f.held.Accounts)) {
		if d, ok := attachedIn(f.held.Accounts[of], id); ok && d.Read() {
			return d, true
		}
	}
	return attachedIn(f.held.Accounts[account], id)
}

func attachedIn(a *snapshot.Account, id string) (snapshot.Document, bool) {
	if a == nil {
		return snapshot.Document{}, false
	}
	var maps []documents
	var boundaries []fact.Value[snapshot.Boundary]
	for _, r := range a.Roles {
		if r != nil {
			maps = append(maps, r.AttachedPolicies.Or(nil))
			boundaries = append(boundaries, r.PermissionsBoundary)
		}
	}
	for _, u := range a.Users {
		if u != nil {
			maps = append(maps, u.AttachedPolicies.Or(nil), u.GroupPolicies.Or(nil))
			boundaries = append(boundaries, u.PermissionsBoundary)
		}
	}
	for _, b := range boundaries {
		if v, ok := b.Get(); ok && v.PermissionsBoundaryARN == id {
			return v.Document, true
		}
	}
	for _, m := range maps {
		if d, ok := m[id]; ok {
			return d, true
		}
	}
	return snapshot.Document{}, false
}
