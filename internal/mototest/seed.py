"""Make moto hold what a repligrant.snapshot/v1 says that accounts hold.

Usage: python3 seed.py ENDPOINT < snapshot.json

Everything is created with boto3. Standard output is a JSON object: for each
account the access key of a user in it, who has no policies.
"""
import json
import sys

import boto3

ENDPOINT = sys.argv[1]


def session(account):
    """Moto gives everybody who assumes a role the account of that role."""
    sts = boto3.client("sts", endpoint_url=ENDPOINT, region_name="us-east-1",
                       aws_access_key_id="seed", aws_secret_access_key="seed")
    c = sts.assume_role(RoleArn="arn:aws:iam::%s:role/seed" % account, RoleSessionName="seed")["Credentials"]
    return boto3.Session(c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"], region_name="us-east-1")


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


def make_managed(iam, made, arn, document):
    if arn in made or arn.split(":")[4] == "aws" or unreadable(document):
        return
    path, name = split(arn)
    iam.create_policy(PolicyName=name, Path=path, PolicyDocument=text(document))
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


def make_role(iam, made, arn, role):
    path, name = split(arn)
    extra = make_policies(iam, made, role)
    iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=text(role["AssumeRolePolicyDocument"]),
                    Tags=role.get("Tags") or [], **extra)
    for policy, document in (role.get("InlinePolicies") or {}).items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text(document))
    for policy in role.get("AttachedPolicies") or {}:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)


def make_user(iam, made, groups, arn, user):
    path, name = split(arn)
    extra = make_policies(iam, made, user)
    iam.create_user(UserName=name, Path=path, **extra)
    for policy, document in (user.get("InlinePolicies") or {}).items():
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
    s3 = session.client("s3", endpoint_url=ENDPOINT)
    iam = session.client("iam", endpoint_url=ENDPOINT)
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
    if account.get("organization"):
        session.client("organizations", endpoint_url=ENDPOINT).create_organization(FeatureSet="ALL")
    iam.create_user(UserName="repligrant-auditor")
    key = iam.create_access_key(UserName="repligrant-auditor")["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def join(session, account):
    """What names other things comes when all of them are there."""
    s3 = session.client("s3", endpoint_url=ENDPOINT)
    for name, b in (account.get("buckets") or {}).items():
        if b and b.get("Policy"):
            s3.put_bucket_policy(Bucket=name, Policy=text(b["Policy"]))
        if b and b.get("ReplicationConfiguration"):
            s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=b["ReplicationConfiguration"])


accounts = json.load(sys.stdin)["accounts"]
sessions = {account: session(account) for account in accounts}
keys = {account: make_account(sessions[account], accounts[account]) for account in accounts}
for account in accounts:
    join(sessions[account], accounts[account])
json.dump(keys, sys.stdout)
