import "module" "tfplan-functions" {
  source = "../../../modules/tfplan-functions/tfplan-functions.sentinel"
}

mock "tfplan/v2" {
  module {
    source = "mock-tfplan-fail-too-short.sentinel"
  }
}

param "minimum_days" {
  value = 14
}

test {
  rules = {
    main = false
  }
}
