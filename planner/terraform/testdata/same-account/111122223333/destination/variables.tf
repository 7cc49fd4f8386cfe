variable "enable_versioning" {
  type        = set(string)
  default     = []
  description = "Buckets whose versioning this module switches on. Replication needs it; leave out those that have it."

  validation {
    condition     = length(setsubtract(var.enable_versioning, ["acme-orders-copy"])) == 0
    error_message = "This module has no such bucket, key or access point."
  }
}
