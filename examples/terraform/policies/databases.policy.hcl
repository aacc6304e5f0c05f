# Databases are encrypted and private, and do not go away by accident.

policy {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0.0, < 7.0.0"
    }
  }
}

# No level is stated: it is mandatory.
resource_policy "aws_db_instance" "encrypted_and_private" {
  enforce {
    condition     = core::try(attrs.storage_encrypted, false) == true
    error_message = "The storage of a database must be encrypted: set storage_encrypted."
  }

  enforce {
    condition     = core::try(attrs.publicly_accessible, false) != true
    error_message = "A database must not be reachable from the internet."
  }
}

resource_policy "aws_db_instance" "deletion_protection_kept" {
  enforcement_level = "mandatory_overridable"
  operations        = ["update"]
  filter            = core::try(prior_attrs.deletion_protection, false) == true

  enforce {
    condition     = core::try(attrs.deletion_protection, false) == true
    error_message = "Deletion protection of a database must stay on."
  }
}
