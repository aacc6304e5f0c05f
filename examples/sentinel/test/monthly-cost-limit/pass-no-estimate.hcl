mock "tfrun" {
  module {
    source = "mock-tfrun-pass-no-estimate.sentinel"
  }
}

test {
  rules = {
    main = true
  }
}
