mock "tfplan/v2" {
  module {
    source = "mock-tfplan.sentinel"
  }
}

mock "tfrun" {
  module {
    source = "mock-tfrun-fail-production.sentinel"
  }
}

test {
  rules = {
    main = false
  }
}
