# Every resource on AWS that can have tags says who owns it and what it costs are booked on.

policy {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0.0, < 7.0.0"
    }
  }
}

input "required_tags" {
  type        = list(string)
  description = "Tags that must be there."
  default     = ["owner", "cost-center"]
}

# A parameter of the policy set makes it mandatory once most teams comply.
input "tags_level" {
  type        = string
  description = "advisory, mandatory_overridable or mandatory."
  default     = "advisory"
}

resource_policy "aws_*" "required_tags" {
  enforcement_level = input.tags_level

  # Resources that have no tags have no such attribute.
  filter = core::can(attrs.tags)

  locals {
    tags    = core::try(core::keys(attrs.tags), [])
    missing = [for tag in input.required_tags : tag if !core::contains(local.tags, tag)]
  }

  enforce {
    condition     = core::length(local.missing) == 0
    error_message = "${meta.type} has no tag ${core::join(", ", local.missing)}."
  }
}
