variable "existing_policies" {
  type        = map(string)
  default     = {}
  description = <<-EOT
    How the policy that each has now is treated, by name of the bucket or ARN of the key or access point:
    "live": read from AWS at each run, and its statements kept; only buckets, and what they are taken to be.
    "none": there is no policy. Take it out once this module is applied: it would drop what others add.
    "elsewhere": another configuration writes it, from the output needed_policies; this one does not.
    JSON text: this is the policy, and its statements are kept. A key needs it.
  EOT

  validation {
    condition = length(setsubtract(keys(var.existing_policies), [
      "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "acme-orders",
    ])) == 0
    error_message = "This module has no such bucket, key or access point."
  }

  validation {
    condition = alltrue([
      for name, mode in var.existing_policies : contains(["none", "elsewhere"], mode) || can(jsondecode(mode).Statement) || (
        mode == "live" && !startswith(name, "arn:")
      )
    ])
    error_message = "A value is \"live\" (buckets only), \"none\", \"elsewhere\", or a policy as JSON text."
  }
}

variable "enable_versioning" {
  type        = set(string)
  default     = []
  description = "Buckets whose versioning this module switches on. Replication needs it; leave out those that have it."

  validation {
    condition     = length(setsubtract(var.enable_versioning, ["acme-orders"])) == 0
    error_message = "This module has no such bucket, key or access point."
  }
}
