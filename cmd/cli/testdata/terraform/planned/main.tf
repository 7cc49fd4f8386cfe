# Replication between two accounts, with gaps and surplus: delete markers may not
# be replicated, and the role may read a bucket that no rule names. With later =
# true it gets worse.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "later" {
  type    = bool
  default = false
}

provider "aws" {
  region              = "us-east-1"
  profile             = "111122223333"
  allowed_account_ids = ["111122223333"]
}

provider "aws" {
  alias               = "backup"
  region              = "eu-west-1"
  profile             = "444455556666"
  allowed_account_ids = ["444455556666"]
}

module "source" {
  source = "./bucket"
  name   = "acme-orders"
  status = "Enabled"
}

module "copy" {
  source    = "./bucket"
  name      = "acme-orders-copy"
  status    = var.later ? "Suspended" : "Enabled"
  providers = { aws = aws.backup }
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-orders-logs"
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]
  }
}

resource "aws_iam_role" "replication" {
  name = "acme-orders-replication"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = var.later ? "ec2.amazonaws.com" : "s3.amazonaws.com" }
    }]
  })
  permissions_boundary = var.later ? aws_iam_policy.boundary.arn : null
}

resource "aws_iam_role_policy" "replication" {
  name = "replication"
  role = aws_iam_role.replication.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource = "arn:aws:s3:::acme-orders" },
      {
        Effect   = "Allow"
        Action   = concat(["s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"], var.later ? [] : ["s3:GetObjectVersionAcl"])
        Resource = "arn:aws:s3:::acme-orders/*"
      },
      { Effect = "Allow", Action = ["s3:ReplicateObject", "s3:ReplicateTags"], Resource = "arn:aws:s3:::acme-orders-copy/*" },
    ]
  })
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.replication.id
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_policy" "one" {
  name   = "one"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObjectVersion*", Resource = "arn:aws:s3:::acme-orders/*" }] })
}

resource "aws_iam_policy" "two" {
  name   = "two"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "s3:GetObjectVersionTagging", Resource = "arn:aws:s3:::acme-orders/secret/*" }] })
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:Get*", "s3:List*"], Resource = "*" }] })
}

resource "aws_iam_role_policy_attachment" "extra" {
  role       = aws_iam_role.replication.name
  policy_arn = "arn:aws:iam::111122223333:policy/${var.later ? "two" : "one"}"
  depends_on = [aws_iam_policy.one, aws_iam_policy.two]
}

resource "aws_s3_bucket_policy" "copy" {
  count    = var.later ? 0 : 1
  provider = aws.backup
  bucket   = module.copy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Replicas"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:role/acme-orders-replication" }
        Action    = ["s3:ReplicateObject", "s3:ReplicateTags", "s3:DeleteObject"]
        Resource  = "arn:aws:s3:::acme-orders-copy/*"
      },
    ]
  })
  depends_on = [aws_iam_role.replication]
}

resource "aws_s3_bucket_replication_configuration" "orders" {
  bucket = module.source.id
  role   = aws_iam_role.replication.arn
  rule {
    id       = "orders"
    status   = "Enabled"
    priority = 1
    filter {}
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket = module.copy.arn
    }
  }
  depends_on = [module.source, module.copy]
}
