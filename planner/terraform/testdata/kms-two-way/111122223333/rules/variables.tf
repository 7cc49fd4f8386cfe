variable "replace_replication" {
  type        = set(string)
  default     = []
  description = "Buckets of which somebody made sure that they have no replication configuration, or one that may go: S3 keeps one for each bucket, and Terraform puts its own in place of it without a look."

  validation {
    condition     = length(setsubtract(var.replace_replication, ["acme-orders"])) == 0
    error_message = "This module has no such bucket, key or access point."
  }
}
