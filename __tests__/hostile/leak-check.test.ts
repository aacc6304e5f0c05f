import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { runAction } from '../support/run-action.ts';
import { workspace } from '../support/workspace.ts';

const token = 'leaky0token.atlasv1.with/slash+plus and 0123456789'.replaceAll(' ', '_');
const githubToken = 'ghs_leaky0123456789abcdefghijABCDEFGHIJ';

// Each test is a process or more, on a machine that may be busy.
let terraform: HcpTerraform;
beforeAll(async () => {
  terraform = await startHcpTerraform({ tokens: [token], objectStore: 'same-host' });
});
afterAll(() => terraform.close());

/** Runs these lines as the action, with both tokens at hand. */
async function runScript(script: string) {
  const prelude = `
    import fs from 'node:fs';
    const token = process.env.INPUT_TOKEN;
    const url = process.env.INPUT_HOSTNAME;
    const base64 = (text) => Buffer.from(text).toString('base64');
    const ask = (path, options) => fetch(url + path, options).then((answer) => answer.text());`;
  const folder = await workspace({ 'action.mjs': `${prelude}\n${script}` });
  const inputs = { token, 'github-token': githubToken, hostname: terraform.url };
  return runAction({ workspace: folder, entry: join(folder, 'action.mjs'), inputs });
}

describe('a run is refused whose secrets show, and it says where', () => {
  test.each([
    ['on stdout', 'console.log("see " + token)', 'Terraform (plain) in stdout'],
    ['on stderr', 'console.error(token)', 'Terraform (plain) in stderr'],
    ['only its beginning', 'console.log(token.slice(0, 25))', 'Terraform (plain) in stdout'],
    [
      'behind a mask on one line',
      'console.log("::add-mask::x\\r\\n" + token)',
      'Terraform (plain) in stdout',
    ],
    ['in another command', 'console.log("::notice::" + token)', 'Terraform (plain) in a workflow command'],
    ['percent-encoded', 'console.log(encodeURIComponent(token))', 'Terraform (URI) in stdout'],
    [
      'percent-encoded in lower case',
      'console.log(encodeURIComponent(token).replace(/%../g, (byte) => byte.toLowerCase()))',
      'Terraform (lower-case URI) in stdout',
    ],
    ['in base64', 'console.log(base64("x:" + token))', 'Terraform (base64) in stdout'],
    [
      'in base64url',
      'console.log(Buffer.from(token).toString("base64url"))',
      'Terraform (base64url) in stdout',
    ],
    [
      'escaped for Markdown',
      'fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, token.replaceAll("_", "\\\\_"))',
      'Terraform (plain) in the file step_summary',
    ],
    ['in the outputs', 'fs.appendFileSync(process.env.GITHUB_OUTPUT, "a=" + token)', 'in the file output'],
    [
      'in the environment of later steps',
      'fs.appendFileSync(process.env.GITHUB_ENV, token)',
      'in the file env',
    ],
    [
      'in a temporary file',
      'fs.writeFileSync(process.env.RUNNER_TEMP + "/trace", token)',
      'Terraform (plain) in the file trace',
    ],
    [
      'the other token',
      'console.log(process.env["INPUT_GITHUB-TOKEN"])',
      'the token of GitHub (plain) in stdout',
    ],
    ['in an address', 'await ask("/api/v2/ping?t=" + token)', 'the address of GET to api'],
    ['in a header', 'await ask("/api/v2/ping", { headers: { "x-t": token } })', 'the headers of GET to api'],
    [
      'in a body',
      'await ask("/api/v2/ping", { method: "POST", body: JSON.stringify({ token }) })',
      'the body of POST to api',
    ],
    [
      'to the object store, as Authorization',
      'await ask("/_archivist/v1/object/x", { headers: { authorization: "Bearer " + token } })',
      'Terraform (plain) in the headers of GET to object-store',
    ],
    [
      "the other service's, as Authorization",
      'await ask("/api/v2/ping", { headers: { authorization: "Bearer " + process.env["INPUT_GITHUB-TOKEN"] } })',
      'the token of GitHub (plain) in the headers of GET to api',
    ],
  ])('%s', async (_, script, where) => {
    await expect(runScript(script)).rejects.toThrow(where);
    terraform.reset();
  });

  test('an address that the object store gave', async () => {
    const { id } = terraform.seedPolicy({ name: 'cost', code: 'main = rule { true }' });
    const show = (how: string) =>
      runScript(`
        const headers = { authorization: 'Bearer ' + token };
        const answer = await fetch(url + '/api/v2/policies/${id}/download', { headers, redirect: 'manual' });
        const address = answer.headers.get('location');
        ${how}`);
    for (const how of ['console.log(address)', 'console.log(base64(address))']) {
      await expect(show(how)).rejects.toThrow('an address of the object store');
    }
    expect((await show('console.log("::add-mask::" + address)')).masks).toHaveLength(1);
  });
});

test('a run that masks its tokens and shows them to their own server alone is fine', async () => {
  const script = `
    console.log('::add-mask::' + token);
    await ask('/api/v2/ping', { headers: { authorization: 'Bearer ' + token } });
    console.log('done');`;
  expect(await runScript(script)).toMatchObject({ exitCode: 0, masks: [token], lines: ['done'] });
});
