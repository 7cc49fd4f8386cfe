package fakeaws

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// noAccessPoint is the error code of S3 Control for what does not exist.
const noAccessPoint = "NoSuchAccessPoint"

// control answers a read of S3 Control for the caller's account.
func (f *Server) control(r *request, account *snapshot.Account) answer {
	if r.Header.Get(accountHeader) != r.Account {
		return r.fail(accessDenied, "Access Denied")
	}
	switch r.Operation {
	case "GetPublicAccessBlock":
		return asXML(r, account.PublicAccessBlockConfiguration, "NoSuchPublicAccessBlockConfiguration", "PublicAccessBlockConfiguration")
	case "ListAccessPoints":
		return f.listAccessPoints(r, account)
	}
	id, point := r.accessPoint(account)
	if point == nil {
		return r.fail(noAccessPoint, "The specified accesspoint does not exist")
	}
	if why := point.Errors[r.Operation]; why != "" {
		return r.unread(why)
	}
	if r.Operation == "GetAccessPoint" {
		return answer{body: "<GetAccessPointResult>" + element("Name", id.Name()) + element("Bucket", point.Bucket) +
			element("NetworkOrigin", "Internet") + element("AccessPointArn", id.String()) + "</GetAccessPointResult>"}
	}
	return withFact(r, point.Policy.Value, "NoSuchAccessPointPolicy", func(d *policyDocument) answer {
		text, err := documentText(d)
		if err != nil {
			return answer{status: 500, body: err.Error()}
		}
		return answer{body: "<GetAccessPointPolicyResult>" + element("Policy", text) + "</GetAccessPointPolicyResult>"}
	})
}

// accessPoint finds the access point that a call names, in the caller's Region.
func (r *request) accessPoint(account *snapshot.Account) (arn.ARN, *snapshot.AccessPoint) {
	for _, id := range slices.Sorted(maps.Keys(account.AccessPoints)) {
		if parsed := parseKey(id); parsed.Name() == r.Resource && parsed.Region == r.region {
			return parsed, account.AccessPoints[id]
		}
	}
	return arn.ARN{}, nil
}

func (f *Server) listAccessPoints(r *request, account *snapshot.Account) answer {
	if why := account.Errors["ListAccessPoints"]; why != "" {
		return r.unread(why)
	}
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(account.AccessPoints)) {
		if p := account.AccessPoints[id]; p != nil && p.Bucket == r.value("bucket") && parseKey(id).Region == r.region {
			ids = append(ids, id)
		}
	}
	page, next := f.page(ids, r.value("nextToken"))
	var body strings.Builder
	for _, id := range page {
		body.WriteString("<AccessPoint>" + element("Name", parseKey(id).Name()) + element("Bucket", r.value("bucket")) + element("AccessPointArn", id) + "</AccessPoint>")
	}
	list := "<AccessPointList>" + body.String() + "</AccessPointList>"
	if next != "" {
		list += element("NextToken", next)
	}
	return answer{body: "<ListAccessPointsResult>" + list + "</ListAccessPointsResult>"}
}
