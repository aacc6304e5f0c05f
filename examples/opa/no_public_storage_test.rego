package terraform.policies.no_public_storage_test

import rego.v1

import data.terraform.policies.no_public_storage

plan(type, after) := {"plan": {"resource_changes": [{
	"address": sprintf("%s.files", [type]),
	"mode": "managed",
	"type": type,
	"change": {"actions": ["create"], "after": after},
}]}}

passes(type, after) if count(no_public_storage.deny) == 0 with input as plan(type, after)

test_private_storage_passes if {
	passes("azurerm_storage_account", {"allow_nested_items_to_be_public": false})
	passes("azurerm_storage_container", {"container_access_type": "private"})
	passes("google_storage_bucket", {"public_access_prevention": "enforced"})
	passes("google_storage_bucket_iam_member", {"member": "group:data@example.com"})
	passes("google_storage_bucket_iam_binding", {"members": ["group:data@example.com"]})
}

test_public_storage_is_denied if {
	not passes("azurerm_storage_account", {"allow_nested_items_to_be_public": true})
	not passes("azurerm_storage_container", {"container_access_type": "blob"})
	not passes("google_storage_bucket", {"public_access_prevention": "inherited"})
	not passes("google_storage_bucket_iam_member", {"member": "allUsers"})
	not passes("google_storage_bucket_iam_binding", {"members": ["user:a@example.com", "allAuthenticatedUsers"]})
}

test_unstated_settings_are_denied if {
	not passes("azurerm_storage_account", {})
	not passes("google_storage_bucket", {})
}
