mock "tfplan/v2" {
  module {
    source = "mock-tfplan.sentinel"
  }
}

mock "tfrun" {
  module {
    source = "mock-tfrun-pass-development.sentinel"
  }
}

test {
  rules = {
    main = true
  }
}
