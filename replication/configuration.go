package replication

// A Configuration is the replication configuration of a bucket in the shape of
// S3's API: what `aws s3api get-bucket-replication` prints under
// ReplicationConfiguration and `put-bucket-replication` takes. What S3 left out
// stays out, since a missing element and an empty one differ in meaning.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
type Configuration struct {
	Role  string              `json:"Role"`
	Rules []ConfigurationRule `json:"Rules" xml:"Rule"`

	// Open are further rules, of which planned infrastructure leaves something
	// open. What S3 holds has none.
	Open []OpenRule `json:"-" xml:"-"`
}

// An OpenRule is a rule of which something is known only after apply, and is
// missing here: nobody knows what it asks for.
type OpenRule struct {
	ConfigurationRule
	Why string // as a [fact.Value] says it
}

// A ConfigurationRule is one rule of a Configuration. With Filter it is of the
// second version of the schema (V2), without it and without ReplicationTime of
// the first (V1), which replicates delete markers by itself.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
type ConfigurationRule struct {
	ID                        string                   `json:"ID,omitempty" xml:"ID,omitempty"`
	Priority                  *int                     `json:"Priority,omitempty"`
	Prefix                    *string                  `json:"Prefix,omitempty"`
	Filter                    *Filter                  `json:"Filter,omitempty"`
	Status                    string                   `json:"Status"`
	SourceSelectionCriteria   *SourceSelectionCriteria `json:"SourceSelectionCriteria,omitempty"`
	ExistingObjectReplication *Status                  `json:"ExistingObjectReplication,omitempty"`
	DeleteMarkerReplication   *Status                  `json:"DeleteMarkerReplication,omitempty"`
	Destination               Destination              `json:"Destination"`
}

// A Filter selects objects by prefix, by one tag, or by And. Empty, it selects all.
type Filter struct {
	Prefix *string `json:"Prefix,omitempty"`
	Tag    *Tag    `json:"Tag,omitempty"`
	And    *And    `json:"And,omitempty"`
}

// An And is a filter of a prefix and tags, all of which must fit.
type And struct {
	Prefix *string `json:"Prefix,omitempty"`
	Tags   []Tag   `json:"Tags,omitempty" xml:"Tag"`
}

// A Tag is an object tag.
type Tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// A Status is an element with the one child Status: "Enabled" or "Disabled".
type Status struct {
	Status string `json:"Status,omitempty" xml:"Status,omitempty"`
}

// Enabled is the status of what is switched on.
const Enabled = "Enabled"

// Disabled is the status of what is switched off.
const Disabled = "Disabled"

// SourceSelectionCriteria select objects that a rule leaves out by default.
type SourceSelectionCriteria struct {
	SseKmsEncryptedObjects *Status `json:"SseKmsEncryptedObjects,omitempty"`
	ReplicaModifications   *Status `json:"ReplicaModifications,omitempty"`
}

// A Destination says where replicas go and how they are kept.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html.
type Destination struct {
	Bucket                   string                    `json:"Bucket"`                                    // ARN
	Account                  *string                   `json:"Account,omitempty" xml:"Account,omitempty"` // S3 refuses an empty one
	StorageClass             string                    `json:"StorageClass,omitempty" xml:"StorageClass,omitempty"`
	AccessControlTranslation *AccessControlTranslation `json:"AccessControlTranslation,omitempty"`
	EncryptionConfiguration  *EncryptionConfiguration  `json:"EncryptionConfiguration,omitempty"`
	ReplicationTime          *ReplicationTime          `json:"ReplicationTime,omitempty"`
	Metrics                  *Metrics                  `json:"Metrics,omitempty"`
}

// Owner is the account that d names, "" for none.
func (d Destination) Owner() string {
	if d.Account == nil {
		return ""
	}
	return *d.Account
}

// An AccessControlTranslation hands replicas to the destination bucket's owner:
// Owner is "Destination".
type AccessControlTranslation struct {
	Owner string `json:"Owner"`
}

// An EncryptionConfiguration names the KMS key of replicas.
type EncryptionConfiguration struct {
	ReplicaKmsKeyID string `json:"ReplicaKmsKeyID,omitempty" xml:"ReplicaKmsKeyID,omitempty"`
}

// A ReplicationTime is S3 Replication Time Control; Time is always 15 minutes.
type ReplicationTime struct { //nolint:revive // AWS's word
	Status string   `json:"Status"`
	Time   *Minutes `json:"Time,omitempty"`
}

// Metrics are replication metrics; EventThreshold is always 15 minutes.
type Metrics struct {
	Status         string   `json:"Status"`
	EventThreshold *Minutes `json:"EventThreshold,omitempty"`
}

// Minutes is a length of time.
type Minutes struct {
	Minutes int `json:"Minutes"`
}
