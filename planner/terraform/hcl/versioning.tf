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
