#!/usr/bin/env bash
# What each account applies, written by repligrant plan --format cli.
#
# It needs bash, the AWS CLI and jq. It reads before it writes: statements of
# bucket and key policies whose Sid does not begin with Repligrant, those about
# roles and users of other plans, and replication rules of other IDs, stay as they
# are. To run it again changes nothing; --dry-run shows what it would change,
# --help what else there is.
#
# What an earlier plan granted stays, where this one does not have it any more: for a source
# that is no longer in the SPEC, or whose rules are all disabled. `repligrant diff OLD NEW`
# lists it, and whoever has the policy takes it out.
# Warning (tags-denied-may-fail): rule acme-orders-to-acme-orders-copy has acme-orders-copy refuse the tags of replicas: one page of AWS says that they then arrive without tags, another that they fail
set -euo pipefail

accounts() {
  cat <<'TEXT'
Accounts, and the variables that name their profiles (without one, what the AWS
CLI uses by itself):
  111122223333  prod  AWS_PROFILE_prod
  444455556666  backup  AWS_PROFILE_backup
TEXT
}

# enter makes an account the one at work.
enter() {
  case "$1" in
    prod) account=111122223333 variable=AWS_PROFILE_prod profile="${AWS_PROFILE_prod:-}" ;;
    backup) account=444455556666 variable=AWS_PROFILE_backup profile="${AWS_PROFILE_backup:-}" ;;
    *) die "the plan has no account $1; --help lists them" ;;
  esac
}

# assign NAME PROFILE
assign() {
  case "$1" in
    prod) AWS_PROFILE_prod="$2" ;;
    backup) AWS_PROFILE_backup="$2" ;;
    *) die "the plan has no account $1; --help lists them" ;;
  esac
}

# The order matters: AWS refuses a policy that names a role which is not there,
# and a rule to a bucket without versioning.
plan() {
  each 1 prod step_1_prod
  each 2 backup step_2_backup
  each 3 prod step_3_prod
}

# What the Sids of repligrant's statements in role policies begin with.
sids='["Destination","DestinationKey","Key","Manifest","Report","SourceBucket","SourceKey","SourceObjects","UploadAccessPoint","UploadBucket"]'

# The roles and users of the plan. Statements about others are kept.
known='["arn:aws:iam::111122223333:role/acme-orders-replication"]'

# Step 1, account prod (111122223333): roles and their policies.
step_1_prod() {
  role arn:aws:iam::111122223333:role/acme-orders-replication / acme-orders-replication '' <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "s3.amazonaws.com"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
JSON
  inline role acme-orders-replication replication <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "SourceBucket",
      "Effect": "Allow",
      "Action": [
        "s3:GetReplicationConfiguration",
        "s3:ListBucket"
      ],
      "Resource": "arn:aws:s3:::acme-orders"
    },
    {
      "Sid": "SourceObjects",
      "Effect": "Allow",
      "Action": [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl"
      ],
      "Resource": "arn:aws:s3:::acme-orders/invoices/*"
    },
    {
      "Sid": "Destination",
      "Effect": "Allow",
      "Action": "s3:ReplicateObject",
      "Resource": "arn:aws:s3:::acme-orders-copy/invoices/*"
    }
  ]
}
JSON
  earlier role acme-orders-replication '' arn:aws:iam::111122223333:policy/acme-orders-replication-policy-
}

# Step 2, account backup (444455556666): destinations.
step_2_backup() {
  versioning acme-orders-copy
  bucket_policy acme-orders-copy <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantReceiveReplicasFKPAGOCJ",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/acme-orders-replication"
      },
      "Action": "s3:ReplicateObject",
      "Resource": "arn:aws:s3:::acme-orders-copy/invoices/*"
    },
    {
      "Sid": "RepligrantDenyTagsFKPAGOCJ",
      "Effect": "Deny",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/acme-orders-replication"
      },
      "Action": "s3:ReplicateTags",
      "Resource": "arn:aws:s3:::acme-orders-copy/invoices/*"
    }
  ]
}
JSON
}

# Step 3, account prod (111122223333): replication configurations.
step_3_prod() {
  versioning acme-orders
  replication acme-orders <<'JSON'
{
  "Role": "arn:aws:iam::111122223333:role/acme-orders-replication",
  "Rules": [
    {
      "ID": "acme-orders-to-acme-orders-copy",
      "Priority": 1,
      "Filter": {
        "Prefix": "invoices/"
      },
      "Status": "Enabled",
      "DeleteMarkerReplication": {
        "Status": "Disabled"
      },
      "Destination": {
        "Bucket": "arn:aws:s3:::acme-orders-copy"
      }
    }
  ]
}
JSON
}

