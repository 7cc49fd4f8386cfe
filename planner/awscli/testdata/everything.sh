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
  each 2 prod step_2_prod
  each 2 backup step_2_backup
  each 3 prod step_3_prod
}

# What the Sids of repligrant's statements in role policies begin with.
sids='["Batch","Destination","DestinationKey","Key","Manifest","Report","SourceBucket","SourceKey","SourceObjects","UploadAccessPoint","UploadBucket"]'

# The roles and users of the plan. Statements about others are kept.
known='["arn:aws:iam::111122223333:role/batch","arn:aws:iam::111122223333:role/service-role/repl","arn:aws:iam::111122223333:user/uploader"]'

# Step 1, account prod (111122223333): roles and their policies.
step_1_prod() {
  role arn:aws:iam::111122223333:role/service-role/repl /service-role/ repl arn:aws:iam::111122223333:policy/boundary <<'JSON'
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
  managed role repl arn:aws:iam::111122223333:policy/repl-policy repl-policy <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "SourceBucket",
      "Effect": "Allow",
      "Action": [
        "s3:ListBucket"
      ],
      "Resource": "arn:aws:s3:::src"
    }
  ]
}
JSON
  managed role repl arn:aws:iam::111122223333:policy/repl-policy-2 repl-policy-2 <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Destination",
      "Effect": "Allow",
      "Action": [
        "s3:ReplicateObject"
      ],
      "Resource": "arn:aws:s3:::dst/*"
    }
  ]
}
JSON
  earlier role repl replication arn:aws:iam::111122223333:policy/repl-policy- arn:aws:iam::111122223333:policy/repl-policy-2
  role arn:aws:iam::111122223333:role/batch / batch '' <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "batchoperations.s3.amazonaws.com"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
JSON
  inline role batch batch <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Batch",
      "Effect": "Allow",
      "Action": [
        "s3:InitiateReplication"
      ],
      "Resource": "arn:aws:s3:::src/*"
    }
  ]
}
JSON
  user arn:aws:iam::111122223333:user/uploader / uploader arn:aws:iam::111122223333:policy/boundary
  inline user uploader upload <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "UploadBucket",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::src/up/*"
    }
  ]
}
JSON
  earlier user uploader '' arn:aws:iam::111122223333:policy/uploader-policy-
}

# Step 2, account prod (111122223333): destinations.
step_2_prod() {
  access_point_policy us-east-1 recordings <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantUpload",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:user/uploader"
      },
      "Action": [
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/recordings/object/*"
    }
  ]
}
JSON
}

# Step 2, account backup (444455556666): destinations.
step_2_backup() {
  versioning dst
  key_policy eu-west-1 arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantDecrypt",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/service-role/repl"
      },
      "Action": [
        "kms:Decrypt"
      ],
      "Resource": "*"
    },
    {
      "Sid": "RepligrantEncrypt",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/service-role/repl"
      },
      "Action": [
        "kms:Encrypt"
      ],
      "Resource": "*"
    },
    {
      "Sid": "RepligrantUseJobKey",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/batch"
      },
      "Action": [
        "kms:Encrypt"
      ],
      "Resource": "*"
    },
    {
      "Sid": "RepligrantEncryptUploads",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/service-role/repl"
      },
      "Action": [
        "kms:Encrypt"
      ],
      "Resource": "*"
    }
  ]
}
JSON
  bucket_policy dst <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RepligrantReceiveReplicas",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/service-role/repl"
      },
      "Action": [
        "s3:ReplicateObject"
      ],
      "Resource": "arn:aws:s3:::dst/*"
    },
    {
      "Sid": "RepligrantUpload",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:user/uploader"
      },
      "Action": [
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::dst/up/*"
    }
  ]
}
JSON
}

# Step 3, account prod (111122223333): replication configurations.
step_3_prod() {
  versioning src
  replication src <<'JSON'
{
  "Role": "arn:aws:iam::111122223333:role/service-role/repl",
  "Rules": [
    {
      "ID": "one",
      "Priority": 1,
      "Filter": {
        "And": {
          "Prefix": "a/",
          "Tags": [
            {
              "Key": "k",
              "Value": "v"
            },
            {
              "Key": "b",
              "Value": "v"
            }
          ]
        }
      },
      "Status": "Enabled",
      "SourceSelectionCriteria": {
        "SseKmsEncryptedObjects": {
          "Status": "Enabled"
        }
      },
      "DeleteMarkerReplication": {
        "Status": "Disabled"
      },
      "Destination": {
        "Bucket": "arn:aws:s3:::dst",
        "EncryptionConfiguration": {
          "ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        }
      }
    }
  ]
}
JSON
}

usage() {
  cat <<'TEXT'
Applies what repligrant planned, with the AWS CLI. To run it again changes nothing.

  --dry-run               say what would change, with the differences, and change nothing
  --step N                only step N: 1 roles and their policies, 2 destinations, 3 replication configurations
  --account NAME          only what this account applies
  --profile NAME=PROFILE  the profile of the AWS CLI for an account, in place of its variable
  --enable-versioning     switch versioning on where replication needs it
  --replace-policies      also replace policies of roles and users that have the planned name and other content

TEXT
  accounts
}

# die ends the script.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# stop ends the script. A dry run goes on, to show the rest as well.
stop() {
  [ "$dry" = yes ] || die "$*"
  printf 'would stop: %s\n' "$*"
  problems=$((problems + 1))
}

# call runs the AWS CLI in the account at work.
call() {
  aws ${profile:+--profile="$profile"} --output=json "$@" </dev/null
}

# lookup CODE ARGUMENTS... asks AWS and leaves the answer in $work/answer, which
# is empty where AWS answers with the error CODE. Every other error ends the
# script: what cannot be read must not pass for something that is not there.
lookup() {
  local absent="$1"
  shift
  if call "$@" >"$work/answer" 2>"$work/error"; then
    return
  fi
  if ! grep -qF "($absent)" "$work/error"; then
    cat "$work/error" >&2
    die "account $account: aws $1 $2 failed"
  fi
  : >"$work/answer"
}

# found reports whether lookup found something.
found() { [ -s "$work/answer" ]; }

# change WHAT ARGUMENTS... makes one change. It tries again for a minute where
# AWS does not know a principal: it can be a role that was made a moment ago.
# See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html.
change() {
  local what="$1" tries=0
  shift
  changes=$((changes + 1))
  if [ "$dry" = yes ]; then
    printf 'would change: %s\n' "$what"
    return
  fi
  until call "$@" >"$work/answer" 2>"$work/error"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 12 ] || ! grep -qi 'invalid principal' "$work/error"; then
      cat "$work/error" >&2
      die "account $account: $what: aws $1 $2 failed"
    fi
    sleep 5
  done
  printf 'changed: %s\n' "$what"
}

unchanged() { printf 'unchanged: %s\n' "$1"; }

# difference shows what a dry run would change in a document that is there.
difference() {
  if [ "$dry" = yes ] && command -v diff >/dev/null 2>&1 && jq -e '.old != null' "$work/verdict" >/dev/null; then
    jq -aS .old "$work/verdict" >"$work/old.json"
    jq -aS .new "$work/verdict" >"$work/new.json"
    diff -u "$work/old.json" "$work/new.json" | sed 1,2d || true
  fi
}

# planned reads a document from standard input. What is sent to AWS is on one line:
# of policies of buckets and keys AWS counts white space too.
# See https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
# and https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html.
planned() { jq -cj . >"$work/planned"; }

# Documents are compared by what they mean: AWS gives lists back in another
# order, one value without its list, and an account as the ARN of its root.
# shellcheck disable=SC2016 # variables of jq
meaning='
def document: if type == "string" then fromjson else . end;
def list: if type == "array" then . else [.] end;
def words: list | map(tostring) | unique;
def principals: words | map(split(":") as $p
  | if ($p | length) == 6 and $p[2] == "iam" and $p[5] == "root" then $p[4] else . end) | unique;
def statement: with_entries(
  if .key == "Sid" or .key == "Effect" then .
  elif .key == "Principal" or .key == "NotPrincipal" then .value |= (if type == "object" then map_values(principals) else . end)
  elif .key == "Condition" then .value |= map_values(map_values(words))
  else .value |= words end);
def statements: if . == null then [] else .Statement | list end;
def variables: any(.[]; tojson | contains("${"));

# Before 2012-10-17 a policy had no variables. To raise the version of a policy
# with "${" in it would change what it says.
def version($kept; $planned):
  if . == null or .Version == "2012-10-17" or ($kept | variables | not) then "2012-10-17"
  elif $planned | variables | not then .Version // "2008-10-17"
  else error("the policy that is there is of version 2008-10-17 and has ${ in it; change its version first") end;

# callers are the roles and users that a statement is about: its principals, or
# those of its condition where the principal is their account.
def callers: (.Principal | if type == "object" and keys == ["AWS"] then .AWS | principals else [] end) as $names
  | (.Condition.ArnEquals["aws:PrincipalArn"]? // [] | words) as $narrowed
  | if any($names[]; test("^[0-9]{12}$")) and $narrowed == [] then []
    else [$names[] | select(test("^[0-9]{12}$") | not)] + (if any($names[]; test("^[0-9]{12}$")) then $narrowed else [] end) end;
def ours: .Sid // "" | startswith("Repligrant");
# What names somebody else too may be all that another plan has. An ID in place of
# an ARN is of a role or user that was deleted.
def own: ours and (callers | length > 0 and all(.[]; . as $c | any($known[]; . == $c) or test("^A(ROA|IDA)[A-Z0-9]+$")));

# written is true of a statement with a Sid that repligrant gives to those in policies
# of roles and users.
def written: .Sid // "" | . as $sid
  | any($sids[]; . as $s | ($sid | startswith($s)) and ($sid[($s | length):] | explode | all(. >= 48 and . <= 57)));

# laid lays the planned statements into a document, in place of those for which
# own holds; nothing else in the document changes.
def laid($planned; own):
  . as $old
  | (statements | map(select(own | not))) as $kept
  | (($old // {}) + {Version: version($kept; $planned), Statement: ($kept + $planned)}) as $new
  | {
      old: $old, new: $new, kept: ($kept | length),
      changed: ($old == null
        or ($old.Version // "2008-10-17") != $new.Version
        or ([$old | statements[] | statement] | sort) != ([$new.Statement[] | statement] | sort))
    };
'

# judge FILTER compares the answer with the planned document. The verdict has the
# old document, the new one, and whether they differ.
judge() {
  jq -as --slurpfile planned "$work/planned" --argjson sids "$sids" --argjson known "$known" "$meaning ($1)" "$work/answer" >"$work/verdict" ||
    die "account $account: the planned document could not be laid into the existing one"
}

# differs reports whether there is something to change, and writes the document
# to change it with.
differs() { jq -e .changed "$work/verdict" >/dev/null && jq -cj .new "$work/verdict" >"$work/document"; }

# lay WHAT FIELD ARGUMENTS... lays the planned statements into the policy of a
# resource. It replaces only statements whose Sid begins with Repligrant and that
# are about nobody but roles and users of the plan.
lay() {
  local what="$1" field="$2" others
  shift 2
  judge ".[0].Policy | if . == null then . else document end | laid(\$planned[0] | statements; own)
    | .others = [.old | statements[] | select(ours and (own | not)) | .Sid]"
  if differs; then
    change "$what" "$@" "--$field=file://$work/document"
    difference
  else
    unchanged "$what"
  fi
  others="$(jq -r '.others | join(" ")' "$work/verdict")"
  if [ -n "$others" ]; then
    printf 'note: the %s has statements for roles or users that are not in this plan, which are kept: %s\n' "$what" "$others"
  fi
}

# bucket_policy BUCKET < STATEMENTS
bucket_policy() {
  planned
  lookup NoSuchBucketPolicy s3api get-bucket-policy --bucket="$1"
  lay "policy of bucket $1" policy s3api put-bucket-policy --bucket="$1"
}

# key_policy REGION KEY < STATEMENTS
key_policy() {
  planned
  lookup - kms get-key-policy --region="$1" --key-id="$2" --policy-name=default
  lay "policy of key $2" policy kms put-key-policy --region="$1" --key-id="$2" --policy-name=default
}

# access_point_policy REGION NAME < STATEMENTS. It makes no access point: the
# bucket and the network of one are a choice that no policy shows.
access_point_policy() {
  planned
  lookup NoSuchAccessPointPolicy s3control get-access-point-policy --region="$1" --account-id="$account" --name="$2"
  lay "policy of access point $2" policy s3control put-access-point-policy --region="$1" --account-id="$account" --name="$2"
}

# role ARN PATH NAME BOUNDARY < TRUST POLICY
role() {
  local arn="$1" path="$2" name="$3" boundary="$4"
  planned
  lookup NoSuchEntity iam get-role --role-name="$name"
  if ! found; then
    change "role $name" iam create-role --role-name="$name" --path="$path" \
      --assume-role-policy-document="file://$work/planned" ${boundary:+--permissions-boundary="$boundary"}
    return
  fi
  same_arn Role "$arn"
  cp "$work/answer" "$work/entity"
  # Statements of a trust policy have no Sid to know them by. One that differs
  # from a planned one in its Sid and conditions only is taken for an earlier
  # form of it.
  judge "def core: statement | del(.Sid, .Condition);
    (\$planned[0] | statements) as \$new | .[0].Role.AssumeRolePolicyDocument | document
    | laid(\$new; core as \$c | any(\$new[]; core == \$c))"
  if differs; then
    change "trust policy of role $name" iam update-assume-role-policy --role-name="$name" --policy-document="file://$work/document"
    difference
  else
    unchanged "role $name"
  fi
  if jq -e '.kept > 0' "$work/verdict" >/dev/null; then
    printf 'note: the trust policy of role %s has other statements, which are kept\n' "$name"
  fi
  bounded Role "$boundary" iam put-role-permissions-boundary --role-name="$name"
}

# user ARN PATH NAME BOUNDARY
user() {
  lookup NoSuchEntity iam get-user --user-name="$3"
  if ! found; then
    change "user $3" iam create-user --user-name="$3" --path="$2" ${4:+--permissions-boundary="$4"}
    return
  fi
  same_arn User "$1"
  cp "$work/answer" "$work/entity"
  unchanged "user $3"
  bounded User "$4" iam put-user-permissions-boundary --user-name="$3"
}

# same_arn makes sure that what has the planned name has the planned path too.
same_arn() {
  local arn
  arn="$(jq -r --arg type "$1" '.[$type].Arn' "$work/answer")"
  [ "$arn" = "$2" ] || stop "account $account: the plan is for $2, and there is $arn"
}

# bounded TYPE BOUNDARY ARGUMENTS... sets the planned boundary. Where none is
# planned, the one that is there stays.
bounded() {
  local type="$1" boundary="$2" there
  shift 2
  there="$(jq -r --arg type "$type" '.[$type].PermissionsBoundary.PermissionsBoundaryArn // ""' "$work/entity")"
  if [ -n "$boundary" ] && [ "$boundary" != "$there" ]; then
    change "permissions boundary of $type: $boundary" "$@" --permissions-boundary="$boundary"
  fi
}

# compare WHAT FIELD looks at a policy of a role or user. It is replaced as a
# whole, and only if repligrant wrote it, which the names of its statements show.
compare() {
  judge ".[0] | if . == null then . else .$2 | document end
    | . as \$old | laid(\$planned[0] | statements; true) | .own = all(\$old | statements[]; written)"
  if differs && [ "$replace" = no ] && ! jq -e .own "$work/verdict" >/dev/null; then
    stop "account $account: $1 is there, and repligrant did not write it; --replace-policies replaces it"
  fi
}

# inline role|user NAME POLICY < DOCUMENT
inline() {
  local what="policy $3 of $1 $2"
  planned
  lookup NoSuchEntity iam "get-$1-policy" "--$1-name=$2" --policy-name="$3"
  compare "$what" PolicyDocument
  if ! differs; then
    unchanged "$what"
    return
  fi
  change "$what" iam "put-$1-policy" "--$1-name=$2" --policy-name="$3" --policy-document="file://$work/document"
  difference
}

# managed role|user NAME ARN POLICY < DOCUMENT
managed() {
  local arn="$3" version
  planned
  lookup NoSuchEntity iam get-policy --policy-arn="$arn"
  if ! found; then
    change "policy $4" iam create-policy --policy-name="$4" --policy-document="file://$work/planned"
  else
    version="$(jq -r .Policy.DefaultVersionId "$work/answer")"
    lookup - iam get-policy-version --policy-arn="$arn" --version-id="$version"
    compare "policy $4" PolicyVersion.Document
    if differs; then
      prune "$arn"
      change "policy $4" iam create-policy-version --policy-arn="$arn" --policy-document="file://$work/document" --set-as-default
      difference
    else
      unchanged "policy $4"
    fi
  fi
  attach "$1" "$2" "$arn"
}

# prune makes room for a version: IAM keeps five of a policy. The oldest that is
# not in force goes.
# See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html.
prune() {
  local oldest
  lookup - iam list-policy-versions --policy-arn="$1"
  oldest="$(jq -r '.Versions | if length < 5 then empty else [.[] | select(.IsDefaultVersion | not)] | min_by(.CreateDate) | .VersionId end' "$work/answer")"
  if [ -n "$oldest" ]; then
    change "version $oldest of policy $1: delete" iam delete-policy-version --policy-arn="$1" --version-id="$oldest"
  fi
}

# attach role|user NAME ARN
attach() {
  lookup NoSuchEntity iam "list-attached-$1-policies" "--$1-name=$2"
  if ! found || ! jq -e --arg arn "$3" 'any(.AttachedPolicies[]; .PolicyArn == $arn)' "$work/answer" >/dev/null; then
    change "policy $3 attached to $1 $2" iam "attach-$1-policy" "--$1-name=$2" --policy-arn="$3"
  fi
}

# earlier role|user NAME INLINE STEM ARNS... takes away what an earlier plan granted in
# another form, once what is planned is there: the inline policy INLINE, if it is
# named, and the managed policies named STEM and a number, but not ARNS; they are
# detached and stay. Each has a name and statements as repligrant writes them.
earlier() {
  local type="$1" name="$2" inline="$3" stem="$4" arn what
  shift 4
  if [ -n "$inline" ]; then
    what="policy $inline of $type $name"
    lookup NoSuchEntity iam "get-$type-policy" "--$type-name=$name" --policy-name="$inline"
    if by_us PolicyDocument "$what"; then
      change "$what, which an earlier plan wrote: delete" iam "delete-$type-policy" "--$type-name=$name" --policy-name="$inline"
    fi
  fi
  lookup NoSuchEntity iam "list-attached-$type-policies" "--$type-name=$name"
  jq -r --arg stem "$stem" '.AttachedPolicies[].PolicyArn | select(startswith($stem))
    | select(.[($stem | length):] | test("^[1-9][0-9]*$"))' "$work/answer" >"$work/earlier"
  while read -r arn; do
    case " $* " in *" $arn "*) continue ;; esac
    what="policy $arn of $type $name"
    lookup - iam get-policy --policy-arn="$arn"
    lookup - iam get-policy-version --policy-arn="$arn" --version-id="$(jq -r .Policy.DefaultVersionId "$work/answer")"
    if by_us PolicyVersion.Document "$what"; then
      change "$what, which an earlier plan wrote: detach" iam "detach-$type-policy" "--$type-name=$name" --policy-arn="$arn"
      printf 'note: policy %s itself stays; delete it if nothing else has it\n' "$arn"
    fi
  done <"$work/earlier"
}

# by_us FIELD WHAT reports whether repligrant wrote the policy in the answer.
by_us() {
  found || return 1
  judge ".[0].$1 | document | {own: all(statements[]; written)}"
  if jq -e .own "$work/verdict" >/dev/null; then return 0; fi
  printf 'note: the %s is named as an earlier plan would, and repligrant did not write it: it is kept\n' "$2"
  return 1
}

# versioning BUCKET makes sure that a bucket has versioning, without which S3
# takes no rule. It does not switch it on unasked: it cannot be taken back but
# only suspended, and from then on deleted and overwritten objects cost money
# until a lifecycle rule ends them. That is the owner's to decide.
# See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
# and https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html.
versioning() {
  local status
  lookup - s3api get-bucket-versioning --bucket="$1"
  status="$(jq -rs '.[0].Status // "never enabled"' "$work/answer")"
  if [ "$status" = Enabled ]; then
    unchanged "versioning of bucket $1"
  elif [ "$versions" = yes ]; then
    change "versioning of bucket $1" s3api put-bucket-versioning --bucket="$1" --versioning-configuration=Status=Enabled
  else
    stop "account $account: versioning of bucket $1 is $status, and replication needs it; --enable-versioning switches it on"
  fi
}

# replication BUCKET < CONFIGURATION lays rules into the replication
# configuration, by their IDs. Rules of other IDs are kept. Of rules to one
# destination S3 takes one of a priority.
# See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
replication() {
  local wrong kept
  planned
  lookup ReplicationConfigurationNotFoundError s3api get-bucket-replication --bucket="$1"
  judge "def rule:
      if .Filter == {} then .Filter = {Prefix: \"\"} else . end
      | if .Filter.And.Tags then .Filter.And.Tags |= sort_by(.Key) else . end;
    def rank: \"\(.Priority) \(.Destination.Bucket)\";
    .[0].ReplicationConfiguration as \$old | \$planned[0] as \$p
    | (\$p.Rules | map({key: .ID, value: true}) | from_entries) as \$ids
    | [\$old // {Rules: []} | .Rules[] | select(\$ids[.ID // \"\"] | not)] as \$kept
    | {Role: \$p.Role, Rules: (\$kept + \$p.Rules)} as \$new
    | (\$p.Rules | map({key: rank, value: .}) | from_entries) as \$ranks
    | [\$kept[] | [., \$ranks[rank]] | select(.[1])] as \$twins
    | {
        old: \$old, new: \$new, kept: [\$kept[] | .ID // \"\"],
        wrong: (if \$old and \$old.Role != \$p.Role then \"has role \(\$old.Role), and S3 takes one role for all rules of a bucket; the plan says \(\$p.Role)\"
          elif any(\$kept[]; has(\"Filter\") | not) then \"has rules without a Filter, which cannot stand beside rules with one; give them one first\"
          elif \$twins != [] then \$twins[0] | \"has rule \(.[0].ID | tojson) of priority \(.[0].Priority) to \(.[0].Destination.Bucket), as has rule \(.[1].ID | tojson) of the plan, and S3 takes one of a priority for each destination; give one of them another priority\"
          else null end),
        changed: ((\$old.Rules // [] | map(rule) | sort) != (\$new.Rules | map(rule) | sort))
      }"
  wrong="$(jq -r '.wrong // ""' "$work/verdict")"
  if [ -n "$wrong" ]; then
    stop "account $account: the replication configuration of bucket $1 $wrong"
  elif ! differs; then
    unchanged "replication configuration of bucket $1"
  else
    change "replication configuration of bucket $1" s3api put-bucket-replication --bucket="$1" --replication-configuration="file://$work/document"
    difference
  fi
  kept="$(jq -ac .kept "$work/verdict")"
  if [ "$kept" != '[]' ]; then
    printf 'note: the replication configuration of bucket %s has rules of other IDs, which are kept: %s\n' "$1" "$kept"
  fi
}

# each STEP ACCOUNT FUNCTION does what $doing says with a part of the plan, if it
# is one that is asked for.
each() {
  if [ -n "$only_step" ] && [ "$only_step" != "$1" ]; then return; fi
  if [ -n "$only_account" ] && [ "$only_account" != "$2" ]; then return; fi
  parts=$((parts + 1))
  enter "$2"
  "$doing" "$1" "$2" "$3"
}

# verify makes sure that the credentials are of the account that they are for.
verify() {
  local got
  case "$verified" in *" $account "*) return ;; esac
  got="$(call sts get-caller-identity | jq -r .Account)" ||
    die "account $2 ($account) cannot be entered: sign in, and name the profile with $variable or --profile $2=PROFILE"
  [ "$got" = "$account" ] ||
    die "account $2 is $account, and the credentials are of $got: name the profile with $variable or --profile $2=PROFILE"
  verified="$verified $account "
}

apply() {
  printf -- '--- step %s, account %s (%s)\n' "$1" "$2" "$account"
  "$3"
}

need() { command -v "$1" >/dev/null 2>&1 || die "needs $1: $2"; }

main() {
  # How the AWS CLI reads and writes must not depend on who runs it. Version 1 reads
  # files in the encoding that PYTHONUTF8 sets, version 2 in AWS_CLI_FILE_ENCODING.
  # See https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
  # and https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUTF8.
  export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8 PYTHONIOENCODING=UTF-8 PYTHONUTF8=1
  account='' profile='' variable='' dry=no versions=no replace=no only_step='' only_account='' verified='' parts=0 changes=0 problems=0
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --dry-run) dry=yes ;;
      --enable-versioning) versions=yes ;;
      --replace-policies) replace=yes ;;
      --step | --account | --profile)
        [ "$#" -gt 1 ] || die "$1 needs a value"
        option "$1" "$2"
        shift
        ;;
      -h | --help) usage && return ;;
      *) die "unknown argument $1; --help lists them" ;;
    esac
    shift
  done
  need aws 'the AWS CLI, https://aws.amazon.com/cli/'
  need jq 'https://jqlang.github.io/jq/, version 1.5 or later'
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT

  # Who is who comes first: nothing is changed where one account is wrong.
  doing=verify
  plan
  [ "$parts" -gt 0 ] || die "the plan has nothing for${only_account:+ account $only_account}${only_step:+ step $only_step}"
  doing=apply
  plan
  if [ "$dry" = yes ]; then
    printf -- '--- %s changes to make, %s reasons to stop\n' "$changes" "$problems"
    [ "$problems" -eq 0 ]
    return
  fi
  printf -- '--- %s change%s made\n' "$changes" "$([ "$changes" -eq 1 ] || echo s)"
}

option() {
  case "$1" in
    --step)
      case "$2" in 1 | 2 | 3) only_step="$2" ;; *) die '--step takes 1, 2 or 3' ;; esac
      ;;
    --account)
      enter "$2"
      only_account="$2"
      ;;
    --profile)
      case "$2" in *=?*) assign "${2%%=*}" "${2#*=}" ;; *) die '--profile takes NAME=PROFILE' ;; esac
      ;;
  esac
}

# The last line: of a script that is cut off, nothing runs.
main "$@"
