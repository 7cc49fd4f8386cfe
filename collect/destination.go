package collect

import (
	"context"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/snapshot"
)

// destination returns the task of finding a destination bucket in the accounts
// at hand and reading it. Declared is the account that the rule names, if any.
func (r *run) destination(from *session, name, declared string) task {
	return task{"destination " + name, func(ctx context.Context) {
		if s, region := r.owner(ctx, from, name, declared); s != nil {
			r.each(ctx, []task{r.bucket(s, name, region)})
		}
	}}
}

// owner finds the account that holds a bucket: the one where it was read or
// listed before, else the one declared, else the first that S3 does not refuse,
// that of the source before others. One whose list is whole holds no other; but that
// of the source is asked all the same, since S3 says to it whether the bucket exists
// at all. From is nil for a source that is not read.
func (r *run) owner(ctx context.Context, from *session, name, declared string) (*session, string) {
	for _, s := range r.sorted() {
		if region, known := s.has(name); known {
			return s, region
		}
	}
	if r.known(name) {
		return nil, ""
	}
	if s := r.sessions[declared]; s != nil && s.lists() {
		return nil, "" // the list is whole, and says that the bucket is not there
	} else if declared != "" {
		return s, ""
	}
	if from != nil && from.answers(ctx, name) {
		return from, ""
	}
	for _, s := range r.sorted() {
		if s != from && !s.lists() && s.answers(ctx, name) {
			return s, ""
		}
	}
	return nil, ""
}

// sorted lists the sessions by account ID.
func (r *run) sorted() []*session {
	var list []*session
	for _, id := range slices.Sorted(maps.Keys(r.sessions)) {
		list = append(list, r.sessions[id])
	}
	return list
}

// has reports whether a bucket was named for, listed in, or found in the
// account, and the Region that is known of it.
func (s *session) has(name string) (region string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, known := s.held.Buckets[name]
	if b != nil {
		region = b.Region
	}
	return region, known
}

// answers asks whether a bucket is this account's, by reading whether it is
// versioned. A bucket that does not exist is as good as its own: nobody else
// holds it.
func (s *session) answers(ctx context.Context, name string) bool {
	reader := &bucketReader{s: s, name: name, bucket: &snapshot.Bucket{}}
	err := reader.readSetting(ctx, bucketSettings[0])
	if err != nil {
		return false
	}
	s.mu.Lock()
	s.buckets[name] = reader
	s.mu.Unlock()
	return true
}

func (s *session) lists() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held.Lists("buckets")
}

// aliases gives keys their aliases. Of ARNs that were asked for, and whose names
// IAM knows under other ARNs, it says that they do not exist.
func (r *run) aliases() {
	for _, s := range r.sorted() {
		s.nameKeys()
		for _, role := range s.wantedRoles {
			keepAlias(s, &s.held.Roles, s.roles, role)
		}
		for _, user := range s.wantedUsers {
			keepAlias(s, &s.held.Users, s.users, user)
		}
	}
}
