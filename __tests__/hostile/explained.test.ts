import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { errors, nothing, outcome, writeLines } from '../e2e/publish/reading.ts';
import { scenario, sentinel } from '../e2e/publish/scenario.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { hurry } from './hurry.ts';

/** The forms of an error (docs/terraform-api.md#errors), each with the words of it that are shown. */
const forms = (status: number): [body: string, words: string][] => [
  [JSON.stringify({ errors: [{ status: String(status), title: 'two fields' }] }), ': two fields'],
  [
    JSON.stringify({
      errors: [{ status: String(status), title: 'x', detail: 'With detail', source: { pointer: '/data' } }],
    }),
    ': With detail',
  ],
  [JSON.stringify({ errors: [{ status, title: 'Numeric', detail: 'Numeric' }] }), ': Numeric'],
  [JSON.stringify({ errors: ['plain text', 'and more'] }), ': plain text; and more'],
  [JSON.stringify({ errors: [{ title: 'one' }, { detail: 'two' }, { status: '1' }] }), ': one; two'],
  ['', ''],
  ['<html><body>Proxy</body></html>', ''],
];

const file = (index: number) => `p${index}.sentinel`;

describe('a refusal has its cause, advice and the id of the request, in whichever form it comes', () => {
  test.each([
    [401, 'POST', /The token is missing, invalid, expired or revoked.*`token`/],
    [403, 'POST', /Manage Policies/],
    [413, 'PUT', /larger than the server accepts.*split/],
    [415, 'POST', /content type.*proxy/],
    [422, 'POST', /for the reason that it gives.*limit of the edition/],
  ])('%i of a %s', async (status, method, advice) => {
    const answers = forms(status);
    const files = Object.fromEntries(answers.map((_, index) => [file(index), sentinel()]));
    const { terraform, run } = await scenario({ files });
    // What the release knows is known, so that a create is tried in one way only.
    terraform.seedPolicy({ name: 'unrelated', code: sentinel() });
    for (const [index, [body]] of answers.entries()) {
      const headers = { 'x-request-id': `id-${index}` };
      terraform.faults.add({
        when: { method, request: index + 1 },
        fault: { type: 'status', status, body, headers },
      });
    }
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: answers.length, created: 0 });
    const messages = errors(result).map(({ message }) => message);
    for (const [index, [, words]] of answers.entries()) {
      expect(messages[index]).toContain(` returned ${status}${words} (request id-${index}).`);
      expect(messages[index]).toMatch(advice);
      expect(result.stdout).toContain(`(request id-${index})`);
    }
  });

  test('the limit of the plan, in the words of the service', async () => {
    const { terraform, run } = await scenario({
      files: { 'cost.sentinel': sentinel() },
      server: { organizations: [{ name: 'acme', policyLimit: 0 }] },
    });
    const [error] = errors(await run());
    expect(error?.message).toMatch(
      /returned 422: .*limit of policies \(request [\da-f-]{36}\)\..*limit of the edition/,
    );
    expect(terraform.policies()).toEqual([]);
  });

  test.each([401, 403, 415, 422])('%i of the list: nothing is written', async (status) => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel() } });
    const headers = { 'x-request-id': 'id-of-list' };
    terraform.faults.add({ fault: { type: 'status', status, headers } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      {
        at: '',
        message: expect.stringMatching(new RegExp(`returned ${status}.*\\(request id-of-list\\)\\. \\w+`)),
      },
    ]);
    expect(terraform.requests).toHaveLength(1);
  });
});

describe('a server that cannot be spoken to is told with cause and advice, and nothing is written', () => {
  const files = { 'cost.sentinel': sentinel() };

  async function expectExplained(
    { terraform, run }: Awaited<ReturnType<typeof scenario>>,
    { hostname, env = {}, words }: { hostname: string; env?: Record<string, string>; words: RegExp },
  ) {
    const result = await run({ hostname }, { env, nodeArguments: hurry, timeout: 180_000 });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: '', message: expect.stringMatching(words) }]);
    expect(errors(result)[0]?.message).toMatch(/^GET \/api\/v2\/organizations\/acme\/policies/);
    expect(writeLines(terraform)).toEqual([]);
    expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  }

  test('a certificate for another host', async () => {
    const tls = selfSignedCertificate({ address: '10.0.0.1', host: 'tfe.example.com' });
    const server = await scenario({ files, server: { tls } });
    const certificate = join(server.folder, 'ca.pem');
    await writeFile(certificate, tls.cert);
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const words = /does not match certificate's altnames.*correct `hostname`/;
    await expectExplained(server, { hostname: server.terraform.host, env, words });
  });

  test('a certificate that nobody vouches for', async () => {
    const server = await scenario({ files, server: { tls: selfSignedCertificate() } });
    const words = /self-signed certificate.*not trusted/;
    await expectExplained(server, { hostname: server.terraform.host, words });
  });

  test('TLS to a port that speaks plain HTTP', async () => {
    const server = await scenario({ files });
    await expectExplained(server, {
      hostname: server.terraform.host,
      words: /does not speak TLS.*`hostname`/,
    });
  });

  test('plain HTTP to a port that speaks TLS', async () => {
    const server = await scenario({ files, server: { tls: selfSignedCertificate() } });
    const hostname = server.terraform.url.replace('https:', 'http:');
    await expectExplained(server, { hostname, words: /: \w.*\. \w+/ });
  });

  test('no such host', async () => {
    const words =
      /tfe\.invalid.*The host name was not found: correct `hostname`, or check the DNS of the runner/;
    await expectExplained(await scenario({ files }), { hostname: 'tfe.invalid', words });
  });

  test('nobody listens', async () => {
    const words = /ECONNREFUSED.*The connection was refused: check `hostname`/;
    await expectExplained(await scenario({ files }), { hostname: 'http://127.0.0.1:9', words });
  });

  test('no answer', async () => {
    const server = await scenario({ files });
    server.terraform.faults.add({ times: 99, fault: { type: 'hang', effect: 'before' } });
    const words = /Timeout.*did not respond in time/i;
    await expectExplained(server, { hostname: server.terraform.url, words });
    expect(server.terraform.requests.length).toBeLessThan(20);
  });

  test('a connection that always breaks', async () => {
    const server = await scenario({ files });
    server.terraform.faults.add({ times: 99, fault: { type: 'lose', effect: 'before' } });
    const words = /The connection failed: run again/;
    await expectExplained(server, { hostname: server.terraform.url, words });
  });
});
