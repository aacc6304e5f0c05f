package terraform.policies.database_deletion_protection_test

import rego.v1

import data.terraform.policies.database_deletion_protection as policy

plan(actions, after) := {"plan": {"resource_changes": [{
	"address": "aws_db_instance.orders",
	"mode": "managed",
	"type": "aws_db_instance",
	"change": {"actions": actions, "after": after},
}]}}

test_protected_database_passes if {
	count(policy.deny) == 0 with input as plan(["create"], {"deletion_protection": true, "skip_final_snapshot": false})
}

test_unprotected_database_is_denied if {
	policy.deny == {"aws_db_instance.orders must set deletion_protection to true"} with input as plan(["update"], {"deletion_protection": false})
}

test_unstated_protection_is_denied if {
	count(policy.deny) == 1 with input as plan(["create"], {"deletion_protection": null})
}

test_skipped_snapshot_is_denied if {
	policy.deny == {"aws_db_instance.orders must not set skip_final_snapshot"} with input as plan(
		["create"],
		{"deletion_protection": true, "skip_final_snapshot": true},
	)
}

test_deletion_is_left_to_other_policies if {
	count(policy.deny) == 0 with input as plan(["delete"], null)
}
