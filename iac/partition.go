package iac

import (
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// In returns the layer as it reads where accounts hold base: a template does not
// say the partition of its stack, and what its account holds does.
func (l *Layer) In(base *snapshot.Snapshot) *Layer {
	if l.within == nil || base == nil {
		return l
	}
	partition := ""
	for _, account := range l.Accounts {
		partition = partitionIn(base.Accounts[account])
	}
	if partition == "" {
		return l
	}
	known := l.within(partition)
	known.Owners = l.Owners
	return known
}

// within reads a template again, in a partition.
func within(file string, data []byte, s Stack) func(string) *Layer {
	return func(partition string) *Layer {
		s.Partition = partition
		l, _ := CloudFormation(file, data, s) // which was read without an error before
		return l
	}
}

// partitionIn is the partition of which all that an account holds is; "" if
// nothing tells it. An account is in one partition.
//
// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
func partitionIn(a *snapshot.Account) string {
	var found []string
	for _, p := range partitionsOf(a) {
		if p != "" && !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

func partitionsOf(a *snapshot.Account) []string {
	if a == nil {
		return nil
	}
	var out []string
	note := func(id string) {
		if p, err := arn.Parse(id); err == nil && arn.IsPartition(p.Partition) {
			out = append(out, p.Partition)
		}
	}
	for id := range a.Roles {
		note(id)
	}
	for id := range a.Users {
		note(id)
	}
	for id := range a.Keys {
		note(id)
	}
	for id := range a.AccessPoints {
		note(id)
	}
	for _, b := range a.Buckets {
		if b == nil {
			continue
		}
		if b.Region != "" {
			out = append(out, arn.PartitionOf(b.Region))
		}
		if c, ok := b.ReplicationConfiguration.Get(); ok {
			note(c.Role)
		}
	}
	return out
}
