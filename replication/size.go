package replication

import "encoding/xml"

// MaxConfigurationSize is the most that S3 takes, in bytes as [Configuration.Size]
// counts them. AWS says 2 MB, and not how it counts.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
const MaxConfigurationSize = 2 << 20

// ConfigurationLimitSource is the page that says so.
const ConfigurationLimitSource = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html"

// Size returns the bytes of c in the form in which S3 takes it, which is XML.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html#API_PutBucketReplication_RequestSyntax.
func (c Configuration) Size() int {
	request := struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ReplicationConfiguration"`
		Configuration
	}{Configuration: c}
	text, err := xml.Marshal(request)
	if err != nil {
		panic("replication: " + err.Error()) //nolint:forbidigo // strings and numbers always encode
	}
	return len(text)
}
