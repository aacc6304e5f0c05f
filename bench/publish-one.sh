#!/usr/bin/env bash
# Publishes one new policy as the page of the Policies API shows it: create it, then upload its code to the address that
# the answer names. TFE_URL, TFE_TOKEN and TFE_ORGANIZATION say where; CURL_OPTIONS is for curl.
set -euo pipefail

file=$1
name=$(basename "$file" .sentinel)
payload=$(jq --null-input --arg name "$name" \
  '{data: {type: "policies", attributes: {name: $name, "enforcement-level": "advisory"}}}')

# shellcheck disable=SC2086 # several options
answer=$(curl --silent --show-error --fail ${CURL_OPTIONS:-} \
  --header "Authorization: Bearer $TFE_TOKEN" \
  --header "Content-Type: application/vnd.api+json" \
  --request POST \
  --data "$payload" \
  "$TFE_URL/api/v2/organizations/$TFE_ORGANIZATION/policies")
upload=$(jq --raw-output .data.links.upload <<< "$answer")

# shellcheck disable=SC2086
curl --silent --show-error --fail ${CURL_OPTIONS:-} --output /dev/null \
  --header "Authorization: Bearer $TFE_TOKEN" \
  --header "Content-Type: application/octet-stream" \
  --request PUT \
  --data-binary "@$file" \
  "$TFE_URL$upload"
