package fakeaws

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/fact"
)

// An answer is what goes back over the wire.
type answer struct {
	status int
	header map[string]string
	body   string
}

func (a answer) write(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body)) // the caller may be gone
}

// refuse is the answer to what is no read.
func (r *request) refuse() answer { return r.fail(accessDenied, "the fake AWS only answers reads") }

// Error codes.
const (
	accessDenied = "AccessDenied"
	noSuchBucket = "NoSuchBucket"
	noSuchEntity = "NoSuchEntity"

	accessDeniedException = "AccessDeniedException" // in JSON protocols
)

// statuses are the HTTP statuses of error codes that are not 400, by how the
// code begins.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html.
var statuses = []struct {
	code   *regexp.Regexp
	status int
}{
	{regexp.MustCompile(`^AccessDenied$|^InvalidClientTokenId$|^SignatureDoesNotMatch$`), http.StatusForbidden},
	{regexp.MustCompile(`^NoSuch|NotFoundError$`), http.StatusNotFound},
	{regexp.MustCompile(`^MethodNotAllowed$`), http.StatusMethodNotAllowed},
	{regexp.MustCompile(`^PermanentRedirect$`), http.StatusMovedPermanently},
	{regexp.MustCompile(`^InternalError$|^ServiceFailure$`), http.StatusInternalServerError},
	{regexp.MustCompile(`^NotImplemented$`), http.StatusNotImplemented},
	{regexp.MustCompile(`^SlowDown$|^ServiceUnavailable$`), http.StatusServiceUnavailable},
}

// fail is an error in the form of the service that was called.
func (r *request) fail(code, message string) answer {
	a := answer{status: http.StatusBadRequest}
	for _, s := range statuses {
		if s.code.MatchString(code) {
			a.status = s.status
		}
	}
	detail := element("Code", code) + element("Message", message)
	switch r.Service {
	case "Organizations", "KMS":
		text, _ := json.Marshal(map[string]string{"__type": code, "message": message}) // strings always encode
		a.body = string(text)
	case "IAM", "STS", "S3 Control":
		a.body = "<ErrorResponse><Error><Type>Sender</Type>" + detail + "</Error><RequestId>fake</RequestId></ErrorResponse>"
	default:
		a.body = "<Error>" + detail + "<RequestId>fake</RequestId></Error>"
	}
	return a
}

// isCode tells error codes from other reasons.
var isCode = regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)

// unread is the answer for a fact that the snapshot does not hold: the error
// that it was read with, or that access is denied.
func (r *request) unread(why string) answer {
	if !isCode.MatchString(why) {
		why = accessDenied
		if r.Service == "Organizations" || r.Service == "KMS" {
			why = accessDeniedException
		}
	}
	return r.fail(why, "the snapshot does not say")
}

// withFact answers with a fact: by value if it is known, with the error none if
// there is none, else with the error that it was read with.
func withFact[T any](r *request, f fact.Value[T], none string, value func(T) answer) answer {
	v, ok := f.Get()
	switch {
	case ok:
		return value(v)
	case f.Read():
		return r.fail(none, "there is none")
	}
	return r.unread(f.Why())
}

// asJSON is a success of a JSON protocol.
func asJSON(v any) answer {
	text, err := json.Marshal(v)
	if err != nil {
		return answer{status: http.StatusInternalServerError, body: err.Error()}
	}
	return answer{header: map[string]string{"Content-Type": "application/x-amz-json-1.1"}, body: string(text)}
}

// result is a success of the Query protocol.
func (r *request) result(content string) answer {
	name := r.Operation
	return answer{body: "<" + name + "Response><" + name + "Result>" + content + "</" + name + "Result>" +
		"<ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></" + name + "Response>"}
}

// page cuts one page out of a sorted list. The token is the last name of the
// page before.
func (f *Server) page(names []string, token string) (page []string, next string) {
	for len(names) > 0 && token != "" && names[0] <= token {
		names = names[1:]
	}
	if n := f.opts.PageSize; n > 0 && len(names) > n {
		return names[:n], names[n-1]
	}
	return names, ""
}

// marker is how an IAM list says whether it goes on.
func marker(next string) string {
	if next == "" {
		return "<IsTruncated>false</IsTruncated>"
	}
	return "<IsTruncated>true</IsTruncated>" + element("Marker", next)
}

// wrapAll writes each name as an element.
func wrapAll(name string, texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(element(name, t))
	}
	return b.String()
}
