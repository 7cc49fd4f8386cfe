locals {
  # How the policy of each is treated; what is said in existing_policies wins.
  modes = {
    for name in keys(local.needed) : name => lookup(
      var.existing_policies, name, lookup(local.given, name, startswith(name, "arn:") ? "missing" : "live")
    )
  }

  # The policies as they are.
  before = {
    for name, mode in local.modes : name => jsondecode(
      mode == "live" ? data.aws_s3_bucket_policy.existing[name].policy :
      contains(["none", "missing", "elsewhere"], mode) ? jsonencode({ Statement = [] }) : mode
    )
  }

  # Whom each statement is about: its principals, or those of its condition where the principal is their account.
  principals = {
    for name, before in local.before : name => [
      for statement in flatten([before.Statement]) : try(
        [for principal in flatten([statement.Principal.AWS]) : principal if length(statement.Principal) == 1], []
      )
    ]
  }
  callers = {
    for name, before in local.before : name => [
      for i, statement in flatten([before.Statement]) : flatten([
        for principal in local.principals[name][i] : can(regex("^[0-9]{12}$|:root$", principal)) ? try(
          tolist(flatten([statement.Condition.ArnEquals["aws:PrincipalArn"]])), tolist(["everyone"])
        ) : tolist([principal])
      ])
    ]
  }

  # What others wrote stays as it is, and so does what repligrant wrote for a plan with other roles and users. An ID
  # in place of an ARN is of a role or user that was deleted.
  kept = {
    for name, before in local.before : name => [
      for i, statement in flatten([before.Statement]) : statement if !(
        try(startswith(statement.Sid, "Repligrant"), false) && length(local.callers[name][i]) > 0 && alltrue([
          for caller in local.callers[name][i] : contains(local.known, caller) || can(regex("^A(ROA|IDA)[A-Z0-9]+$", caller))
        ])
      )
    ]
  }

  other_specs = {
    for name, kept in local.kept : name => [
      for statement in kept : statement.Sid if try(startswith(statement.Sid, "Repligrant"), false)
    ]
  }

  policies = {
    for name, needed in local.needed : name => jsonencode(merge(local.before[name], {
      Version   = "2012-10-17"
      Statement = concat(local.kept[name], needed.Statement)
    }))
  }

  # A policy of version 2008-10-17 takes $${...} literally; one of 2012-10-17 does not.
  variables = "it has another version than 2012-10-17 and holds $${...}, which would change its meaning: bring it to 2012-10-17 first."
  unchanged = {
    for name, before in local.before : name => (
      try(before.Version, "2008-10-17") == "2012-10-17" || !strcontains(jsonencode(local.kept[name]), "$${")
    )
  }
}

data "aws_s3_bucket_policy" "existing" {
  for_each = toset([for name, mode in local.modes : name if mode == "live"])

  bucket = each.key
}

# What these modules write, for an owner who writes a policy elsewhere.
output "needed_policies" {
  value = { for name, needed in local.needed : name => jsonencode(needed) }
}

# Statements of kept that repligrant wrote for another SPEC, or for a role that this one does not have any more. They
# stay: look whether they are to.
output "statements_of_other_specs" {
  value = local.other_specs
}

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
