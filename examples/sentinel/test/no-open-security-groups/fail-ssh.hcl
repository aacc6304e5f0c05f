mock "tfplan/v2" {
  module {
    source = "mock-tfplan-fail-ssh.sentinel"
  }
}

test {
  rules = {
    main = false
  }
}
