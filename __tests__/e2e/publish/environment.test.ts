import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { errors, lines, nothing, outcome, requestLines } from './reading.ts';
import { scenario, sentinel, token } from './scenario.ts';

const files = { 'cost.sentinel': sentinel() };
const done = { ...nothing, exitCode: 0, changed: 'true', created: 1 };
const wrong = 'a-token-of-something-else';

describe('the environment stands in for what the inputs leave out', () => {
  test.each([
    ['TFE_ORGANIZATION', { TFE_ORGANIZATION: 'acme' }],
    ['TF_CLOUD_ORGANIZATION first', { TF_CLOUD_ORGANIZATION: ' acme ', TFE_ORGANIZATION: 'globex' }],
  ])('organization: %s', async (_, env) => {
    const { terraform, run } = await scenario({ files });
    expect(outcome(await run({ organization: undefined }, { env }))).toEqual(done);
    expect(requestLines(terraform)[0]).toBe(lines.list());
  });

  test.each([
    ['TF_TOKEN_<host> first', { TF_TOKEN_127_0_0_1: `${token}\n`, TFE_TOKEN: wrong, TF_API_TOKEN: wrong }],
    ['TFE_TOKEN', { TFE_TOKEN: token, TF_API_TOKEN: wrong, TF_TOKEN_app_terraform_io: wrong }],
    ['TF_API_TOKEN', { TF_API_TOKEN: token, TFE_TOKEN: ' ' }],
  ])('token: %s', async (_, env) => {
    const { run } = await scenario({ files, server: { foreignSecrets: [wrong] } });
    const result = await run({ token: undefined }, { env });
    expect(outcome(result)).toEqual(done);
    const given = Object.values(env)
      .map((value) => value.trim())
      .filter((value) => value !== '');
    expect(result.masks).toEqual(expect.arrayContaining(given));
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(wrong);
  });

  test.each(['TFE_HOSTNAME', 'TF_HOSTNAME'])('hostname: %s', async (variable) => {
    const { terraform, run } = await scenario({ files });
    expect(outcome(await run({ hostname: undefined }, { env: { [variable]: `${terraform.url}/` } }))).toEqual(
      done,
    );
  });

  test('hostname: TF_CLOUD_HOSTNAME before TFE_HOSTNAME before TF_HOSTNAME', async () => {
    const { terraform, run } = await scenario({ files });
    const env = {
      TF_CLOUD_HOSTNAME: terraform.url,
      TFE_HOSTNAME: 'http://127.0.0.1:9',
      TF_HOSTNAME: 'no host',
    };
    expect(outcome(await run({ hostname: undefined }, { env }))).toEqual(done);
  });

  test('an input that is set goes before all of them', async () => {
    const { run } = await scenario({ files, server: { foreignSecrets: [wrong] } });
    const env = {
      TF_CLOUD_ORGANIZATION: 'globex',
      TF_TOKEN_127_0_0_1: wrong,
      TFE_TOKEN: wrong,
      TF_CLOUD_HOSTNAME: 'http://127.0.0.1:9',
    };
    expect(outcome(await run({}, { env }))).toEqual(done);
  });
});

test('an input set to the empty string is one that is not given', async () => {
  const { terraform, run } = await scenario({ files: { ...files, 'test/t.sentinel': sentinel() } });
  const empty = [
    'organization',
    'token',
    'hostname',
    'working-directory',
    'policies',
    'enforcement-level',
    'policy-sets',
    'name-prefix',
    'dry-run',
    'parallelism',
    'comment-key',
    'allow-fork',
    'pull-request',
    'github-token',
  ];
  const env = { TFE_ORGANIZATION: 'acme', TFE_TOKEN: token, TFE_HOSTNAME: terraform.url };
  const result = await run(Object.fromEntries(empty.map((name) => [name, ''])), { env });
  expect(outcome(result)).toEqual(done);
  expect(terraform.policies()).toMatchObject([{ name: 'cost', enforcementLevel: 'advisory' }]);
});

describe('hostname', () => {
  test('as host:port is spoken to over TLS, trusting what the environment adds', async () => {
    const tls = selfSignedCertificate();
    const { terraform, folder, run } = await scenario({ files, server: { tls } });
    const certificate = join(folder, 'ca.pem');
    await writeFile(certificate, tls.cert);
    const result = await run({ hostname: terraform.host }, { env: { NODE_EXTRA_CA_CERTS: certificate } });
    expect(outcome(result)).toEqual(done);
    expect(result.summary).toContain(`https://${terraform.host}/app/acme`);
  });

  test('with a certificate that nobody vouches for is an error at once, with what to do', async () => {
    const { terraform, run } = await scenario({ files, server: { tls: selfSignedCertificate() } });
    const result = await run({ hostname: terraform.host });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('`ca-certificate`') }]);
  });

  test('may be localhost, whose token the Terraform CLI would know', async () => {
    const { terraform, run } = await scenario({ files });
    const hostname = terraform.url.replace('127.0.0.1', 'localhost');
    const result = await run({ hostname, token: undefined }, { env: { TF_TOKEN_localhost: token } });
    expect(outcome(result)).toEqual(done);
  });
});
