"""Start moto's server with three calls of S3 that it has not, or not wholly.

moto keeps a model of a replication configuration that has no Filter, no
SourceSelectionCriteria and no DeleteMarkerReplication. Here the XML of
PutBucketReplication is kept beside the bucket and is the answer to
GetBucketReplication. moto does not know request payment, and takes such a
request for one that lists or creates; and it answers with nothing where no
notifications are configured. Arguments are those of moto_server.
"""
import sys

from moto.s3 import responses
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.server import main

TEXT = "repligrant-xml"
parse = responses.S3Response._replication_config_from_xml


def put(self, xml):
    kept = parse(self, xml)
    kept[TEXT] = xml.decode() if isinstance(xml, bytes) else xml
    return kept


def get(self):
    self.data["Action"] = "GetBucketReplication"  # what moto's IAM decides on
    kept = self.backend.get_bucket_replication(self.bucket_name)
    if not kept:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    return 200, XML, kept[TEXT]


responses.S3Response._replication_config_from_xml = put
responses.S3Response.get_bucket_replication = get

XML = {"content-type": "application/xml"}
bucket_get = responses.S3Response._bucket_response_get
bucket_put = responses.S3Response._bucket_response_put
notification = responses.S3Response.get_bucket_notification


def get_any(self, bucket_name, querystring):
    if "requestPayment" not in querystring:
        return bucket_get(self, bucket_name, querystring)
    self.data["Action"] = "GetBucketRequestPayment"
    self._authenticate_and_authorize_s3_action(bucket_name=bucket_name)
    default = "<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>"
    return 200, XML, getattr(self.backend.get_bucket(bucket_name), TEXT, default)


def put_any(self, request, bucket_name, querystring):
    if "requestPayment" not in querystring:
        return bucket_put(self, request, bucket_name, querystring)
    setattr(self.backend.get_bucket(bucket_name), TEXT, self.body.decode())
    return 200, {}, ""


def get_notification(self):
    if self.backend.get_bucket_notification_configuration(self.bucket_name):
        return notification(self)
    return 200, XML, "<NotificationConfiguration/>"


responses.S3Response._bucket_response_get = get_any
responses.S3Response._bucket_response_put = put_any
responses.S3Response.get_bucket_notification = get_notification

main(sys.argv[1:])
