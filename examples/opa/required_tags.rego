# METADATA
# title: Required tags
# description: Every Azure resource group and every Azure resource that costs money carries the tags cost-center, environment and owner.
package terraform.policies.required_tags

import rego.v1

required_tags := {"cost-center", "environment", "owner"}

tagged_types := {
	"azurerm_kubernetes_cluster",
	"azurerm_linux_virtual_machine",
	"azurerm_linux_web_app",
	"azurerm_mssql_database",
	"azurerm_postgresql_flexible_server",
	"azurerm_resource_group",
	"azurerm_storage_account",
	"azurerm_windows_virtual_machine",
}

# METADATA
# title: Resources without a required tag
deny contains msg if {
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	resource.type in tagged_types
	is_written(resource)
	missing := required_tags - present_tags(resource)
	count(missing) > 0
	msg := sprintf("%s has no value for %s", [resource.address, concat(", ", sort(missing))])
}

is_written(resource) if {
	some action in resource.change.actions
	action in {"create", "update"}
}

# A tag whose value is only known after the apply has been set, and that is all a plan can tell.
present_tags(resource) := known_tags(resource) | unknown_tags(resource)

known_tags(resource) := {name | some name, value in resource.change.after.tags; value != ""}

unknown_tags(resource) := required_tags if {
	resource.change.after_unknown.tags == true
} else := {name | some name, true in resource.change.after_unknown.tags}
