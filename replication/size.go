package replication

import "encoding/xml"

// Size returns the bytes of c in the form in which S3 takes it, which is XML. S3
// limits it (policy.Quotas), and no page says how it counts.
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
