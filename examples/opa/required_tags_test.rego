package terraform.policies.required_tags_test

import rego.v1

import data.terraform.policies.required_tags

complete := {"cost-center": "4711", "environment": "staging", "owner": "team-orders"}

plan(change) := {"plan": {"resource_changes": [{
	"address": "azurerm_resource_group.orders",
	"mode": "managed",
	"type": "azurerm_resource_group",
	"change": change,
}]}}

test_complete_tags_pass if {
	count(required_tags.deny) == 0 with input as plan({"actions": ["create"], "after": {"tags": complete}})
}

test_missing_and_empty_tags_are_named if {
	tags := {"cost-center": "4711", "owner": ""}
	required_tags.deny == {"azurerm_resource_group.orders has no value for environment, owner"} with input as plan({
		"actions": ["update"],
		"after": {"tags": tags},
	})
}

test_no_tags_at_all_is_denied if {
	count(required_tags.deny) == 1 with input as plan({"actions": ["create"], "after": {"tags": null}})
}

test_a_value_known_after_apply_counts if {
	count(required_tags.deny) == 0 with input as plan({
		"actions": ["create"],
		"after": {"tags": {"cost-center": "4711", "environment": "staging"}},
		"after_unknown": {"tags": {"owner": true}},
	})
}

test_tags_all_known_after_apply_count if {
	count(required_tags.deny) == 0 with input as plan({
		"actions": ["create"],
		"after": {},
		"after_unknown": {"tags": true},
	})
}

test_deletion_passes if {
	count(required_tags.deny) == 0 with input as plan({"actions": ["delete"], "after": null})
}
