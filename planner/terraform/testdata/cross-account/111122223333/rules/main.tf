# Written by repligrant: step 3 of 3 in account 111122223333.
#
# What buckets replicate. Apply the modules "destination" first: S3 refuses a rule to
# a bucket without versioning.

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

resource "aws_s3_bucket_replication_configuration" "acme_orders" {
  bucket = "acme-orders"
  role   = "arn:aws:iam::111122223333:role/acme-orders-replication"

  rule {
    id       = "acme-orders-to-acme-orders-copy"
    priority = 1
    status   = "Enabled"

    filter {
    }

    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      bucket = "arn:aws:s3:::acme-orders-copy"
    }
  }

  lifecycle {
    precondition {
      condition     = contains(var.replace_replication, "acme-orders")
      error_message = "Bucket acme-orders may have a replication configuration, which this one would replace: aws s3api get-bucket-replication --bucket acme-orders. If there is none, or it may go, add the bucket to replace_replication."
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
