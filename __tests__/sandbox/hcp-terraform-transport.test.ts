import { get } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { answered, ask, createPolicy, policiesPath } from './client.ts';

let terraform: HcpTerraform;
afterEach(() => terraform.close());

async function start(options: HcpTerraformOptions = {}): Promise<HcpTerraform> {
  terraform = await startHcpTerraform(options);
  return terraform;
}

const notFound = '{"errors":[{"status":"404","title":"not found"}]}';
const unauthorized = '{"errors":[{"status":"401","title":"unauthorized"}]}';

describe('routes, tokens and organizations', () => {
  test('an unknown route is 404 before the token is looked at', async () => {
    await start();
    expect(await ask(terraform, '/policy', { token: 'wrong' })).toMatchObject({
      status: 404,
      text: notFound,
    });
    expect(terraform.violations).toEqual([
      'GET /api/v2/policy: no such endpoint',
      'GET /api/v2/policy: Authorization was sent to an unknown place',
    ]);
  });

  test.each([null, 'wrong'])('a token %s is 401, with two fields', async (token) => {
    await start();
    expect(await ask(terraform, policiesPath, { token })).toMatchObject({ status: 401, text: unauthorized });
  });

  test('a foreign organization is 404, with two fields', async () => {
    await start();
    const answer = await ask(terraform, '/organizations/other/policies');
    expect(answer).toMatchObject({ status: 404, text: notFound });
  });

  test.each([{ policyEnforcement: false }, { managePolicies: false }])(
    '%j: 404 on policies, while the organization says why',
    async (missing) => {
      await start({ organizations: [{ name: 'acme', ...missing }] });
      const policy = terraform.seedPolicy({ name: 'a' });
      expect(await ask(terraform, policiesPath)).toMatchObject({ status: 404, text: notFound });
      expect(await ask(terraform, `/policies/${policy.id}`)).toMatchObject({ status: 404, text: notFound });
      const organization = await ask(terraform, '/organizations/acme');
      const permission = organization.at('data', 'attributes', 'permissions', 'can-update-sentinel');
      expect(permission).toBe(!('managePolicies' in missing));
      const entitlements = await ask(terraform, '/organizations/acme/entitlement-set');
      const enforcement = entitlements.at('data', 'attributes', 'policy-enforcement');
      expect(enforcement).toBe(!('policyEnforcement' in missing));
      expect(terraform.violations).toEqual([]);
    },
  );
});

describe('media types', () => {
  test.each(['POST', 'PATCH', 'DELETE'])(
    'a %s without the media type is 415, with a body or not',
    async (method) => {
      await start();
      const { id } = terraform.seedPolicy({ name: 'a' });
      const path = method === 'POST' ? policiesPath : `/policies/${id}`;
      const without = await ask(terraform, path, { method, contentType: null });
      const plain = await ask(terraform, path, { method, contentType: 'application/json', body: '{}' });
      expect([without.status, plain.status]).toEqual([415, 415]);
      expect(terraform.policies()).toHaveLength(1);
    },
  );

  test('an upload needs octet-stream', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a' });
    const answer = await ask(terraform, `/policies/${id}/upload`, { method: 'PUT', body: 'x' });
    expect(answer.status).toBe(415);
  });

  test('what is not JSON is 400', async () => {
    await start();
    expect((await ask(terraform, policiesPath, { method: 'POST', body: '{' })).status).toBe(400);
  });
});

describe('headers and discovery', () => {
  test('the current service names itself and each request', async () => {
    await start();
    const { headers } = await ask(terraform, policiesPath);
    expect(headers.get('content-type')).toBe('application/vnd.api+json; charset=utf-8');
    expect(headers.get('tfp-appname')).toBe('HCP Terraform');
    expect(headers.get('x-tfe-version')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('Terraform Enterprise names its release, unless it is too old to', async () => {
    await start({ dialect: 'v202303-1' });
    expect((await ask(terraform, '/ping')).headers.get('x-tfe-version')).toBe('v202303-1');
    await terraform.close();
    await start({ dialect: 'v202212-1', tfeVersion: null });
    expect((await ask(terraform, '/ping')).headers.get('x-tfe-version')).toBeNull();
  });

  test('ping and discovery need no token', async () => {
    await start();
    expect((await ask(terraform, '/ping', { token: null })).status).toBe(204);
    const discovery = await answered(await fetch(`${terraform.url}/.well-known/terraform.json`));
    expect(discovery.at('tfe.v2')).toBe('/api/v2/');
    expect(terraform.violations).toEqual([]);
  });

  test('https', async () => {
    const tls = selfSignedCertificate();
    await start({ tls });
    const status = await new Promise((resolve, reject) => {
      get(`${terraform.url}/api/v2/ping`, { ca: tls.cert }, (answer) => resolve(answer.statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(204);
  });
});

describe('the rate limit', () => {
  test('answers 429 with a numeric status and a reset in seconds with a fraction', async () => {
    await start({ rateLimit: 2 });
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await ask(terraform, policiesPath));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0', '0']);
    expect(answers[2]?.at('errors', 0, 'status')).toBe(429);
    expect(answers[2]?.headers.get('x-ratelimit-limit')).toBe('2');
    expect(answers[2]?.headers.get('retry-after')).toBeNull();
    const reset = Number(answers[2]?.headers.get('x-ratelimit-reset'));
    expect(reset).toBeGreaterThan(0);
    expect(reset).toBeLessThanOrEqual(1);
    expect(terraform.seen429).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, reset * 1000 + 5));
    expect((await ask(terraform, policiesPath)).status).toBe(200);
  });

  test('has no effect on what it refuses', async () => {
    await start({ rateLimit: 1 });
    await ask(terraform, policiesPath);
    const refused = await createPolicy(terraform, { name: 'a', 'enforcement-level': 'advisory' });
    expect(refused.status).toBe(429);
    expect(terraform.policies()).toEqual([]);
  });

  test('null turns it off, with its headers', async () => {
    await start({ rateLimit: null });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(terraform, policiesPath)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBeNull();
  });
});

test('the recording has each request in order, and can be forgotten', async () => {
  await start({ rateLimit: null });
  await createPolicy(terraform, { name: 'a', 'enforcement-level': 'advisory' });
  await ask(terraform, `${policiesPath}?page[size]=5`);
  expect(terraform.requests).toMatchObject([
    { number: 1, server: 'api', method: 'POST', path: `/api/v2${policiesPath}`, status: 201 },
    {
      number: 2,
      server: 'api',
      method: 'GET',
      path: `/api/v2${policiesPath}?page[size]=5`,
      status: 200,
      body: null,
    },
  ]);
  const [first] = terraform.requests;
  expect(first?.body).toMatchObject({ data: { type: 'policies' } });
  expect(first?.headers.authorization).toBe('Bearer terraform-token');
  expect(first?.endedAt).toBeGreaterThanOrEqual(first?.startedAt ?? 0);
  terraform.reset();
  expect(terraform.requests).toEqual([]);
  expect(terraform.policies()).toHaveLength(1);
});

test('tokens in the wrong place are violations', async () => {
  await start({ foreignSecrets: ['github-token'] });
  await ask(terraform, '/ping?x=terraform%2Dtoken', { token: null });
  await ask(terraform, '/ping', { token: 'github-token' });
  await createPolicy(terraform, {
    name: 'a',
    'enforcement-level': 'advisory',
    description: 'terraform-token',
  });
  await fetch(`${terraform.url}/.well-known/terraform.json`, {
    headers: { authorization: 'Bearer terraform-token' },
  });
  expect(terraform.violations).toEqual([
    'GET /api/v2/ping?x=terraform%2Dtoken: a token was sent in the address',
    'GET /api/v2/ping: a token was sent in the header authorization',
    `POST /api/v2${policiesPath}: a token was sent in the body`,
    'GET /.well-known/terraform.json: Authorization was sent to the discovery document',
  ]);
});
