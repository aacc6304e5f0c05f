# Modules come from the organization's own registry, providers from where they are known to come from.

input "registry" {
  type        = string
  description = "What the source of a module that is not local begins with."
  default     = "app.terraform.io/example/"
}

module_policy "*" "own_registry" {
  enforcement_level = "mandatory_overridable"
  filter            = !core::startswith(meta.source, "./")

  enforce {
    condition     = core::startswith(meta.source, input.registry)
    error_message = "The module ${meta.source} does not come from ${input.registry}."
    info_message  = "Module ${meta.source}."
  }
}

provider_policy "aws" "official" {
  enforce {
    condition     = meta.source == "registry.terraform.io/hashicorp/aws" || meta.source == "hashicorp/aws"
    error_message = "Use HashiCorp's provider for AWS, not ${meta.source}."
  }
}
