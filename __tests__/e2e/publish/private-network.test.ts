/** Terraform Enterprise as companies have it: behind a certificate authority and a proxy of their own. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { startProxy, type TunnelProxy } from '../../support/proxy.ts';
import { errors, nothing, outcome, writeLines } from './reading.ts';
import { scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel() };
const done = { ...nothing, exitCode: 0, changed: 'true', created: 1 };
const refused = { ...nothing, exitCode: 1 };
const tls = selfSignedCertificate();
const another = selfSignedCertificate();

describe('ca-certificate', () => {
  test('as PEM text is trusted', async () => {
    const { run } = await scenario({ files, server: { tls } });
    expect(outcome(await run({ 'ca-certificate': `The root of all trust\n${tls.cert}` }))).toEqual(done);
  });

  test('is for the object store too, and may be a path from the working directory', async () => {
    const { terraform, folder, run } = await scenario({
      files: { 'policies/cost.sentinel': sentinel(), 'policies/ca.pem': `A comment\n${tls.cert}` },
      server: { tls },
    });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older') });
    const result = await run({ 'ca-certificate': 'ca.pem', 'working-directory': 'policies' });
    expect(outcome(result)).toEqual({ ...done, created: 0, updated: 1 });
    expect(outcome(await run({ 'ca-certificate': join(folder, 'policies', 'ca.pem') }))).toMatchObject({
      exitCode: 0,
    });
  });

  test('of somebody else does not help, and the message names the input', async () => {
    const { terraform, run } = await scenario({ files, server: { tls } });
    const result = await run({ 'ca-certificate': another.cert });
    expect(outcome(result)).toEqual(refused);
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('`ca-certificate`') }]);
    expect(writeLines(terraform)).toEqual([]);
  });

  test.each([
    ['a path where nothing is', 'no-such.pem', 'no-such.pem'],
    ['a file without a certificate', 'cost.sentinel', 'BEGIN CERTIFICATE'],
    [
      'a damaged certificate',
      `${tls.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
      'number 2',
    ],
    ['a key', tls.key, 'BEGIN CERTIFICATE'],
  ])('that is %s is an error of the input, before any request', async (_, given, words) => {
    const { terraform, run } = await scenario({ files, server: { tls } });
    const result = await run({ 'ca-certificate': given });
    expect(outcome(result)).toEqual(refused);
    expect(errors(result)).toEqual([{ at: 'input ca-certificate', message: expect.stringContaining(words) }]);
    expect(errors(result)[0]?.message).toContain('`ca-certificate`');
    expect(result.stdout).not.toContain(tls.key.split('\n')[1]);
    expect(terraform.requests).toEqual([]);
  });
});

describe('a proxy', () => {
  let proxy: TunnelProxy;
  const password = 'pr%40xy-passw0rd';

  beforeEach(async () => {
    proxy = await startProxy({ user: 'runner', password: decodeURIComponent(password) });
  });
  afterEach(() => proxy.close());

  const address = (credentials: string) => proxy.url.replace(/\/\/.*@/, `//${credentials}`);

  test('with credentials is what everything goes through, which stay secret', async () => {
    const { terraform, run } = await scenario({ files, server: { tls } });
    const result = await run(
      { 'ca-certificate': tls.cert },
      { env: { HTTPS_PROXY: address(`runner:${password}@`) } },
    );
    expect(outcome(result)).toEqual(done);
    expect(proxy.tunnels).toContain(new URL(terraform.url).host);
    expect(result.masks).toContain(password);
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(password);
  });

  test('that refuses the credentials is named as the cause', async () => {
    const { run } = await scenario({ files, server: { tls } });
    const result = await run(
      { 'ca-certificate': tls.cert },
      { env: { HTTPS_PROXY: address('runner:wrong@') } },
    );
    expect(outcome(result)).toEqual(refused);
    expect(errors(result)).toMatchObject([{ message: expect.stringMatching(/407.*HTTPS_PROXY/) }]);
    expect(proxy.tunnels).toEqual([]);
  });

  test('is left out for the hosts of NO_PROXY', async () => {
    const { run } = await scenario({ files, server: { tls } });
    const env = { HTTPS_PROXY: address(''), NO_PROXY: 'example.com,127.0.0.1' };
    expect(outcome(await run({ 'ca-certificate': tls.cert }, { env }))).toEqual(done);
    expect(proxy.tunnels).toEqual([]);
  });

  test('whose address is none is an error that does not repeat it', async () => {
    const { run } = await scenario({ files });
    const result = await run({}, { env: { HTTP_PROXY: 'http://runner:s3cret@host:port' } });
    expect(outcome(result)).toEqual(refused);
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('HTTP_PROXY') }]);
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('s3cret');
  });
});
