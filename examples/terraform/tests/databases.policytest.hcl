policytest {
  targets = ["../policies/databases.policy.hcl"]
}

resource "aws_db_instance" "encrypted" {
  attrs = {
    instance_class      = "db.t3.micro"
    storage_encrypted   = true
    publicly_accessible = false
  }
}

resource "aws_db_instance" "public" {
  expect_failure = true

  attrs = {
    instance_class      = "db.t3.micro"
    storage_encrypted   = true
    publicly_accessible = true
  }
}

resource "aws_db_instance" "protection_off" {
  expect_failure = true

  meta = {
    operation = "update"
  }

  prior_attrs = {
    instance_class      = "db.t3.micro"
    storage_encrypted   = true
    deletion_protection = true
  }

  attrs = {
    instance_class      = "db.t3.micro"
    storage_encrypted   = true
    deletion_protection = false
  }
}
