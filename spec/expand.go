package spec

// expand makes rules of the entries: one for each destination, and one more for
// each that is mirrored.
func (p *parser) expand() {
	p.spec.Rules = make([]Rule, 0, len(p.entries))
	for _, e := range p.entries {
		p.checkEntry(e)
		from, ok := p.knownBucket(e.rule.From)
		if !ok {
			for _, to := range e.to {
				p.knownBucket(to)
			}
			continue
		}
		p.expandEntry(e, from)
	}
	p.prioritize()
}

// expandEntry makes the rules of an entry. AWS describes replication from one
// bucket to others, and not what a rule from a bucket to itself would do: that
// is refused.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html.
func (p *parser) expandEntry(e *entry, from Bucket) {
	e.rule.Role = p.resolve(e.role, from, liveSuffix, e.rule.Pos)
	if e.rule.ExistingObjects.Wanted {
		e.rule.ExistingObjects.Role = p.resolve(e.batchRole, from, batchSuffix, e.rule.Pos)
		p.checkLocations(e.rule.ExistingObjects, from)
	}
	for _, name := range e.to {
		to, ok := p.knownBucket(name)
		switch {
		case !ok:
		case name.Value == from.Name.Value:
			p.clash(name.Pos, e.rule.From.Pos, "spec-destination-is-source", "bucket", quote(name.Value))
		default:
			p.addRule(e.forward(name), from, to)
			if e.rule.TwoWay.Wanted {
				p.addRule(p.mirror(e, name, to), to, from)
			}
		}
	}
}

// forward returns the rule of an entry to one of its destinations.
func (e *entry) forward(to Text) Rule {
	r := e.rule
	r.To = to
	switch {
	case e.name.IsZero():
		r.Name = Text{r.From.Value + "-to-" + to.Value, r.Pos}
	case len(e.to) > 1:
		r.Name = Text{e.name.Value + "-to-" + to.Value, e.name.Pos}
	default:
		r.Name = e.name
	}
	return r
}

// mirror returns the rule from a destination of an entry back to its source. It
// replicates new objects only: a batch job copies one way.
func (p *parser) mirror(e *entry, to Text, source Bucket) Rule {
	r := e.rule
	r.From, r.To = to, e.rule.From
	r.Mirrored, r.TwoWay, r.ExistingObjects = true, TwoWay{}, ExistingObjects{}
	r.ReplicaKMSKey = Optional[string]{}
	r.Role = p.resolve(e.rule.TwoWay.Role, source, liveSuffix, e.rule.Pos)
	switch {
	case !e.rule.TwoWay.Name.IsZero():
		r.Name = e.rule.TwoWay.Name
	case !e.name.IsZero():
		r.Name = Text{e.name.Value + "-to-" + r.To.Value, e.name.Pos}
	default:
		r.Name = Text{r.From.Value + "-to-" + r.To.Value, r.Pos}
	}
	return r
}

// addRule fills in what a rule leaves to its buckets, and keeps it.
func (p *parser) addRule(r Rule, from, to Bucket) {
	if !r.KMSObjects.Stated {
		r.KMSObjects.Value = len(from.KMSKeys.Value) > 0
	}
	if key, ok := to.DefaultKey(); ok && !r.ReplicaKMSKey.Stated {
		r.ReplicaKMSKey.Value = key.Value
	}
	if !r.Metrics.Stated {
		r.Metrics.Value = r.ReplicationTime.Value
	}
	p.checkPair(r, from, to)
	p.spec.Rules = append(p.spec.Rules, r)
}

// prioritize gives the rules of each source that state no priority the numbers
// from 1 on, in file order, and leaves out those that others state.
func (p *parser) prioritize() {
	stated := make(map[string]map[int]bool)
	for _, r := range p.spec.Rules {
		if stated[r.From.Value] == nil {
			stated[r.From.Value] = make(map[int]bool)
		}
		if r.Priority.Stated {
			stated[r.From.Value][r.Priority.Value] = true
		}
	}
	last := make(map[string]int)
	for i := range p.spec.Rules {
		r := &p.spec.Rules[i]
		if r.Priority.Stated {
			continue
		}
		n := last[r.From.Value] + 1
		for stated[r.From.Value][n] {
			n++
		}
		r.Priority.Value, last[r.From.Value] = n, n
	}
}

// checkEntry looks for settings of one entry that exclude each other.
func (p *parser) checkEntry(e *entry) {
	r := &e.rule
	if len(r.FilterTags) > 0 {
		p.checkTagFilter(r)
	}
	// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ReplicationErrorCodeList.
	if r.ReplicationTime.Value && r.Metrics.Stated && !r.Metrics.Value {
		p.clash(r.Metrics.Pos, r.ReplicationTime.Pos, "spec-time-without-metrics")
	}
}

// checkTagFilter checks that a rule that selects objects by their tags reads
// tags, and leaves delete markers alone, which have none.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteMarkerReplication.html.
func (p *parser) checkTagFilter(r *Rule) {
	filter := r.FilterTags[0].Key.Pos
	if r.Tags.Value == Omit || r.Tags.Value == Deny {
		p.clash(r.Tags.Pos, filter, "spec-filter-without-tags", "tags", string(r.Tags.Value))
	}
	if r.DeleteMarkers.Value {
		p.clash(r.DeleteMarkers.Pos, filter, "spec-filter-delete-markers")
	}
}

// checkLocations checks where a batch job reads and writes its files.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html.
func (p *parser) checkLocations(x ExistingObjects, from Bucket) {
	p.knownBucket(x.Report.Value.Bucket)
	manifest, ok := p.knownBucket(x.Manifest.Value.Bucket)
	if ok && !manifest.Region.IsZero() && !from.Region.IsZero() && manifest.Region.Value != from.Region.Value {
		p.clash(x.Manifest.Value.Bucket.Pos, from.Region.Pos, "spec-manifest-region",
			"bucket", quote(manifest.Name.Value), "got", manifest.Region.Value, "want", from.Region.Value)
	}
}
