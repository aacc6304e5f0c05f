package terraform.policies.no_destroy_in_production_test

import rego.v1

import data.terraform.policies.no_destroy_in_production as policy

run(project, properties) := {"run": object.union(
	{
		"is_destroy": false,
		"project": {"name": project},
		"target_addrs": null,
		"workspace": {"name": "orders"},
	},
	properties,
)}

test_ordinary_run_passes if {
	count(policy.deny) == 0 with input as run("Orders Production", {})
}

test_destroy_run_is_denied if {
	count(policy.deny) == 1 with input as run("Orders Production", {"is_destroy": true})
}

test_targeted_run_is_denied if {
	policy.deny == {"workspace orders is in production: run the whole configuration, not only aws_instance.a, aws_instance.b"} with input as run(
		"Orders Production",
		{"target_addrs": ["aws_instance.a", "aws_instance.b"]},
	)
}

test_other_projects_may_be_destroyed if {
	count(policy.deny) == 0 with input as run("Orders Development", {"is_destroy": true})
}
