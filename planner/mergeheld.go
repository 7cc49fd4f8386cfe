package planner

import (
	"encoding/json"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// Existing returns what a snapshot holds of the targets of p; file is its name
// in messages.
func (p *Plan) Existing(held *snapshot.Snapshot, file string) Existing {
	have := Existing{Policies: map[string]Held{}, Configurations: map[string]Held{}}
	for _, target := range p.Targets() {
		a, err := arn.Parse(target)
		if err != nil {
			continue
		}
		switch {
		case a.Service == "kms":
			have.Policies[target] = heldKey(held, a.Account, target, file)
		case a.Type() == "accesspoint":
			have.Policies[target] = heldAccessPoint(held, a.Account, target, file)
		default:
			policy, configuration := heldBucket(held, a.Resource, file)
			have.Policies[target] = policy
			have.Configurations[target] = configuration
		}
	}
	return have
}

// heldBucket returns what is known of a bucket. One that does not exist yet has
// no policy and no configuration.
func heldBucket(s *snapshot.Snapshot, name, file string) (policy, configuration Held) {
	_, b, state := s.FindBucket(name)
	if b == nil {
		none := Held{State: state, From: file}
		return none, none
	}
	c := b.ReplicationConfiguration
	configuration = Held{State: c.State(), Why: c.Why(), From: file}
	if config, ok := c.Get(); ok {
		configuration.Text = encodeConfiguration(config)
	}
	return heldDocument(b.Policy, file), configuration
}

func heldKey(s *snapshot.Snapshot, account, key, file string) Held {
	if a := s.Accounts[account]; a != nil && a.Keys[key] != nil {
		return heldDocument(a.Keys[key].Policy, file)
	}
	return Held{From: file}
}

func heldAccessPoint(s *snapshot.Snapshot, account, point, file string) Held {
	a := s.Accounts[account]
	switch {
	case a != nil && a.AccessPoints[point] != nil:
		return heldDocument(a.AccessPoints[point].Policy, file)
	case a.Lists("accessPoints"):
		return Held{State: fact.None, From: file}
	default:
		return Held{From: file}
	}
}

// heldDocument keeps the text of a policy that was read. One that has no
// reading is handed on as such, so that merging refuses it.
func heldDocument(d snapshot.Document, file string) Held {
	h := Held{State: d.State(), Why: d.Why(), From: file}
	if h.State == fact.Known {
		h.Text = d.Text()
	}
	if strings.HasPrefix(h.Why, snapshot.Malformed) {
		h.State, h.Text = fact.Known, d.Text()
	}
	return h
}

// ParseHeld tells what a file about one target is: a replication configuration,
// or a policy; bare, or as the AWS CLI prints it.
func ParseHeld(file string, data []byte) (h Held, configuration bool) {
	h = Held{State: fact.Known, Text: data, From: file}
	var printed struct {
		Policy                   *string
		ReplicationConfiguration json.RawMessage
		Role, Rules              json.RawMessage
	}
	if json.Unmarshal(data, &printed) != nil {
		return h, false // merging says where it has no reading
	}
	switch {
	case printed.Policy != nil:
		h.Text = []byte(*printed.Policy)
	case printed.ReplicationConfiguration != nil:
		h.Text, configuration = printed.ReplicationConfiguration, true
	case printed.Role != nil || printed.Rules != nil:
		configuration = true
	}
	return h, configuration
}
