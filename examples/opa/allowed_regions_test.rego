package terraform.policies.allowed_regions_test

import rego.v1

import data.terraform.policies.allowed_regions

resource(address, provider, after) := {
	"address": address,
	"mode": "managed",
	"provider_name": sprintf("registry.terraform.io/hashicorp/%s", [provider]),
	"change": {"actions": ["create"], "after": after},
}

resources(changes) := {"plan": {"resource_changes": changes}}

aws_provider(region) := {"plan": {
	"configuration": {"provider_config": {"aws": {
		"name": "aws",
		"full_name": "registry.terraform.io/hashicorp/aws",
		"expressions": {"region": region},
	}}},
	"variables": {"region": {"value": "us-east-1"}},
}}

test_allowed_regions_pass if {
	count(allowed_regions.deny) == 0 with input as resources([
		resource("aws_sqs_queue.a", "aws", {"region": "eu-central-1"}),
		resource("azurerm_resource_group.b", "azurerm", {"location": "West Europe"}),
		resource("google_compute_subnetwork.c", "google", {"region": "europe-west3"}),
	])
}

test_other_regions_are_denied if {
	allowed_regions.deny == {
		"aws_sqs_queue.a would be created in us-east-1, which is not an allowed region",
		"azurerm_resource_group.b would be created in eastus, which is not an allowed region",
	} with input as resources([
		resource("aws_sqs_queue.a", "aws", {"region": "us-east-1"}),
		resource("azurerm_resource_group.b", "azurerm", {"location": "East US"}),
	])
}

test_resources_without_a_region_pass if {
	count(allowed_regions.deny) == 0 with input as resources([
		resource("aws_iam_role.a", "aws", {"name": "a"}),
		resource("google_project.b", "google", {"region": null}),
		resource("random_id.c", "random", {"region": "us-east-1"}),
	])
}

test_provider_with_constant_region if {
	count(allowed_regions.deny) == 1 with input as aws_provider({"constant_value": "us-west-2"})
	count(allowed_regions.deny) == 0 with input as aws_provider({"constant_value": "eu-west-1"})
}

test_provider_with_region_from_a_variable if {
	allowed_regions.deny == {"provider aws is set to us-east-1, which is not an allowed region"} with input as aws_provider({"references": ["var.region"]})
}
