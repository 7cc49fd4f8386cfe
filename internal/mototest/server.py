"""Start moto's server with calls that it has not, or not wholly.

moto keeps a model of a replication configuration that has no Filter, no
SourceSelectionCriteria and no DeleteMarkerReplication. Here the XML of
PutBucketReplication is kept beside the bucket and is the answer to
GetBucketReplication. The IDs of accounts, units, policies and keys are those
that the caller wishes for in a name or a description, and the root of an
organization is r-root. moto does not know request payment, and takes such a
request for one that lists or creates; it answers with nothing where no
notifications are configured; and it lists buckets without their Regions. Arguments
are those of moto_server.
"""
import re
import sys

from moto.core.responses import ActionResult
from moto.kms import models as kms
from moto.organizations import models as organizations
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
    self.data["Action"] = "GetBucketReplication"
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


def list_buckets(self):
    self.data["Action"] = "ListAllMyBuckets"
    self._authenticate_and_authorize_s3_action()
    self.data["Action"] = "ListBuckets"  # whose shape the answer has
    buckets = [{"Name": b.name, "CreationDate": b.creation_date_ISO8601, "BucketRegion": b.region_name}
               for b in self.backend.list_buckets(prefix=None, bucket_region=None, max_buckets=None)]
    return self.serialized(ActionResult({"Owner": {"ID": "owner"}, "Buckets": buckets}))


# moto decides on s3:ListBucket for reads of a bucket that it has no action for.
responses.ACTION_MAP["BUCKET"]["GET"].update({
    "replication": "GetReplicationConfiguration",
    "ownershipControls": "GetBucketOwnershipControls",
    "encryption": "GetEncryptionConfiguration",
    "object-lock": "GetBucketObjectLockConfiguration",
})

responses.S3Response.all_buckets = list_buckets
responses.S3Response._bucket_response_get = get_any
responses.S3Response._bucket_response_put = put_any
responses.S3Response.get_bucket_notification = get_notification


def wish(of, name, pattern):
    """Objects of a class have the ID that is in their name, if one is."""
    init = of.__init__

    def __init__(self, organization, **kwargs):
        init(self, organization, **kwargs)
        if re.fullmatch(pattern, kwargs.get(name) or ""):
            self.id = kwargs[name]

    of.__init__ = __init__


wish(organizations.FakeAccount, "AccountName", "[0-9]{12}")
wish(organizations.FakeOrganizationalUnit, "Name", "ou-[a-z0-9]{4}-[a-z0-9]{8}")
wish(organizations.FakePolicy, "Description", "p-[a-z0-9]{8}")
organizations.utils.make_random_root_id = lambda: "r-root"
organizations.utils.make_random_org_id = lambda: "o-exampleorgid"

key_id = kms.generate_key_id
create_key = kms.KmsBackend.create_key
wished = []


def create_wished_key(self, policy, key_usage, key_spec, description, tags, *args, **kwargs):
    if re.fullmatch("[0-9a-f-]{36}", description or ""):
        wished.append(description)
    return create_key(self, policy, key_usage, key_spec, description, tags, *args, **kwargs)


kms.generate_key_id = lambda *args: wished.pop() if wished else key_id(*args)
kms.KmsBackend.create_key = create_wished_key

main(sys.argv[1:])
