package collect

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// A run is one collection.
type run struct {
	opts Options

	mu       sync.Mutex
	held     *snapshot.Snapshot
	sessions map[string]*session // by account ID
	policies map[string]*managedPolicy
	done     map[string]bool // what was read, or is being read
	progress Progress
	start    time.Time
}

// Snapshot reads accounts: what they name, and what the replication
// configurations found there name in turn, as far as it is in these accounts.
// Each resource is read once.
//
// What cannot be read is in the snapshot with its reason. The error is about
// the order itself, about an account that has no ID and cannot be entered (an
// [*EntryError]), about an organization ([*UnlistedError]), or that of ctx; but for
// the first, the snapshot holds what was read, and that something is lacking.
func Snapshot(ctx context.Context, accounts []Account, opts Options) (*snapshot.Snapshot, error) {
	r, err := collect(ctx, accounts, opts)
	if r == nil {
		return nil, err
	}
	return r.held, err
}

// collect is Snapshot, and returns the run with its sessions.
func collect(ctx context.Context, accounts []Account, opts Options) (*run, error) {
	if err := checkAccounts(accounts); err != nil {
		return nil, err
	}
	r := &run{
		opts:     opts.withDefaults(),
		held:     &snapshot.Snapshot{Schema: snapshot.Schema, Accounts: make(map[string]*snapshot.Account)},
		sessions: make(map[string]*session),
		policies: make(map[string]*managedPolicy),
		done:     make(map[string]bool),
		progress: Progress{Accounts: len(accounts)},
	}
	r.order(accounts)
	r.start = r.opts.Now()
	err := r.readAccounts(ctx, accounts)
	r.each(ctx, r.sought(accounts))
	for work := r.references(); len(work) > 0 && ctx.Err() == nil; work = r.references() {
		r.each(ctx, work)
	}
	r.organizations(ctx)
	r.aliases()
	r.held.CollectedAt = r.opts.Now().UTC().Format(time.RFC3339)
	r.held.Explain()
	if ctx.Err() != nil {
		r.held.Interrupted = true
		err = fmt.Errorf("reading was interrupted: %w", context.Cause(ctx))
	}
	return r, err
}

// readAccounts reads what the accounts name.
func (r *run) readAccounts(ctx context.Context, accounts []Account) error {
	errs := make([]error, len(accounts))
	var group errgroup.Group
	group.SetLimit(r.opts.Accounts)
	for i, a := range accounts {
		group.Go(func() error {
			errs[i] = r.readAccount(ctx, a)
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	return errors.Join(errs...)
}

func (r *run) readAccount(ctx context.Context, a Account) error {
	defer r.finished()
	s, err := r.enter(ctx, a)
	if s == nil {
		return err
	}
	s.readOrganization(ctx)
	s.readPublicAccessBlock(ctx)
	if a.Members != "" {
		err = r.readMembers(ctx, s)
	}
	var work []task
	if a.AllBuckets {
		r.each(ctx, s.scan(ctx))
	}
	for _, b := range a.Buckets {
		work = append(work, r.bucket(s, b.Name, b.Region))
	}
	for _, role := range a.Roles {
		work = append(work, r.role(s, role))
	}
	for _, user := range a.Users {
		work = append(work, r.user(s, user))
	}
	for _, point := range a.Points {
		work = append(work, r.point(s, point)...)
	}
	r.each(ctx, work)
	return err
}

// enter signs in to an account. One that cannot be entered is in the snapshot,
// with the reason.
func (r *run) enter(ctx context.Context, a Account) (*session, error) {
	cfg, id, err := a.enter(ctx, r.opts)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		return nil, r.shut(ctx, a, err)
	}
	a.ID = aws.ToString(id.Account)
	if r.sessions[a.ID] != nil {
		return nil, r.lackEntry(a, refuse("GetCallerIdentity", "account "+a.ID+" is entered by another profile too", nil))
	}
	held := &snapshot.Account{As: aws.ToString(id.Arn)}
	r.held.Accounts[a.ID] = held
	r.sessions[a.ID] = newSession(r, a, cfg, held)
	return r.sessions[a.ID], nil
}

// shut keeps why an account cannot be entered. It returns an error unless the
// account's ID says all.
func (r *run) shut(ctx context.Context, a Account, err error) error {
	no, ok := refused(err)
	switch {
	case !ok:
		return saying{sentences.Text("collect-enter", "problem", err.Error()).With("account", a.name()), err}
	case a.ID == "":
		return r.lackEntry(a, no)
	}
	r.opts.Log.DebugContext(ctx, "refused", "account", a.ID, "operation", no.operation, "why", no.why)
	r.held.Accounts[a.ID] = &snapshot.Account{Errors: snapshot.Errors{no.operation: no.why}}
	return nil
}

// lackEntry keeps that an account could not be entered of which nobody knows the ID.
func (r *run) lackEntry(a Account, no *refusal) *EntryError {
	r.lack(snapshot.Lack{Profile: a.Profile, Errors: snapshot.Errors{no.operation: no.why}})
	return &EntryError{Profile: a.Profile, Operation: no.operation, Why: no.why, Files: no.files, account: a.name().String()}
}

// lack keeps what could not be read and stands under no account ID. The caller
// holds the lock.
func (r *run) lack(l snapshot.Lack) { r.held.Lacks = snapshot.SortLacks(append(r.held.Lacks, l)) }

// A task is something to read. Its key says what, so that nothing is read twice.
type task struct {
	key string
	do  func(context.Context)
}

// each does tasks, many at a time, and returns when all are done.
func (r *run) each(ctx context.Context, work []task) {
	var group errgroup.Group
	group.SetLimit(r.opts.Accounts * r.opts.Calls)
	for _, t := range r.found(work) {
		group.Go(func() error {
			if ctx.Err() == nil {
				t.do(ctx)
			}
			r.read()
			return nil
		})
	}
	_ = group.Wait() // tasks keep their errors in the snapshot
}

// found claims tasks, and returns those that nobody claimed before.
func (r *run) found(work []task) (own []task) {
	for _, t := range work {
		if r.claim(t.key) {
			own = append(own, t)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Found += len(own)
	return own
}

// read counts a task that is done.
func (r *run) read() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Read++
}

// claim reports whether nobody claimed key before.
func (r *run) claim(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done[key] {
		return false
	}
	r.done[key] = true
	return true
}

func (r *run) bucket(s *session, name, region string) task {
	return task{"bucket " + s.ID + " " + name, func(ctx context.Context) { s.reader(name, region).read(ctx) }}
}

func (r *run) role(s *session, wanted string) task {
	s.wantedRoles = add(s.wantedRoles, wanted)
	return task{"role " + s.ID + " " + entityName(wanted), func(ctx context.Context) { s.readRole(ctx, wanted) }}
}

func (r *run) user(s *session, wanted string) task {
	s.wantedUsers = add(s.wantedUsers, wanted)
	return task{"user " + s.ID + " " + entityName(wanted), func(ctx context.Context) { s.readUser(ctx, wanted) }}
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// scan lists the buckets of an account and returns the tasks of reading which
// of them replicate.
func (s *session) scan(ctx context.Context) []task {
	buckets, err := s.listBuckets(ctx)
	if err != nil {
		fail(&s.held.Errors, "ListBuckets", reason(ctx, err))
	} else {
		s.held.Listed = []string{"buckets"}
	}
	var work []task
	for _, b := range buckets {
		if s.Only != "" && s.Only != b.Name {
			s.pass(b)
			continue
		}
		reader := s.reader(b.Name, b.Region)
		work = append(work, task{"scan " + s.ID + " " + b.Name, func(ctx context.Context) { reader.read(ctx, "GetBucketReplication") }})
	}
	return work
}

// pass keeps of a bucket that is not to be read that it is there, and where.
func (s *session) pass(b Bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Buckets == nil {
		s.held.Buckets = make(map[string]*snapshot.Bucket)
	}
	s.held.Buckets[b.Name] = &snapshot.Bucket{Region: b.Region}
}

// sought returns the tasks of reading the one bucket of accounts that could not
// list theirs, where no other account has it.
func (r *run) sought(accounts []Account) []task {
	var work []task
	for _, a := range accounts {
		if a.Only != "" {
			work = append(work, r.destination(nil, a.Only, ""))
		}
	}
	return work
}

// references returns the tasks of reading what the configurations read so far
// name: the bucket itself as a whole, its role, its destinations, its keys and
// the access points that it trusts; and the keys that somebody ordered, in the
// account that each is in.
func (r *run) references() []task {
	var work []task
	for _, s := range r.sorted() {
		for _, key := range s.Keys {
			work = append(work, r.keyTasks(key, s.ID, "", "")...)
		}
		for _, name := range slices.Sorted(maps.Keys(s.held.Buckets)) {
			if b := s.held.Buckets[name]; b != nil {
				work = append(work, r.replication(s, name, b)...)
				work = append(work, r.keyReferences(s, b)...)
				work = append(work, r.pointTasks(s, name, b)...)
			}
		}
	}
	return r.undone(append(work, r.besides()...))
}

// replication returns the tasks of reading what the replication configuration of
// a bucket names.
func (r *run) replication(s *session, name string, b *snapshot.Bucket) []task {
	c, ok := b.ReplicationConfiguration.Get()
	if !ok {
		return nil
	}
	work := []task{r.bucket(s, name, b.Region)}
	if account, role := roleOf(c.Role); r.sessions[account] != nil {
		work = append(work, r.role(r.sessions[account], role))
	}
	for _, rule := range c.Rules {
		if bucket := bucketOf(rule.Destination.Bucket); bucket != "" {
			work = append(work, r.destination(s, bucket, rule.Destination.Owner()))
		}
	}
	return work
}

// undone drops the tasks that were done.
func (r *run) undone(work []task) []task {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(work, func(t task) bool { return r.done[t.key] })
}

func (r *run) managed(arn string) *managedPolicy {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.policies[arn] == nil {
		r.policies[arn] = &managedPolicy{}
	}
	return r.policies[arn]
}

// called counts a call and tells who watches.
func (r *run) called(account, resource string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Calls++
	r.progress.Account, r.progress.Resource = account, resource
	r.progress.Elapsed = r.opts.Now().Sub(r.start)
	r.opts.Progress(r.progress)
}

// finished counts an account and tells who watches.
func (r *run) finished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
	r.opts.Progress(r.progress)
}

// roleOf is the account and ARN of the role that a configuration names. An ARN
// without "role/" stands for the role of that name, which its writer meant.
func roleOf(configured string) (account, role string) {
	id, err := arn.Parse(configured)
	if err != nil || id.Service != "iam" {
		return "", ""
	}
	if id.Type() != "role" {
		configured = arn.Role(id.Partition, id.Account, "", id.Name())
	}
	return id.Account, configured
}

// bucketOf is the bucket of a bucket ARN, or "".
func bucketOf(bucket string) string {
	id, err := arn.Parse(bucket)
	if err != nil || id.Service != "s3" || id.Account != "" || !bucketName.MatchString(id.Resource) {
		return ""
	}
	return id.Resource
}
