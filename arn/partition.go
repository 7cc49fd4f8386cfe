package arn

import "strings"

// A Partition is a group of AWS Regions with accounts and names of its own.
// Nothing replicates from one to another. S3's principal and kms:ViaService end
// in amazonaws.com where AWS shows them, whatever the partition; of the isolated
// partitions its pages say nothing.
//
// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html,
// https://docs.amazonaws.cn/en_us/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html.
type Partition struct {
	ID        string // the second part of its ARNs
	DNSSuffix string // of its endpoints
	prefixes  []string
}

// Partitions are those that botocore's partitions.json knows, told apart by the
// beginning of their Region codes. The commercial one comes last: it takes what
// is left.
//
// See https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json.
var Partitions = []Partition{
	{ID: "aws-cn", DNSSuffix: "amazonaws.com.cn", prefixes: []string{"cn-"}},
	{ID: "aws-us-gov", DNSSuffix: "amazonaws.com", prefixes: []string{"us-gov-"}},
	{ID: "aws-eusc", DNSSuffix: "amazonaws.eu", prefixes: []string{"eusc-"}},
	{ID: "aws-iso", DNSSuffix: "c2s.ic.gov", prefixes: []string{"us-iso-"}},
	{ID: "aws-iso-b", DNSSuffix: "sc2s.sgov.gov", prefixes: []string{"us-isob-"}},
	{ID: "aws-iso-e", DNSSuffix: "cloud.adc-e.uk", prefixes: []string{"eu-isoe-"}},
	{ID: "aws-iso-f", DNSSuffix: "csp.hci.ic.gov", prefixes: []string{"us-isof-"}},
	{ID: "aws", DNSSuffix: "amazonaws.com", prefixes: []string{""}},
}

// PartitionOf returns the ID of the partition that a Region lies in; "aws" for
// a Region code that no other partition claims.
func PartitionOf(region string) string {
	for _, p := range Partitions {
		for _, prefix := range p.prefixes {
			if strings.HasPrefix(region, prefix) {
				return p.ID
			}
		}
	}
	return "aws"
}

// IsPartition reports whether id is the ID of a known partition.
func IsPartition(id string) bool {
	for _, p := range Partitions {
		if p.ID == id {
			return true
		}
	}
	return false
}
