# Written by repligrant: step 1 of 3 in account 111122223333.
#
# The roles that S3 assumes to replicate, and who uploads. No access key is made: it
# would stand in the state.

resource "aws_iam_role" "acme_orders_replication" {
  name = "acme-orders-replication"
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

resource "aws_iam_role_policy" "acme_orders_replication__replication" {
  name = "replication"
  role = aws_iam_role.acme_orders_replication.name
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
        Resource = "arn:aws:s3:::acme-orders"
      },
      {
        Sid    = "SourceObjects"
        Effect = "Allow"
        Action = [
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionTagging",
        ]
        Resource = "arn:aws:s3:::acme-orders/*"
      },
      {
        Sid    = "Destination"
        Effect = "Allow"
        Action = [
          "s3:ReplicateObject",
          "s3:ReplicateTags",
        ]
        Resource = "arn:aws:s3:::acme-orders-copy/*"
      },
      {
        Sid      = "Destination2"
        Effect   = "Allow"
        Action   = "s3:ReplicateDelete"
        Resource = "arn:aws:s3:::acme-orders-copy/invoices/*"
      },
    ]
  })
}
