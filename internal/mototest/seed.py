"""Make moto hold what a repligrant.snapshot/v1 says that accounts hold.

Usage: python3 seed.py ENDPOINT

Standard input has one snapshot in each line; moto is empty before each of
them. Everything is created with boto3. For each snapshot a line of standard
output is a JSON object: for each account the access key of a user in it, who
has no policies.
"""
import json
import socket
import sys

import boto3

ENDPOINT = sys.argv[1]
BOTO = boto3.Session(region_name="us-east-1")  # one, since each reads all of its files again

lookup = socket.getaddrinfo


def local(host, *args, **kwargs):
    """S3 Control has the account in front of every host, also of an address."""
    return lookup("127.0.0.1" if host.endswith(".127.0.0.1") else host, *args, **kwargs)


socket.getaddrinfo = local


def client(service, key, secret, token=None, region=None):
    return BOTO.client(service, endpoint_url=ENDPOINT, aws_access_key_id=key, region_name=region,
                       aws_secret_access_key=secret, aws_session_token=token)


class Session:
    """The clients of an account. Moto gives everybody who assumes a role the
    account of that role."""

    def __init__(self, account):
        sts = client("sts", "seed", "seed")
        c = sts.assume_role(RoleArn="arn:aws:iam::%s:role/seed" % account, RoleSessionName="seed")["Credentials"]
        self.credentials = c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]
        self.s3 = client("s3", *self.credentials)
        self.iam = client("iam", *self.credentials)


def text(document):
    return document if isinstance(document, str) else json.dumps(document)


def unreadable(value):
    return isinstance(value, dict) and list(value) == ["unreadable"]


def split(arn):
    """The path and the name in an ARN of IAM."""
    parts = arn.split(":", 5)[5].split("/")[1:]
    return "/" + "".join(p + "/" for p in parts[:-1]), parts[-1]


def make_bucket(s3, name, b):
    region = b.get("Region") or "us-east-1"
    extra = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    if b.get("ObjectLockConfiguration"):
        extra["ObjectLockEnabledForBucket"] = True
    s3.create_bucket(Bucket=name, **extra)
    if (b.get("Versioning") or {}).get("Status"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=b["Versioning"])
    settings = {
        "OwnershipControls": s3.put_bucket_ownership_controls,
        "ServerSideEncryptionConfiguration": s3.put_bucket_encryption,
        "PublicAccessBlockConfiguration": s3.put_public_access_block,
        "LifecycleConfiguration": s3.put_bucket_lifecycle_configuration,
        "NotificationConfiguration": s3.put_bucket_notification_configuration,
    }
    for setting, put in settings.items():
        if b.get(setting):
            put(Bucket=name, **{setting: b[setting]})
    if b.get("RequestPayment"):
        s3.put_bucket_request_payment(Bucket=name, RequestPaymentConfiguration=b["RequestPayment"])
    if b.get("Tagging"):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": b["Tagging"]})


# The first version of every managed policy allows all, and is not the default one.
OLD = {"Version": "2012-10-17", "Statement": [{"Sid": "Old", "Effect": "Allow", "Action": "*", "Resource": "*"}]}


def make_managed(iam, made, arn, document):
    if arn in made or arn.split(":")[4] == "aws" or unreadable(document):
        return
    path, name = split(arn)
    iam.create_policy(PolicyName=name, Path=path, PolicyDocument=text(OLD))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text(document), SetAsDefault=True)
    made.add(arn)


def make_policies(iam, made, entity):
    for arn, document in {**(entity.get("AttachedPolicies") or {}), **(entity.get("GroupPolicies") or {})}.items():
        if arn.startswith("arn:"):
            make_managed(iam, made, arn, document)
    boundary = entity.get("PermissionsBoundary")
    if boundary:
        make_managed(iam, made, boundary["PermissionsBoundaryArn"], boundary["Document"])
        return {"PermissionsBoundary": boundary["PermissionsBoundaryArn"]}
    return {}


def inline(entity):
    """Null stands for a policy that is not there."""
    return [(name, d) for name, d in (entity.get("InlinePolicies") or {}).items() if d is not None]


def make_role(iam, made, arn, role):
    path, name = split(arn)
    extra = make_policies(iam, made, role)
    iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=text(role["AssumeRolePolicyDocument"]),
                    Tags=role.get("Tags") or [], **extra)
    for policy, document in inline(role):
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text(document))
    for policy in role.get("AttachedPolicies") or {}:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)


def make_user(iam, made, groups, arn, user):
    path, name = split(arn)
    extra = make_policies(iam, made, user)
    iam.create_user(UserName=name, Path=path, **extra)
    for policy, document in inline(user):
        iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=text(document))
    for policy in user.get("AttachedPolicies") or {}:
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    for policy, document in (user.get("GroupPolicies") or {}).items():
        group = "group" if policy.startswith("arn:") else policy.split("/", 1)[0]
        if group not in groups:
            iam.create_group(GroupName=group)
            groups.add(group)
        iam.add_user_to_group(GroupName=group, UserName=name)
        if policy.startswith("arn:"):
            iam.attach_group_policy(GroupName=group, PolicyArn=policy)
        else:
            iam.put_group_policy(GroupName=group, PolicyName=policy.split("/", 1)[1], PolicyDocument=text(document))


def make_account(session, account):
    s3, iam = session.s3, session.iam
    for name, b in (account.get("buckets") or {}).items():
        if b:
            make_bucket(s3, name, b)
    made, groups = set(), set()
    for arn, role in (account.get("roles") or {}).items():
        if role:
            make_role(iam, made, arn, role)
    for arn, user in (account.get("users") or {}).items():
        if user:
            make_user(iam, made, groups, arn, user)
    for arn, key in (account.get("keys") or {}).items():
        if key:
            make_key(session, arn, key)
    iam.create_user(UserName="repligrant-auditor")
    key = iam.create_access_key(UserName="repligrant-auditor")["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def make_key(session, arn, key):
    region, name = arn.split(":")[3], arn.split("/")[1]
    kms = client("kms", *session.credentials, region=region)
    kms.create_key(Policy=text(key["Policy"]), Description=name)
    for alias in key.get("Aliases") or []:
        kms.create_alias(AliasName=alias if isinstance(alias, str) else alias["AliasName"], TargetKeyId=name)
    for grant in key.get("Grants") or []:
        kms.create_grant(KeyId=name, **grant)
    if key["KeyMetadata"].get("KeyState") == "Disabled":
        kms.disable_key(KeyId=name)


def control(session, account, held):
    """What S3 Control holds of an account."""
    api = client("s3control", *session.credentials)
    if held.get("PublicAccessBlockConfiguration"):
        api.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=held["PublicAccessBlockConfiguration"])
    for arn, point in (held.get("accessPoints") or {}).items():
        if point:
            name = arn.split("/")[1]
            api.create_access_point(AccountId=account, Name=name, Bucket=point["Bucket"])
            if point.get("Policy"):
                api.put_access_point_policy(AccountId=account, Name=name, Policy=text(point["Policy"]))


def organize(sessions, accounts):
    """The management account of an organization makes it, and all that is in it."""
    for account, held in accounts.items():
        if (held.get("organization") or {}).get("ManagementAccount"):
            make_organization(client("organizations", *sessions[account].credentials), held["organization"], accounts)


TYPES = {"SCPs": "SERVICE_CONTROL_POLICY", "RCPs": "RESOURCE_CONTROL_POLICY"}


def make_organization(api, own, accounts):
    api.create_organization(FeatureSet="ALL")
    for kind in TYPES.values():
        api.enable_policy_type(RootId="r-root", PolicyType=kind)
    made = {"r-root"}
    for account, held in accounts.items():
        member = held.get("organization") or {}
        if member.get("Id") != own["Id"] or member.get("ManagementAccount"):
            continue
        api.create_account(AccountName=account, Email=account + "@example.com")
        chain = member.get("Path", "").strip("/").split("/")[1:] or ["r-root"]
        for parent, unit in zip(chain, chain[1:]):
            if unit not in made:
                api.create_organizational_unit(ParentId=parent, Name=unit)
        made.update(chain)
        if chain[-1] != "r-root":
            api.move_account(AccountId=account, SourceParentId="r-root", DestinationParentId=chain[-1])
        attach(api, member, made)
    for member in own.get("Accounts") or []:
        if member.get("State", "ACTIVE") != "ACTIVE":
            api.create_account(AccountName=member["Id"], Email=member["Id"] + "@example.com")
            api.close_account(AccountId=member["Id"])


def attach(api, member, made):
    """Every level has the policy of AWS that allows all from the beginning."""
    for levels, kind in TYPES.items():
        for level in member.get(levels) or []:
            for p in level["Policies"]:
                if p["Id"].endswith("FullAWSAccess") or (level["Target"], p["Id"]) in made:
                    continue
                if p["Id"] not in made:
                    api.create_policy(Name=p["Name"], Description=p["Id"], Type=kind, Content=text(p["Content"]))
                api.attach_policy(PolicyId=p["Id"], TargetId=level["Target"])
                made.update([p["Id"], (level["Target"], p["Id"])])


def join(session, account):
    """What names other things comes when all of them are there."""
    s3 = session.s3
    for name, b in (account.get("buckets") or {}).items():
        if b and b.get("Policy"):
            s3.put_bucket_policy(Bucket=name, Policy=text(b["Policy"]))
        if b and b.get("ReplicationConfiguration"):
            s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=b["ReplicationConfiguration"])


def seed(accounts):
    sessions = {account: Session(account) for account in accounts}
    keys = {account: make_account(sessions[account], accounts[account]) for account in accounts}
    for account in accounts:
        join(sessions[account], accounts[account])
        control(sessions[account], account, accounts[account])
    organize(sessions, accounts)
    return keys


for line in sys.stdin:
    print(json.dumps(seed(json.loads(line)["accounts"])), flush=True)
