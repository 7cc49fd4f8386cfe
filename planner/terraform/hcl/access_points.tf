resource "aws_s3control_access_point_policy" "this" {
  for_each = {
    for arn, mode in local.modes : arn => mode if try(split(":", arn)[2] == "s3", false) && mode != "elsewhere"
  }

  access_point_arn = each.key
  policy           = local.policies[each.key]

  lifecycle {
    prevent_destroy = true # the statements of others would go as well

    precondition {
      condition     = each.value != "missing"
      error_message = "Say in existing_policies what policy access point ${each.key} has now, or \"none\": aws s3control get-access-point-policy"
    }

    precondition {
      condition     = local.unchanged[each.key]
      error_message = "Policy of access point ${each.key}: ${local.variables}"
    }
  }
}
