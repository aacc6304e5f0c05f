# METADATA
# title: Allowed regions
# description: Resources are created in the regions of the European Union that the data protection office has approved, on AWS, Azure and Google Cloud.
package terraform.policies.allowed_regions

import rego.v1

allowed_regions := {
	"aws": {"eu-central-1", "eu-west-1"},
	"azurerm": {"germanywestcentral", "northeurope", "westeurope"},
	"google": {"europe-west1", "europe-west3", "europe-west4"},
}

# The attribute that holds the region, by provider. aws has it since version 6 of the provider.
region_attributes := {
	"aws": "region",
	"azurerm": "location",
	"google": "region",
}

# METADATA
# title: Resources outside the allowed regions
deny contains msg if {
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	"create" in resource.change.actions
	provider := provider_of(resource.provider_name)
	region := normalized(resource.change.after[region_attributes[provider]])
	not region in allowed_regions[provider]
	msg := sprintf("%s would be created in %s, which is not an allowed region", [resource.address, region])
}

# METADATA
# title: Providers configured for another region
deny contains msg if {
	some key, config in input.plan.configuration.provider_config
	provider := provider_of(config.full_name)
	region := normalized(configured_region(config))
	not region in allowed_regions[provider]
	msg := sprintf("provider %s is set to %s, which is not an allowed region", [key, region])
}

provider_of(full_name) := provider if {
	provider := regex.replace(full_name, `^.*/`, "")
	provider in object.keys(allowed_regions)
}

# Azure takes display names too: "West Europe" is westeurope.
normalized(region) := replace(lower(region), " ", "") if region != ""

configured_region(config) := config.expressions.region.constant_value

# A variable of the root module has its value in the plan; a module's variable has not.
configured_region(config) := input.plan.variables[name].value if {
	not config.module_address
	some reference in config.expressions.region.references
	startswith(reference, "var.")
	name := trim_prefix(reference, "var.")
}
