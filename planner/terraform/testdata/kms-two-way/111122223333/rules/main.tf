# Written by repligrant: step 3 of 3 in account 111122223333.
#
# What buckets replicate. Apply the modules "destination" first: S3 refuses a rule to
# a bucket without versioning.

resource "aws_s3_bucket_replication_configuration" "acme_orders" {
  bucket = "acme-orders"
  role   = "arn:aws:iam::111122223333:role/acme-orders-replication"

  rule {
    id       = "orders"
    priority = 1
    status   = "Enabled"

    filter {
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      bucket = "arn:aws:s3:::acme-orders-copy"

      encryption_configuration {
        replica_kms_key_id = "arn:aws:kms:eu-west-1:444455556666:key/0987dcba-09fe-87dc-65ba-ab0987654321"
      }
    }
  }

  lifecycle {
    precondition {
      condition     = contains(var.replace_replication, "acme-orders")
      error_message = "Bucket acme-orders may have a replication configuration, which this one would replace: aws s3api get-bucket-replication --bucket acme-orders. If there is none, or it may go, add the bucket to replace_replication."
    }
  }
}
