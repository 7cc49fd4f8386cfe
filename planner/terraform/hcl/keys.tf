resource "aws_kms_key_policy" "this" {
  for_each = {
    for arn, mode in local.modes : arn => mode if try(split(":", arn)[2] == "kms", false) && mode != "elsewhere"
  }

  key_id = split("/", each.key)[1]
  policy = local.policies[each.key]

  lifecycle {
    prevent_destroy = true # the statements of others would go as well

    precondition {
      condition     = !contains(["missing", "none"], each.value)
      error_message = "Say in existing_policies what policy key ${each.key} has now: aws kms get-key-policy --key-id ${each.key} --policy-name default --query Policy --output text"
    }

    precondition {
      condition     = local.unchanged[each.key]
      error_message = "Policy of key ${each.key}: ${local.variables}"
    }
  }
}
