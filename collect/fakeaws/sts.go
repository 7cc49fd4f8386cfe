package fakeaws

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// sts answers a read of STS: who the caller is, or a role to be.
func (f *Server) sts(r *request, account *snapshot.Account) answer {
	if r.Operation == "AssumeRole" {
		return f.assumeRole(r)
	}
	if why := account.Errors["GetCallerIdentity"]; why != "" {
		return r.unread(why)
	}
	who := account.As
	if role, ok := strings.CutPrefix(r.token, tokenPrefix); ok {
		who = arn.ARN{Partition: "aws", Service: "sts", Account: r.Account, Resource: "assumed-role/" + role}.String()
	}
	if who == "" {
		who = arn.User("aws", r.Account, "", "fake")
	}
	return r.result(element("Arn", who) + element("UserId", "AIDAFAKE") + element("Account", r.Account))
}

// tokenPrefix begins the token of a session. Role and session name follow.
const tokenPrefix = "fake-session/"

// assumeRole gives credentials of the role's account, whatever the role.
func (f *Server) assumeRole(r *request) answer {
	role, err := arn.Parse(r.value("RoleArn"))
	account := f.held.Accounts[role.Account]
	switch {
	case err != nil || account == nil || role.Type() != "role":
		return r.fail(accessDenied, "not authorized to perform: sts:AssumeRole")
	case account.Errors["AssumeRole"] != "":
		return r.unread(account.Errors["AssumeRole"])
	case f.opts.ExternalID != "" && r.value("ExternalId") != f.opts.ExternalID:
		return r.fail(accessDenied, "not authorized to perform: sts:AssumeRole")
	}
	session := role.Name() + "/" + r.value("RoleSessionName")
	return r.result("<Credentials>" + element("AccessKeyId", temporary+role.Account) + element("SecretAccessKey", "fake-secret") +
		element("SessionToken", tokenPrefix+session) + element("Expiration", "2099-01-01T00:00:00Z") + "</Credentials>" +
		"<AssumedRoleUser>" + element("AssumedRoleId", "AROAFAKE:"+r.value("RoleSessionName")) +
		element("Arn", "arn:aws:sts::"+role.Account+":assumed-role/"+session) + "</AssumedRoleUser>")
}
