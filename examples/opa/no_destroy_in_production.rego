# METADATA
# title: No destroy runs in production
# description: Workspaces in a project whose name ends in production are neither destroyed as a whole nor changed with resource targeting, which leaves the rest of the configuration unapplied.
package terraform.policies.no_destroy_in_production

import rego.v1

in_production if endswith(lower(input.run.project.name), "production")

# METADATA
# title: Destroy runs
deny contains msg if {
	in_production
	input.run.is_destroy == true
	msg := sprintf("workspace %s is in production: remove resources from its configuration instead of destroying it", [input.run.workspace.name])
}

# METADATA
# title: Targeted runs
deny contains msg if {
	in_production
	count(input.run.target_addrs) > 0
	msg := sprintf("workspace %s is in production: run the whole configuration, not only %s", [
		input.run.workspace.name,
		concat(", ", input.run.target_addrs),
	])
}
