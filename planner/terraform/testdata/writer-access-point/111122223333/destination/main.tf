# Written by repligrant: step 2 of 3 in account 111122223333.
#
# What buckets, keys and access points let others do. Statements of others are kept;
# those whose Sid begins with Repligrant are replaced if they are about roles and users
# of this plan only. Apply the modules "roles" first: AWS refuses a policy that names a
# role that is not there.

# What replication needs, by the name of a bucket or the ARN of a key or access point.
locals {
  needed = {
    "acme-recordings" = {
      Version = "2012-10-17"
      Statement = [{
        Sid    = "RepligrantGuardBHEOFJPF"
        Effect = "Deny"
        Principal = {
          AWS = "arn:aws:iam::111122223333:role/recorder"
        }
        Action = [
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:PutObjectAcl",
          "s3:PutObjectTagging",
        ]
        NotResource = "arn:aws:s3:::acme-recordings/uploads/*"
      }]
    }
    "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings" = {
      Version = "2012-10-17"
      Statement = [{
        Sid    = "RepligrantUploadBHEOFJPF"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::111122223333:role/recorder"
        }
        Action = [
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ]
        Resource = "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings/object/uploads/*"
      }]
    }
  }

  # What plan --merge was told that there is.
  given = {}

  # The roles and users of the plan. Statements about others are kept.
  known = ["arn:aws:iam::111122223333:role/recorder"]
}
