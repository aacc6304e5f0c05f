mock "tfconfig/v2" {
  module {
    source = "mock-tfconfig-fail-public-registry.sentinel"
  }
}

mock "tfrun" {
  module {
    source = "mock-tfrun.sentinel"
  }
}

test {
  rules = {
    main = false
  }
}
