package policy

// A CallerKind is a kind of principal that makes requests.
type CallerKind uint8

// The kinds of callers.
const (
	Anonymous     CallerKind = iota
	Role                     // a session of a role; see Caller.Session
	User                     // an IAM user
	Root                     // the root user of an account
	FederatedUser            // a session made with GetFederationToken
	ServiceCaller            // an AWS service itself: "s3.amazonaws.com"
)

// A Caller is who makes a request.
type Caller struct {
	Kind    CallerKind
	ARN     string // of the role (not the session), user, root or federated session; the name of a service
	Account string // 12 digits; "" for a service and for anonymous
	// UniqueID is the role's or user's ID, AROA... or AIDA..., if known: a
	// policy that names a deleted principal holds it.
	UniqueID string
	// Session is the name of a role session. Empty means a session whose name
	// no statement holds, unless AnySession.
	Session string
	// AnySession says that the session's name is not known: a statement that
	// names a session of this role may or may not mean it.
	AnySession bool
}
