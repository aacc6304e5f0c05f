mock "tfrun" {
  module {
    source = "mock-tfrun-fail-increase.sentinel"
  }
}

test {
  rules = {
    main = false
  }
}
