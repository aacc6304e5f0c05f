#!/usr/bin/env bash
# go-slug, which packs configurations and policy sets for HCP Terraform, packs the files of a folder that a line of
# .terraformignore names, unless the line ends in a slash.
#
# Version: github.com/hashicorp/go-slug v1.0.0.
#
# Expected: "docs" leaves out a folder of that name with all that is in it, as in .gitignore, where the slash at the end
# only says that no file is meant; or nothing at all.
# Seen: with "docs", the folder's own entry is left out, and docs/secret.txt is packed. With "docs/", neither is packed. The
# walk leaves out what a rule matches and goes on into it; only the form with a slash has a rule for what is below.
#
# So a folder that was left out on purpose is uploaded, and a version of a policy set cannot be deleted.
#
# Needs Go. Fails when one of the two comes out otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	slug "github.com/hashicorp/go-slug"
)

func main() {
	meta, err := slug.Pack(os.Args[1], io.Discard, true)
	if err != nil {
		panic(err)
	}
	fmt.Println(strings.Join(meta.Files, " "))
}
GO
go mod init finding > go.log 2>&1
go get github.com/hashicorp/go-slug@v1.0.0 >> go.log 2>&1
go build -o pack .

mkdir -p set/docs
echo 'kept out' > set/docs/secret.txt
for line in docs docs/; do
  echo "$line" > set/.terraformignore
  echo "$line: $(./pack set)"
done | tee seen.txt
printf 'docs: .terraformignore docs/secret.txt\ndocs/: .terraformignore\n' | diff - seen.txt && echo 'As found.'
