# METADATA
# title: No public storage
# description: Azure storage accounts and Google Cloud Storage buckets are not readable by anonymous users.
package terraform.policies.no_public_storage

import rego.v1

anonymous := {"allAuthenticatedUsers", "allUsers"}

written contains resource if {
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
}

# METADATA
# title: Azure storage accounts that allow public containers
# description: The provider's default is true, so the setting must be stated.
deny contains msg if {
	some resource in written
	resource.type == "azurerm_storage_account"
	not resource.change.after.allow_nested_items_to_be_public == false
	msg := sprintf("%s must set allow_nested_items_to_be_public to false", [resource.address])
}

# METADATA
# title: Azure containers with anonymous access
deny contains msg if {
	some resource in written
	resource.type == "azurerm_storage_container"
	resource.change.after.container_access_type in {"blob", "container"}
	msg := sprintf("%s must set container_access_type to private", [resource.address])
}

# METADATA
# title: Google buckets granted to everybody, one member at a time
deny contains msg if {
	some resource in written
	resource.type == "google_storage_bucket_iam_member"
	resource.change.after.member in anonymous
	msg := sprintf("%s grants access to %s", [resource.address, resource.change.after.member])
}

# METADATA
# title: Google buckets granted to everybody, in a list of members
deny contains msg if {
	some resource in written
	resource.type == "google_storage_bucket_iam_binding"
	some member in resource.change.after.members
	member in anonymous
	msg := sprintf("%s grants access to %s", [resource.address, member])
}

# METADATA
# title: Google buckets without public access prevention
deny contains msg if {
	some resource in written
	resource.type == "google_storage_bucket"
	not resource.change.after.public_access_prevention == "enforced"
	msg := sprintf("%s must set public_access_prevention to enforced", [resource.address])
}
