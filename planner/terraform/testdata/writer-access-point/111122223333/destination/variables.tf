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
      "acme-recordings",
      "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings",
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
