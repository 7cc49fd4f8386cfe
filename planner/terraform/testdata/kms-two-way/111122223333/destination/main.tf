# Written by repligrant: step 2 of 3 in account 111122223333.
#
# What buckets, keys and access points let others do. Statements of others are kept;
# those whose Sid begins with Repligrant are replaced if they are about roles and users
# of this plan only. Apply the modules "roles" first: AWS refuses a policy that names a
# role that is not there.

# What replication needs, by the name of a bucket or the ARN of a key or access point.
locals {
  needed = {
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" = {
      Version = "2012-10-17"
      Statement = [{
        Sid    = "RepligrantEncryptReplicasADOCGLMP"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:role/acme-orders-copy-replication"
        }
        Action = [
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:GenerateDataKey",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.us-east-1.amazonaws.com"
          }
          StringLike = {
            "kms:EncryptionContext:aws:s3:arn" = [
              "arn:aws:s3:::acme-orders",
              "arn:aws:s3:::acme-orders/*",
            ]
          }
        }
      }]
    }
    "acme-orders" = {
      Version = "2012-10-17"
      Statement = [{
        Sid    = "RepligrantReceiveReplicasADOCGLMP"
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::444455556666:role/acme-orders-copy-replication"
        }
        Action = [
          "s3:ReplicateObject",
          "s3:ReplicateTags",
        ]
        Resource = "arn:aws:s3:::acme-orders/*"
      }]
    }
  }

  # What plan --merge was told that there is.
  given = {}

  # The roles and users of the plan. Statements about others are kept.
  known = [
    "arn:aws:iam::111122223333:role/acme-orders-batch-replication",
    "arn:aws:iam::111122223333:role/acme-orders-replication",
    "arn:aws:iam::444455556666:role/acme-orders-copy-replication",
  ]
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = var.enable_versioning

  bucket = each.key

  versioning_configuration {
    status = "Enabled"
  }

  lifecycle {
    prevent_destroy = true # Terraform would suspend versioning
  }
}
