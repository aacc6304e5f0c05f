#!/usr/bin/env bash
# Octokit takes an answer that breaks off for a success with an empty body.
#
# Version: @octokit/request 10.0.16, on the fetch of Node.js.
#
# Expected: a connection that is lost in the middle of the body is an error, as it is when it is lost before the headers.
# Seen: the server announces 40 bytes of JSON, sends 13 and closes the connection. `request` resolves: status 200, data "".
# It catches the error of reading the body and goes on with the empty string. A whole body that is no JSON resolves as
# well, with its text as data. A connection that is lost before the headers rejects, with a `status` of 500 that no server
# sent and without `response`.
#
# So whoever reads `data.login` of what resolved gets `undefined`, and whoever goes by `status` takes a lost connection for
# a fault of the server.
#
# Needs npm and Node.js 20 or later. Fails when one of the three comes out otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --ignore-scripts --no-audit --no-fund --save-exact @octokit/request@10.0.16 > npm.log 2>&1
cat > main.js <<'JS'
import { createServer } from 'node:http';
import { request } from '@octokit/request';

const START = '{"login":"oct';
const json = (length) => ({ 'content-type': 'application/json; charset=utf-8', 'content-length': String(length) });
const answers = {
  'cut off in the body': (response) => {
    response.writeHead(200, json(40)).write(START);
    setTimeout(() => response.destroy(), 50);
  },
  'whole, but no JSON': (response) => response.writeHead(200, json(START.length)).end(START),
  'cut off before the headers': (response) => response.destroy(),
};

for (const [name, answer] of Object.entries(answers)) {
  const server = createServer((_, response) => answer(response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  try {
    const { status, data } = await request('GET /user', { baseUrl });
    console.log(`${name}: resolved, status ${status}, data ${JSON.stringify(data)}`);
  } catch (error) {
    console.log(`${name}: rejected, status ${error.status}, response ${error.response === undefined ? 'missing' : 'there'}`);
  }
  server.close();
}
JS

node main.js | tee seen.txt
cat > expected.txt <<'TXT'
cut off in the body: resolved, status 200, data ""
whole, but no JSON: resolved, status 200, data "{\"login\":\"oct"
cut off before the headers: rejected, status 500, response missing
TXT
diff expected.txt seen.txt && echo 'As found.'
