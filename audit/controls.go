package audit

import "slices"

// A Control is one requirement of a framework, with the page that links it to
// what a check finds. Where no page of AWS's does, Indicative says so.
type Control struct {
	ID         string
	Source     string // URL
	Indicative bool   // repligrant's own reading, by the requirement's title
}

const (
	hubS3  = "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html"
	hubKMS = "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html"
	hubIAM = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html"
	iso    = "https://www.iso.org/standard/27001"
)

// Controls are the requirements that findings name. A finding is a hint for an
// auditor, never a verdict on a framework.
var Controls = []Control{
	{ID: "NIST.800-53.r5 AC-3", Source: hubS3},
	{ID: "NIST.800-53.r5 AC-4", Source: hubS3},
	{ID: "NIST.800-53.r5 AC-6", Source: hubIAM},
	{ID: "NIST.800-53.r5 AU-9(2)", Source: hubS3},
	{ID: "NIST.800-53.r5 CA-7", Source: hubS3},
	{ID: "NIST.800-53.r5 CA-9(1)", Source: hubS3},
	{ID: "NIST.800-53.r5 CP-6(2)", Source: hubS3},
	{ID: "NIST.800-53.r5 CP-9", Source: hubS3},
	{ID: "NIST.800-53.r5 SC-7", Source: hubS3},
	{ID: "NIST.800-53.r5 SC-12", Source: hubKMS},
	{ID: "NIST.800-53.r5 SC-28", Source: hubS3},
	{ID: "PCI-DSS.4.0.1 1.4.4", Source: hubS3},
	{ID: "PCI-DSS.4.0.1 3.5.1", Source: hubS3},
	{ID: "PCI-DSS.4.0.1 10.5.1", Source: hubS3},
	{ID: "CIS-AWS.5.0.0 2.1.4", Source: hubS3},
	{ID: "ISO-27001.2022 A.5.15", Source: iso, Indicative: true},
	{ID: "ISO-27001.2022 A.8.2", Source: iso, Indicative: true},
	{ID: "ISO-27001.2022 A.8.13", Source: iso, Indicative: true},
	{ID: "ISO-27001.2022 A.8.24", Source: iso, Indicative: true},
	{ID: "SecurityHub S3.1", Source: hubS3},
	{ID: "SecurityHub S3.7", Source: hubS3},
	{ID: "SecurityHub S3.8", Source: hubS3},
	{ID: "SecurityHub S3.11", Source: hubS3},
	{ID: "SecurityHub S3.12", Source: hubS3},
	{ID: "SecurityHub S3.13", Source: hubS3},
	{ID: "SecurityHub S3.14", Source: hubS3},
	{ID: "SecurityHub S3.15", Source: hubS3},
	{ID: "SecurityHub S3.17", Source: hubS3},
	{ID: "SecurityHub KMS.3", Source: hubKMS},
	{ID: "SecurityHub IAM.21", Source: hubIAM},
}

// What several checks are about.
var (
	aReplica  = []string{"NIST.800-53.r5 AU-9(2)", "NIST.800-53.r5 CP-6(2)", "NIST.800-53.r5 CP-9", "ISO-27001.2022 A.8.13", "SecurityHub S3.7"}
	aGrant    = []string{"NIST.800-53.r5 AC-3", "NIST.800-53.r5 AC-6", "ISO-27001.2022 A.5.15"}
	tooMuch   = []string{"NIST.800-53.r5 AC-6", "ISO-27001.2022 A.5.15", "ISO-27001.2022 A.8.2"}
	tooWide   = append(slices.Clip(tooMuch), "SecurityHub IAM.21") // which is about s3:* in policies of an identity
	aBoundary = []string{"NIST.800-53.r5 AC-4", "NIST.800-53.r5 CA-9(1)", "NIST.800-53.r5 SC-7", "ISO-27001.2022 A.5.15"}
	aKey      = []string{"NIST.800-53.r5 SC-12", "NIST.800-53.r5 SC-28", "PCI-DSS.4.0.1 3.5.1", "ISO-27001.2022 A.8.24", "SecurityHub S3.17"}
	anOwner   = []string{"NIST.800-53.r5 AC-3", "NIST.800-53.r5 AC-6", "SecurityHub S3.12"}
	aLock     = []string{"NIST.800-53.r5 CP-6(2)", "PCI-DSS.4.0.1 10.5.1", "ISO-27001.2022 A.8.13", "SecurityHub S3.15"}
	isPublic  = []string{"NIST.800-53.r5 AC-3", "NIST.800-53.r5 SC-7", "PCI-DSS.4.0.1 1.4.4", "CIS-AWS.5.0.0 2.1.4", "SecurityHub S3.1", "SecurityHub S3.8"}
)

// controlsOf are the controls that each check touches, by their IDs. What is about
// the audit itself, and not about what was audited, touches none.
var controlsOf = map[string][]string{
	checkMissing: aReplica, checkBlocked: aReplica, checkUnknown: aReplica, checkAdvised: aReplica,
	checkTrustMissing: aReplica, checkReplication: aReplica, checkRuleMissing: aReplica, checkRuleDiffers: aReplica, checkRoleDiffers: aReplica,
	checkInvalid: aReplica, checkBucketMissing: aReplica, checkRoleMissing: aReplica, checkRequesterPays: aReplica, checkSSEC: aReplica,
	checkChain: aReplica, checkDisabled: aReplica, checkBucketDiffers: aReplica, checkOverQuota: aReplica,
	checkVersioning: {"NIST.800-53.r5 AU-9(2)", "NIST.800-53.r5 CP-6(2)", "NIST.800-53.r5 CP-9", "ISO-27001.2022 A.8.13", "SecurityHub S3.14"},
	checkLifecycle:  {"NIST.800-53.r5 CP-6(2)", "SecurityHub S3.13"},

	checkSurplus: tooWide, checkWriterWide: tooWide, checkNoEffect: tooMuch, checkTrustTooWide: tooMuch,
	checkWriterCannot: aGrant, checkWriterUnguarded: aGrant, checkKeyInapplicable: aGrant, checkPrincipal: aGrant, checkOrphan: aGrant,
	checkPolicyMalformed: aGrant, checkTagsNotDenied: aGrant, checkAnnotationsNotDenied: aGrant,

	checkDestination: aBoundary, checkReceiver: aBoundary, checkOutside: aBoundary, checkRuleExtra: aBoundary,
	checkRestricted: isPublic,

	checkOptIn: aKey, checkKeyRegion: aKey, checkKeyManaged: aKey, checkKeyAlias: aKey,
	checkKeyMissing: {"NIST.800-53.r5 SC-12", "PCI-DSS.4.0.1 3.5.1", "ISO-27001.2022 A.8.24"},
	checkKeyState:   {"NIST.800-53.r5 SC-12", "PCI-DSS.4.0.1 3.5.1", "ISO-27001.2022 A.8.24", "SecurityHub KMS.3"},

	checkOwnerOverride: anOwner, checkOwnership: anOwner, checkOwnedBySource: anOwner, checkOverrideSame: anOwner, checkForeignObjects: anOwner,
	checkLock:   aLock,
	checkUnseen: {"NIST.800-53.r5 CA-7", "SecurityHub S3.11"}, // whose notifications may be those of replication
}

// ControlsOf returns the IDs of the controls that a check touches.
func ControlsOf(check string) []string { return controlsOf[check] }
