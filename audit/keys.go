package audit

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// keys makes out which keys a rule is about, and checks what they must be like
// whatever the policies say. The rule that it returns names the replica key by
// its ARN, or none where nobody knows which it is.
func (a *auditor) keys(r replication.Rule) replication.Rule {
	if !r.KMSObjects {
		a.optIn(r)
		return r
	}
	if len(r.From.KMSKeys.Or(nil)) == 0 && r.Role != "" {
		a.someSourceKey(r)
	}
	for _, key := range r.From.KMSKeys.Or(nil) {
		a.keyState(r, key, replication.SourceKeys)
	}
	if r = a.replicaKey(r); r.ReplicaKMSKey != "" {
		a.keyState(r, r.ReplicaKMSKey, replication.ReplicaKey)
	}
	return r
}

// optIn finds a rule that skips what its source encrypts by default. A SPEC that
// says so in words means it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
func (a *auditor) optIn(r replication.Rule) {
	if r.KMSLeftOut || !a.encryptsWithKMS(r.From) {
		return
	}
	if a.encryptsOtherwise(r.From) {
		a.someKey(r, replication.SourceKeys, "kms:Decrypt", "*")
		return
	}
	f := configFinding(checkOptIn, Mismatch, Critical, r)
	f.Origin = origin(r, a.in)
	f.Evidence = shows(replication.BucketSettings, words("says.encrypts-with-kms", "bucket", r.From.Name))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.select-kms", "rule", r.Name))
	a.add(f, nil)
	a.rules[keyOf(r)].degraded = true
}

// encryptsOtherwise reports whether new objects of a bucket are encrypted by an
// algorithm that repligrant does not know.
func (a *auditor) encryptsOtherwise(b replication.Bucket) bool {
	_, live, state := a.bucket(b)
	if state != fact.Known {
		return false
	}
	algorithm := encryptionOf(live).Or(noKMS)
	return algorithm != noKMS && algorithm != "aws:kms" && algorithm != "aws:kms:dsse"
}

// replicaKey resolves the replica key of a live rule. An alias is looked up in
// the account of whoever asks, so that it may mean another key than its writer
// thinks.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_EncryptionConfiguration.html.
func (a *auditor) replicaKey(r replication.Rule) replication.Rule {
	written := r.ReplicaKMSKey
	if p, err := arn.Parse(written); written == "" || err == nil && p.Type() == "key" {
		return r
	}
	f := keyFinding(checkKeyAlias, Mismatch, Medium, r, written)
	f.Account, f.Document, f.Target = r.From.Account, replication.ReplicationConfiguration, r.From.ARN()
	f.Evidence = shows(f.Document, words("says.replica-key", "key", written))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.write-key-arn"))
	f.Origin = origin(r, a.in)
	a.add(f, nil)
	asking := r.To
	asking.Account = r.From.Account
	key, ok := a.resolveKey(written, asking)
	if r.ReplicaKMSKey = key; !ok && r.Role != "" {
		a.someKey(r, replication.ReplicaKey, "kms:Encrypt", written)
	}
	return r
}

// someKey records that nobody knows which key a rule means.
func (a *auditor) someKey(r replication.Rule, on replication.Form, action, key string) {
	qu := question{Requirement: replication.Requirement{
		ID: r.Name + "/" + r.From.Name + "/" + r.To.Name + "/" + action, Rule: r.Name, From: r.From.Name, To: r.To.Name,
		Principal: r.Role, Action: action, Resource: key, Level: replication.Required, Account: r.From.Account, Position: r.Pos,
		Holders: []replication.Kind{replication.RolePolicy}, On: on,
	}, rule: r, check: checkMissing}
	a.keyUnknown(&qu)
}

func (a *auditor) keyUnknown(qu *question) {
	a.count(qu, Unknown)
	a.undecided(qu, qu.place(policy.Identity), "key of "+qu.bucketName(), func(f *Finding) {
		f.Key = checkUnknown + "/which-key"
		f.From = qu.bucketName() // for its ID: a role may serve several buckets
		f.Evidence = shows(replication.BucketSettings, words("says.which-key", "bucket", qu.bucketName()))
	})
}

func (qu *question) bucketName() string {
	if qu.On == replication.ReplicaKey || qu.On == replication.UploadKey {
		return qu.To
	}
	return qu.From
}

// someSourceKey decides whether the role may decrypt with any key at all, where
// nobody knows which keys the objects have: their bucket encrypts others by
// default. With no key it is missing; with some it is not known.
func (a *auditor) someSourceKey(r replication.Rule) {
	every := arn.ARN{Partition: r.From.Partition, Service: "kms", Region: r.From.Region, Account: r.From.Account, Resource: "key/*"}
	questions := a.keyQuestions(r, every.String())
	for i := range questions {
		questions[i].policies.Resource = delegating(r.From)
		questions[i].rule = r
	}
	if a.mayDecrypt(questions) || r.From.Account == "" || r.From.Region == "" || a.mayWithSnapshotKey(r) {
		a.keyUnknown(&questions[0])
		return
	}
	for i := range questions {
		qu := &questions[i]
		if !a.nowhere(qu) {
			a.consult(qu)
			a.blame(qu, a.evaluator.Decide(qu.request, qu.policies))
		}
	}
}

// keyQuestions are what a rule asks of one source key.
func (a *auditor) keyQuestions(r replication.Rule, key string) []question {
	r.From.KMSKeys = fact.Of([]string{key})
	var out []question
	for _, q := range replication.Requirements([]replication.Rule{r}) {
		if q.On == replication.SourceKeys && q.Level == replication.Required {
			qu := question{Requirement: q, rule: r, bucket: r.From, check: checkMissing}
			a.dataQuestion(&qu)
			out = append(out, qu)
		}
	}
	return out
}

// mayDecrypt reports whether it is not certain that every question is denied.
func (a *auditor) mayDecrypt(questions []question) bool {
	return slices.ContainsFunc(questions, func(qu question) bool {
		answer := a.evaluator.Decide(qu.request, qu.policies)
		return answer.TooComplex || slices.ContainsFunc(answer.Classes, func(c policy.Class) bool { return !c.Decision.Denied() })
	})
}

// mayWithSnapshotKey reports whether the role may decrypt with one of the keys
// of the source's account and Region that were read.
func (a *auditor) mayWithSnapshotKey(r replication.Rule) bool {
	account := a.in.Snapshot.Accounts[r.From.Account]
	if account == nil {
		return false
	}
	return slices.ContainsFunc(slices.Sorted(maps.Keys(account.Keys)), func(key string) bool {
		p, err := arn.Parse(key)
		return err == nil && p.Region == r.From.Region && account.Keys[key] != nil && a.mayDecrypt(a.keyQuestions(r, key))
	})
}

// delegating is the policy that keys have by default: IAM decides.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func delegating(b replication.Bucket) policy.Source {
	st := policy.Statement{
		Effect: policy.Allow, Principal: policy.AWS(arn.Root(b.Partition, b.Account)), Action: policy.One("kms:*"), Resource: policy.One("*"),
	}
	return policy.Source{Name: "default key policy", Document: fact.Of(policy.New(st))}
}

// keyState checks what a key must be like, whoever may use it. Of a key that
// was not read the questions about its policy tell.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html.
func (a *auditor) keyState(r replication.Rule, key string, on replication.Form) {
	if on == replication.ReplicaKey {
		a.keyRegion(r, key)
	}
	k, state := a.key(key)
	if state != fact.Known {
		return
	}
	metadata, ok := k.KeyMetadata.Get()
	if !ok || !tells(metadata, r, key, on) {
		a.notRead(unreading{place{replication.KMSKey, arnAccount(key), key, ""}, "DescribeKey", k.KeyMetadata.Why()}, a.concernOf(r))
		a.leave(r)
	}
	a.keyMetadata(r, key, on, metadata)
}

// tells reports whether metadata has what is asked of a key.
func tells(metadata snapshot.Raw, r replication.Rule, key string, on replication.Form) bool {
	state, _ := metadata["KeyState"].(string)
	manager, _ := metadata["KeyManager"].(string)
	return state != "" && (manager != "" || !foreignKey(r, key, on))
}

// foreignKey reports whether the owner of a key and whoever uses it are two accounts.
func foreignKey(r replication.Rule, key string, on replication.Form) bool {
	return arnAccount(key) != r.From.Account || on == replication.ReplicaKey && r.CrossAccount()
}

// leave leaves the verdict on a rule open. A writer has none.
func (a *auditor) leave(r replication.Rule) {
	if p := a.rules[keyOf(r)]; p != nil {
		p.unknown = true
	}
}

// keyRegion checks that a replica key is where the replicas are. Of a bucket that
// was not read something else is said.
func (a *auditor) keyRegion(r replication.Rule, key string) {
	p, _ := arn.Parse(key)
	_, _, state := a.bucket(r.To)
	switch {
	case r.To.Region == "" && state == fact.Known:
		a.regionUnread(r, r.To)
		a.leave(r)
	case r.To.Region != "" && p.Region != r.To.Region:
		f := keyFinding(checkKeyRegion, Mismatch, Critical, r, key)
		f.Account, f.Document, f.Target = r.From.Account, replication.ReplicationConfiguration, r.From.ARN() // whoever has the rule chooses another
		f.Args["region"], f.Args["want"], f.Args["bucket"] = p.Region, r.To.Region, r.To.Name
		f.Evidence = shows(replication.ReplicationConfiguration, words("says.replica-key", "key", key))
		f.Fix = Fix{Op: Set, Document: replication.ReplicationConfiguration}.saying(words("fix.key-in-region", "region", r.To.Region))
		a.failing(r, f)
	}
}

func (a *auditor) keyMetadata(r replication.Rule, key string, on replication.Form, metadata snapshot.Raw) {
	switch state, _ := metadata["KeyState"].(string); {
	case slices.Contains(unusable, state):
		f := keyFinding(checkKeyState, Blocked, Critical, r, key)
		f.FailureCode = invalidState[on]
		f.Args["state"] = state
		f.Evidence = shows(f.Document, words("says.key-state", "state", state))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.enable-key"))
		a.failing(r, f)
	case state != "" && !slices.Contains(usable, state):
		a.strangeState(r, key, state)
	}
	a.keyType(r, key, metadata)
	if manager, _ := metadata["KeyManager"].(string); manager == "AWS" && foreignKey(r, key, on) {
		f := keyFinding(checkKeyManaged, Blocked, Critical, r, key)
		if on == replication.ReplicaKey { // whoever has the rule chooses another
			f.Account, f.Document, f.Target = r.From.Account, replication.ReplicationConfiguration, r.From.ARN()
		}
		f.Evidence = shows(replication.KMSKey, words("says.key-manager", "manager", manager))
		f.Fix = Fix{Op: Set, Document: replication.ReplicationConfiguration}.saying(words("fix.customer-key"))
		a.failing(r, f)
	}
}

// The states in which a key encrypts and decrypts, and those in which it does not.
// Of others nobody knows.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-update.html.
var (
	usable   = []string{replication.Enabled, "Updating"}
	unusable = []string{"Creating", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable"}
)

// strangeState records a key in a state of which nobody knows what it does.
func (a *auditor) strangeState(r replication.Rule, key, state string) {
	a.leave(r)
	a.share(cause{checkKeyState, key, state}, a.concernOf(r), func() Finding {
		f := keyFinding(checkUnknown, Unknown, Medium, replication.Rule{}, key)
		f.Key, f.Source = checkUnknown+"/key-state", checkTable[checkKeyState].Source
		f.Args["state"] = state
		f.Evidence = shows(f.Document, words("says.key-state", "state", state))
		return f
	})
}

// keyType finds a key that is not one of those with which S3 encrypts: symmetric
// encryption keys. Metadata that names no type is that of a snapshot which does
// not hold it, and says nothing.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_EncryptionConfiguration.html and
// https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html.
func (a *auditor) keyType(r replication.Rule, key string, metadata snapshot.Raw) {
	for _, want := range []struct{ setting, value string }{
		{"KeySpec", "SYMMETRIC_DEFAULT"}, {"CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"}, {"KeyUsage", "ENCRYPT_DECRYPT"},
	} {
		live, _ := metadata[want.setting].(string)
		if live == "" || live == want.value {
			continue
		}
		f := keyFinding(checkKeyState, Blocked, Critical, r, key)
		f.Key, f.Source = checkKeyState+"/type", apiDocs+"API_EncryptionConfiguration.html"
		f.Args["type"], f.Args["setting"] = live, want.setting
		f.Evidence = shows(f.Document, words("says.key-type", "setting", want.setting, "live", live))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.symmetric-key"))
		a.failing(r, f)
		return
	}
}

// failing adds a finding for which a rule fails.
func (a *auditor) failing(r replication.Rule, f Finding) {
	f.Origin = origin(r, a.in)
	if p := a.rules[keyOf(r)]; p != nil { // a writer has no verdict
		p.fails = true
	}
	a.add(f, nil)
}

// invalidState is what S3 reports of a key that cannot be used.
var invalidState = map[replication.Form]string{
	replication.SourceKeys: "SrcKmsKeyInvalidState",
	replication.ReplicaKey: "DstKmsKeyInvalidState",
}

// keyFinding is a finding about a key that a rule uses.
func keyFinding(check string, o Outcome, s Severity, r replication.Rule, key string) Finding {
	return Finding{
		Check: check, Outcome: o, Severity: s, Rule: r.Name, From: r.From.Name, To: r.To.Name, Position: r.Pos,
		Account: arnAccount(key), Document: replication.KMSKey, Target: key, Args: map[string]string{"key": key, "rule": r.Name},
	}
}

// noKey records a key that does not exist.
func (a *auditor) noKey(qu *question) {
	if p := a.rules[keyOf(qu.rule)]; p != nil && !qu.advised() {
		p.fails = true
	}
	a.share(cause{checkKeyMissing, qu.Resource, ""}, a.concern(qu), func() Finding {
		f := keyFinding(checkKeyMissing, Missing, Critical, replication.Rule{}, qu.Resource)
		if qu.On == replication.ReplicaKey {
			f.FailureCode = "DstKmsKeyNotFound"
		}
		f.Evidence = shows(f.Document, words("says.no-key"))
		f.Fix = Fix{Op: Add, Document: f.Document}.saying(words("fix.create-key"))
		return f
	})
}
