# METADATA
# title: Database deletion protection
# description: Managed databases have deletion protection turned on, and their last backup is kept.
package terraform.policies.database_deletion_protection

import rego.v1

# The attribute that must be true, by resource type.
protection_attributes := {
	"aws_db_instance": "deletion_protection",
	"aws_docdb_cluster": "deletion_protection",
	"aws_dynamodb_table": "deletion_protection_enabled",
	"aws_rds_cluster": "deletion_protection",
	"google_sql_database_instance": "deletion_protection",
}

snapshot_types := {"aws_db_instance", "aws_docdb_cluster", "aws_rds_cluster"}

written contains resource if {
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
}

# METADATA
# title: Databases without deletion protection
deny contains msg if {
	some resource in written
	attribute := protection_attributes[resource.type]
	not resource.change.after[attribute] == true
	msg := sprintf("%s must set %s to true", [resource.address, attribute])
}

# METADATA
# title: Databases that leave no snapshot behind
deny contains msg if {
	some resource in written
	resource.type in snapshot_types
	resource.change.after.skip_final_snapshot == true
	msg := sprintf("%s must not set skip_final_snapshot", [resource.address])
}
