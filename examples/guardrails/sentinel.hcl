import "module" "tfplan-functions" {
  source = "./modules/tfplan-functions/tfplan-functions.sentinel"
}

policy "ebs-volumes-encrypted" {
  source            = "./policies/ebs-volumes-encrypted.sentinel"
  enforcement_level = "hard-mandatory"
}

policy "rds-instances-private" {
  source            = "./policies/rds-instances-private.sentinel"
  enforcement_level = "hard-mandatory"
}

policy "rds-backups-retained" {
  source            = "./policies/rds-backups-retained.sentinel"
  enforcement_level = "soft-mandatory"
  params = {
    minimum_days = 14
  }
}

policy "load-balancers-logged" {
  source            = "./policies/load-balancers-logged.sentinel"
  enforcement_level = "advisory"
}

policy "terraform-version-supported" {
  source            = "./policies/terraform-version-supported.sentinel"
  enforcement_level = "advisory"
}
