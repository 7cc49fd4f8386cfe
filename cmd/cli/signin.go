package cli

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// A signIn says which live accounts to read and how to enter them: what the
// SPEC says, and flags over it.
type signIn struct {
	profiles      []string // PROFILE, or ACCOUNT=PROFILE
	roleName      string
	externalIDEnv string
	region        string
	accounts      []string // IDs; without a SPEC only
	organization  bool     // all accounts of it; without a SPEC only
	buckets       []string // without a SPEC only; for audit
	only          string   // the one bucket to read, with what it names and a SPEC says of it; "" for all
}

// add adds the flags, and returns the names of those that only say how to sign in.
func (g *signIn) add(cmd *cobra.Command) (names []string) {
	flags := cmd.Flags()
	flags.StringArrayVar(&g.profiles, "profile", nil, "`[ACCOUNT=]PROFILE` of the shared AWS config; repeatable")
	flags.StringVar(&g.roleName, "role-name", "", "`NAME` of the role to assume in each account")
	flags.StringVar(&g.externalIDEnv, "external-id-env", "", "`VARIABLE` of the environment that holds the external ID")
	flags.StringVar(&g.region, "region", "", "`REGION` to ask where none is known")
	flags.StringArrayVar(&g.accounts, "account", nil, "without a SPEC: `ID` of an account to read; repeatable")
	flags.BoolVar(&g.organization, "organization", false, "without a SPEC: read all accounts of the organization, by --role-name in each but the one signed in to")
	return []string{"profile", "role-name", "external-id-env", "region", "organization"}
}

// check refuses what does not go together. S is nil without a SPEC.
func (g *signIn) check(s *spec.Spec) error {
	var problems []error
	refuse := func(wrong bool, key string, args ...string) {
		if wrong {
			problems = append(problems, problem(key, args...))
		}
	}
	for _, id := range g.accounts {
		refuse(!arn.IsAccountID(id), "cli-account-id", "value", id)
	}
	if s != nil {
		refuse(len(g.accounts) > 0, "cli-with-spec", "flag", "--account")
		refuse(len(g.buckets) > 0, "cli-with-spec", "flag", "--bucket")
		refuse(g.organization, "cli-with-spec", "flag", "--organization")
	} else if g.organization {
		refuse(len(g.accounts) > 0, "cli-org-account")
		refuse(g.roleName == "", "cli-org-role")
		refuse(len(g.profiles) > 1, "cli-org-profiles", "count", strconv.Itoa(len(g.profiles)))
	}
	return errors.Join(problems...)
}

// accountsOf returns the accounts of a SPEC, or without one those that the flags
// name.
func (g *signIn) accountsOf(r *run, s *spec.Spec) ([]collect.Account, error) {
	if s != nil {
		return g.fromSpec(r, s)
	}
	return g.fromFlags(r)
}

// fromSpec returns the accounts of a SPEC with all that it names in them. Of one
// bucket it is what rules name that replicate it; accounts that have none of it are
// entered too, since the bucket may replicate there today.
func (g *signIn) fromSpec(r *run, s *spec.Spec) ([]collect.Account, error) {
	profiles, err := g.profilesOf(s)
	if err != nil {
		return nil, err
	}
	var accounts []collect.Account
	var problems []error
	part := partOf(s, g.only)
	for _, a := range s.Accounts {
		access := s.SignIn(a)
		c := collect.Account{
			ID: a.ID.Value, Partition: s.Partition(a.Name.Value), Region: g.region,
			Profile:  cmp.Or(profiles[a.Name.Value], profiles[""], access.Profile.Value),
			RoleARN:  a.RoleARN.Value,
			RoleName: access.RoleName.Value,
		}
		if g.roleName != "" {
			c.RoleARN, c.RoleName = "", g.roleName
		}
		c.ExternalID, err = r.externalID(cmp.Or(g.externalIDEnv, access.ExternalIDEnv.Value), c)
		problems = append(problems, err)
		c.Buckets, c.Roles, c.Users = named(part, a)
		c.Keys, c.Points, c.Organization = keysIn(part, a.ID.Value), pointsIn(part, a.ID.Value), a.Organization.Value
		accounts = append(accounts, c)
	}
	return accounts, errors.Join(problems...)
}

// partOf is what a SPEC says of one bucket as a source: its rules, and the buckets
// in them; all of it if bucket is "".
func partOf(s *spec.Spec, bucket string) *spec.Spec {
	if bucket == "" {
		return s
	}
	part := *s
	part.Writers = nil
	part.Rules = slices.DeleteFunc(slices.Clone(s.Rules), func(r spec.Rule) bool { return r.From.Value != bucket })
	part.Buckets = slices.DeleteFunc(slices.Clone(s.Buckets), func(b spec.Bucket) bool {
		return b.Name.Value != bucket && !slices.ContainsFunc(part.Rules, func(r spec.Rule) bool { return r.To.Value == b.Name.Value })
	})
	return &part
}

// named returns what a SPEC names in one of its accounts.
func named(s *spec.Spec, a spec.Account) (buckets []collect.Bucket, roles, users []string) {
	for _, b := range s.Buckets {
		if b.Account.Value == a.Name.Value {
			buckets = append(buckets, collect.Bucket{Name: b.Name.Value, Region: b.Region.Value})
		}
	}
	for _, r := range s.Rules {
		if r.Role.Account.Value == a.Name.Value && !slices.Contains(roles, r.Role.ARN) {
			roles = append(roles, r.Role.ARN)
		}
	}
	for _, w := range replication.WritersFromSpec(s) {
		switch {
		case w.Account != a.ID.Value:
		case w.Kind == string(spec.WriterUser):
			users = append(users, w.ARN)
		default:
			roles = append(roles, w.ARN)
		}
	}
	return buckets, roles, users
}

// keysIn lists the KMS keys of an account that a SPEC names, whosever buckets
// they are for.
func keysIn(s *spec.Spec, account string) (keys []string) {
	add := func(key string) {
		if a, err := arn.Parse(key); err == nil && a.Account == account && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, b := range s.Buckets {
		for _, key := range b.KMSKeys.Value {
			add(key.Value)
		}
	}
	for _, r := range s.Rules {
		add(r.ReplicaKMSKey.Value)
	}
	return keys
}

// pointsIn lists the access points of an account that writers go through.
func pointsIn(s *spec.Spec, account string) (points []string) {
	for _, w := range replication.WritersFromSpec(s) {
		if point := w.AccessPointARN(); point != "" && w.Bucket.Region != "" && w.Bucket.Account == account && !slices.Contains(points, point) {
			points = append(points, point)
		}
	}
	return points
}

// profilesOf reads --profile for the accounts of a SPEC: profiles by account,
// and under "" the one for all others.
func (g *signIn) profilesOf(s *spec.Spec) (map[string]string, error) {
	profiles := map[string]string{}
	for _, value := range g.profiles {
		name, profile, ok := strings.Cut(value, "=")
		if !ok {
			name, profile = "", value
		} else if name = accountName(s, name); name == "" {
			return nil, unknownAccount(s, strings.TrimSuffix(value, "="+profile))
		}
		if _, twice := profiles[name]; twice {
			return nil, problem("cli-two-profiles")
		}
		profiles[name] = profile
	}
	return profiles, nil
}

// accountName returns the name in the spec of an account that is given by name
// or by ID, "" if there is none.
func accountName(s *spec.Spec, nameOrID string) string {
	for _, a := range s.Accounts {
		if a.Name.Value == nameOrID || a.ID.Value == nameOrID {
			return a.Name.Value
		}
	}
	return ""
}

func unknownAccount(s *spec.Spec, name string) error {
	var known []string
	for _, a := range s.Accounts {
		known = append(known, a.Name.Value)
	}
	return problem("cli-unknown-account", "name", name, "known", strings.Join(known, ", "))
}

// fromFlags returns the accounts to search for replication: those that
// --account names, else those of the profiles, else that of the default
// credentials.
func (g *signIn) fromFlags(r *run) ([]collect.Account, error) {
	for _, p := range g.profiles {
		if strings.Contains(p, "=") {
			return nil, problem("cli-profile-account", "value", p)
		}
	}
	base := collect.Account{Region: g.region, RoleName: g.roleName, AllBuckets: true, Only: g.only}
	switch {
	case len(g.accounts) > 0 && len(g.profiles) > 1:
		return nil, problem("cli-many-profiles", "count", strconv.Itoa(len(g.profiles)))
	case g.organization:
		base.RoleName, base.Members, base.Organization = "", g.roleName, true
	case len(g.accounts) == 0 && g.roleName != "":
		return nil, problem("cli-role-name")
	}
	accounts := g.each(base)
	for i := range accounts {
		var err error
		accounts[i].ExternalID, err = r.externalID(g.externalIDEnv, accounts[i])
		if err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

func (g *signIn) each(base collect.Account) []collect.Account {
	var accounts []collect.Account
	if len(g.profiles) == 1 {
		base.Profile = g.profiles[0]
	}
	for _, id := range g.accounts {
		a := base
		a.ID = id
		accounts = append(accounts, a)
	}
	if len(g.profiles) > 1 {
		for _, p := range g.profiles {
			a := base
			a.Profile = p
			accounts = append(accounts, a)
		}
	}
	if len(accounts) == 0 {
		accounts = append(accounts, base)
	}
	return accounts
}

// externalID reads the external ID from the environment: a secret stands in no
// file. To go on without one that was asked for could enter nothing.
func (r *run) externalID(variable string, a collect.Account) (string, error) {
	if variable == "" {
		return "", nil
	}
	if a.RoleARN == "" && a.RoleName == "" && a.Members == "" {
		return "", problem("cli-external-id-role", "account", a.ID)
	}
	id := r.env(variable)
	if id == "" {
		return "", problem("cli-external-id", "name", variable)
	}
	return id, nil
}
