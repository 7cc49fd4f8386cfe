resource "aws_s3_bucket_policy" "this" {
  for_each = {
    for name, mode in local.modes : name => mode if !startswith(name, "arn:") && mode != "elsewhere"
  }

  bucket = each.key
  policy = local.policies[each.key]

  lifecycle {
    prevent_destroy = true # the statements of others would go as well

    precondition {
      condition     = local.unchanged[each.key]
      error_message = "Policy of bucket ${each.key}: ${local.variables}"
    }
  }
}
