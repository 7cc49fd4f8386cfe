# Written by repligrant: step 2 of 3 in account 111122223333.
#
# What buckets, keys and access points let others do. Statements of others are kept;
# those whose Sid begins with Repligrant are replaced if they are about roles and users
# of this plan only. Apply the modules "roles" first: AWS refuses a policy that names a
# role that is not there.

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
