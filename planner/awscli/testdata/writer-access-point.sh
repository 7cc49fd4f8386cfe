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
# Warning (writer-untraced): writer recorder: CloudTrail records its uploads only if a trail of account 111122223333 has write data events of acme-recordings switched on, which are off by default; Security Hub's S3.22 checks that
set -euo pipefail

accounts() {
  cat <<'TEXT'
Accounts, and the variables that name their profiles (without one, what the AWS
CLI uses by itself):
  111122223333  prod  AWS_PROFILE_prod
TEXT
}

# enter makes an account the one at work.
enter() {
  case "$1" in
    prod) account=111122223333 variable=AWS_PROFILE_prod profile="${AWS_PROFILE_prod:-}" ;;
    *) die "the plan has no account $1; --help lists them" ;;
  esac
}

# assign NAME PROFILE
assign() {
  case "$1" in
    prod) AWS_PROFILE_prod="$2" ;;
    *) die "the plan has no account $1; --help lists them" ;;
  esac
}

# The order matters: AWS refuses a policy that names a role which is not there,
# and a rule to a bucket without versioning.
plan() {
  each 1 prod step_1_prod
  each 2 prod step_2_prod
}

# What the Sids of repligrant's statements in role policies begin with.
sids='["Destination","DestinationKey","Key","Manifest","Report","SourceBucket","SourceKey","SourceObjects","UploadAccessPoint","UploadBucket"]'

# The roles and users of the plan. Statements about others are kept.
known='["arn:aws:iam::111122223333:role/recorder"]'

# Step 1, account prod (111122223333): roles and their policies.
step_1_prod() {
  role arn:aws:iam::111122223333:role/recorder / recorder '' <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/app"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
JSON
  inline role recorder upload <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "UploadBucket",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts"
      ],
      "Resource": "arn:aws:s3:::acme-recordings/uploads/*",
      "Condition": {
        "StringEquals": {
          "s3:DataAccessPointArn": "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings"
        }
      }
    },
    {
      "Sid": "UploadAccessPoint",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts"
      ],
      "Resource": "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings/object/uploads/*"
    }
  ]
}
JSON
  earlier role recorder '' arn:aws:iam::111122223333:policy/recorder-policy-
}

# Step 2, account prod (111122223333): destinations.
step_2_prod() {
  bucket_policy acme-recordings <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantGuardBHEOFJPF",
      "Effect": "Deny",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/recorder"
      },
      "Action": [
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging"
      ],
      "NotResource": "arn:aws:s3:::acme-recordings/uploads/*"
    }
  ]
}
JSON
  access_point_policy us-west-1 recordings <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantUploadBHEOFJPF",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/recorder"
      },
      "Action": [
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts"
      ],
      "Resource": "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings/object/uploads/*"
    }
  ]
}
JSON
}

