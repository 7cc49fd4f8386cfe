package collect

import (
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// besides returns the tasks of reading what the configurations of accounts that
// are known otherwise name in the accounts to read: roles, destinations, and the
// keys of replicas.
func (r *run) besides() []task {
	if r.opts.Beside == nil {
		return nil
	}
	var work []task
	r.opts.Beside.EachBucket(func(id, _ string, b *snapshot.Bucket) {
		if r.sessions[id] == nil {
			work = append(work, r.besideOf(id, b)...)
		}
	})
	return work
}

func (r *run) besideOf(account string, b *snapshot.Bucket) []task {
	var work []task
	c, _ := b.ReplicationConfiguration.Get()
	if id, role := roleOf(c.Role); r.sessions[id] != nil {
		work = append(work, r.role(r.sessions[id], role))
	}
	for _, rule := range c.Rules {
		bucket := bucketOf(rule.Destination.Bucket)
		if bucket != "" {
			work = append(work, r.destination(nil, bucket, rule.Destination.Owner()))
		}
		if e := rule.Destination.EncryptionConfiguration; e != nil && e.ReplicaKmsKeyID != "" {
			in := r.regionOf(bucket)
			work = append(work, r.keyTasks(e.ReplicaKmsKeyID, account, in, "")...)
		}
	}
	return work
}

// known reports whether a bucket is one of those that are known otherwise.
func (r *run) known(bucket string) bool {
	if r.opts.Beside == nil {
		return false
	}
	owner, _, state := r.opts.Beside.FindBucket(bucket)
	return state == fact.Known && r.sessions[owner] == nil
}
