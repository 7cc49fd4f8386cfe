# Written by repligrant: step 3 of 3 in account 444455556666.
#
# What buckets replicate. Apply the modules "destination" first: S3 refuses a rule to
# a bucket without versioning.

resource "aws_s3_bucket_replication_configuration" "acme_orders_copy" {
  bucket = "acme-orders-copy"
  role   = "arn:aws:iam::444455556666:role/acme-orders-copy-replication"

  rule {
    id       = "orders-to-acme-orders"
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
      bucket = "arn:aws:s3:::acme-orders"

      encryption_configuration {
        replica_kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      }
    }
  }

  lifecycle {
    precondition {
      condition     = contains(var.replace_replication, "acme-orders-copy")
      error_message = "Bucket acme-orders-copy may have a replication configuration, which this one would replace: aws s3api get-bucket-replication --bucket acme-orders-copy. If there is none, or it may go, add the bucket to replace_replication."
    }
  }
}
