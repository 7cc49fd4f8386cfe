# Written by repligrant: step 1 of 3 in account 444455556666.
#
# The roles that S3 assumes to replicate, and who uploads. No access key is made: it
# would stand in the state.

resource "aws_iam_role" "acme_orders_copy_replication" {
  name = "acme-orders-copy-replication"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        Service = "s3.amazonaws.com"
      }
      Action = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "acme_orders_copy_replication__replication" {
  name = "replication"
  role = aws_iam_role.acme_orders_copy_replication.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "SourceBucket"
        Effect = "Allow"
        Action = [
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
        ]
        Resource = "arn:aws:s3:::acme-orders-copy"
      },
      {
        Sid    = "SourceObjects"
        Effect = "Allow"
        Action = [
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionTagging",
        ]
        Resource = "arn:aws:s3:::acme-orders-copy/*"
      },
      {
        Sid    = "Destination"
        Effect = "Allow"
        Action = [
          "s3:ReplicateObject",
          "s3:ReplicateTags",
        ]
        Resource = "arn:aws:s3:::acme-orders/*"
      },
      {
        Sid      = "SourceKey"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = "arn:aws:kms:eu-west-1:444455556666:key/0987dcba-09fe-87dc-65ba-ab0987654321"
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.eu-west-1.amazonaws.com"
          }
          StringLike = {
            "kms:EncryptionContext:aws:s3:arn" = [
              "arn:aws:s3:::acme-orders-copy",
              "arn:aws:s3:::acme-orders-copy/*",
            ]
          }
        }
      },
      {
        Sid    = "DestinationKey"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:GenerateDataKey",
        ]
        Resource = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
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
      },
    ]
  })
}
