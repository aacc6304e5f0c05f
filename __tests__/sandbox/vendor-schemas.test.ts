import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { type GitHub, startGitHub } from '../../sandbox/github/server.ts';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';

/** The vendors' OpenAPI documents lie beside the repository where it is developed; a clone has none. */
const folder = resolve(import.meta.dirname, '../../../shared/openapi');

type Case = { operation: string; method: string; status: number; path: string; body?: object };

const terraformCases: Case[] = [
  {
    operation: '/organizations/{organization_name}/policies',
    method: 'get',
    status: 200,
    path: '/organizations/acme/policies',
  },
  {
    operation: '/organizations/{organization_name}/policies',
    method: 'post',
    status: 201,
    path: '/organizations/acme/policies',
    body: { data: { type: 'policies', attributes: { name: 'new', 'enforcement-level': 'advisory' } } },
  },
  { operation: '/policies/{policy_id}', method: 'get', status: 200, path: '/policies/pol-0000000000000000' },
  {
    operation: '/policies/{policy_id}',
    method: 'patch',
    status: 200,
    path: '/policies/pol-0000000000000000',
    body: { data: { type: 'policies', attributes: { description: 'd' } } },
  },
  { operation: '/policies/{policy_id}', method: 'get', status: 404, path: '/policies/pol-1' },
  {
    operation: '/organizations/{organization_name}/policies',
    method: 'post',
    status: 422,
    path: '/organizations/acme/policies',
    body: { data: { type: 'policies', attributes: {} } },
  },
  {
    operation: '/organizations/{organization_name}/policy-sets',
    method: 'get',
    status: 200,
    path: '/organizations/acme/policy-sets',
  },
  {
    operation: '/organizations/{organization_name}/policy-sets',
    method: 'post',
    status: 201,
    path: '/organizations/acme/policy-sets',
    body: { data: { type: 'policy-sets', attributes: { name: 'new' } } },
  },
  {
    operation: '/policy-sets/{policy_set_id}',
    method: 'get',
    status: 200,
    path: '/policy-sets/polset-0000000000000000',
  },
  {
    operation: '/policy-sets/{policy_set_id}',
    method: 'patch',
    status: 200,
    path: '/policy-sets/polset-0000000000000000',
    body: { data: { type: 'policy-sets', attributes: { description: 'd' } } },
  },
  {
    operation: '/policy-sets/{policy_set_id}/versions',
    method: 'get',
    status: 200,
    path: '/policy-sets/polset-0000000000000001/versions',
  },
  {
    operation: '/policy-sets/{policy_set_id}/versions',
    method: 'post',
    status: 201,
    path: '/policy-sets/polset-0000000000000001/versions',
  },
  {
    operation: '/policy-set-versions/{policy_set_version_id}',
    method: 'get',
    status: 200,
    path: '/policy-set-versions/polsetver-0000000000000000',
  },
  {
    operation: '/policy-set-versions/{policy_set_version_id}',
    method: 'get',
    status: 404,
    path: '/policy-set-versions/polsetver-1',
  },
  {
    operation: '/policy-sets/{policy_set_id}/parameters',
    method: 'get',
    status: 200,
    path: '/policy-sets/polset-0000000000000001/parameters?page[number]=1',
  },
  {
    operation: '/policy-sets/{policy_set_id}/parameters',
    method: 'post',
    status: 201,
    path: '/policy-sets/polset-0000000000000001/parameters',
    body: { data: { type: 'vars', attributes: { key: 'b', category: 'policy-set', sensitive: true } } },
  },
  {
    operation: '/policy-sets/{policy_set_id}/parameters/{id}',
    method: 'patch',
    status: 200,
    path: '/policy-sets/polset-0000000000000001/parameters/var-0000000000000000',
    body: { data: { type: 'vars', attributes: { value: '2' } } },
  },
  {
    operation: '/policy-sets/{policy_set_id}/tag-selectors',
    method: 'post',
    status: 422,
    path: '/policy-sets/polset-0000000000000001/tag-selectors',
    body: { data: [{ 'tag-key': 'env', 'tag-value': null, 'is-exclude': false }] },
  },
];

const repository = '/repos/{owner}/{repo}';
const githubCases: Case[] = [
  {
    operation: `${repository}/issues/{issue_number}/comments`,
    method: 'get',
    status: 200,
    path: '/repos/acme/policies/issues/1/comments',
  },
  {
    operation: `${repository}/issues/{issue_number}/comments`,
    method: 'post',
    status: 201,
    path: '/repos/acme/policies/issues/1/comments',
    body: { body: 'hello' },
  },
  {
    operation: `${repository}/issues/{issue_number}/comments`,
    method: 'post',
    status: 422,
    path: '/repos/acme/policies/issues/1/comments',
    body: { body: '' },
  },
  {
    operation: `${repository}/issues/{issue_number}/comments`,
    method: 'get',
    status: 404,
    path: '/repos/acme/policies/issues/9/comments',
  },
  {
    operation: `${repository}/issues/comments/{comment_id}`,
    method: 'get',
    status: 200,
    path: '/repos/acme/policies/issues/comments/1000000001',
  },
  {
    operation: `${repository}/issues/comments/{comment_id}`,
    method: 'patch',
    status: 200,
    path: '/repos/acme/policies/issues/comments/1000000001',
    body: { body: 'changed' },
  },
  {
    operation: `${repository}/pulls/{pull_number}`,
    method: 'get',
    status: 200,
    path: '/repos/acme/policies/pulls/1',
  },
  {
    operation: `${repository}/commits/{commit_sha}/pulls`,
    method: 'get',
    status: 200,
    path: '/repos/acme/policies/commits/a1/pulls',
  },
  { operation: '/user', method: 'get', status: 200, path: '/user' },
];

let terraform: HcpTerraform;
let github: GitHub;

beforeAll(async () => {
  terraform = await startHcpTerraform({ rateLimit: null });
  terraform.seedPolicySet({ name: 'base', id: 'polset-0000000000000000' });
  terraform.seedPolicySet({
    name: 'archive',
    id: 'polset-0000000000000001',
    source: 'upload',
    parameters: [{ key: 'a', value: '1', id: 'var-0000000000000000' }],
  });
  const failed = { error: 'unpack_error', message: 'No archive' };
  terraform.publishVersion('archive', { ...failed, id: 'polsetver-0000000000000000' });
  terraform.seedPolicySet({ name: 'catalog', source: 'catalog' });
  terraform.seedPolicySet({ name: 'vcs', source: 'vcs', kind: 'opa' });
  terraform.seedPolicy({ name: 'a', id: 'pol-0000000000000000', code: 'x', policySets: ['base'] });
  terraform.seedPolicy({ name: 'b', kind: 'opa', description: 'd' });
  github = await startGitHub({
    tokens: { person: { login: 'hubot', type: 'User', permissions: 'write' } },
    pulls: [{ number: 1, headSha: 'a1' }],
    comments: [{ pull: 1, login: 'hubot', body: 'first' }],
  });
});
afterAll(async () => {
  await Promise.all([terraform.close(), github.close()]);
});

/** The document, with OpenAPI 3.0's `nullable` said in JSON Schema. */
function vendorDocument(name: string): object {
  const document = JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as object;
  return JSON.parse(JSON.stringify(document), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('nullable' in value)) return value;
    const { nullable, ...schema } = value;
    return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
  }) as object;
}

function validator(name: string): (pointer: string, answer: unknown) => unknown {
  const ajv = new Ajv({ strict: false, logger: false });
  formats.default(ajv);
  ajv.addSchema(vendorDocument(name), 'vendor');
  return (pointer, answer) => {
    const validate = ajv.compile({ $ref: `vendor#${pointer}` });
    return validate(answer) ? null : validate.errors;
  };
}

function schemaPointer({ operation, method, status }: Case, name: string): string {
  const document = JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as {
    paths: Record<string, Record<string, { responses: Record<string, object> }>>;
  };
  const { responses } = document.paths[operation]?.[method] ?? { responses: {} };
  const key = String(status) in responses ? String(status) : 'default';
  const response = responses[key] as { $ref?: string; content?: object };
  const base = response.$ref?.slice(1) ?? `/paths/${encoded(operation)}/${method}/responses/${key}`;
  const media = name.startsWith('github') ? 'application~1json' : 'application~1vnd.api+json';
  return `${base}/content/${media}/schema`;
}

function encoded(operation: string): string {
  return encodeURIComponent(operation.replaceAll('~', '~0').replaceAll('/', '~1'));
}

async function answerTo({ method, path, body, status }: Case, base: string, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' };
  const init = body ? { body: JSON.stringify(body) } : {};
  const response = await fetch(`${base}${path}`, { method: method.toUpperCase(), headers, ...init });
  expect(response.status).toBe(status);
  return response.json();
}

function validated(name: string, cases: Case[]): Case[] {
  return existsSync(resolve(folder, name)) ? cases : [];
}

describe('every answer keeps to the schemas of the stand-ins', () => {
  test('HCP Terraform', async () => {
    for (const one of terraformCases.filter(({ method }) => method === 'get')) {
      await answerTo(one, `${terraform.url}/api/v2`, 'terraform-token');
    }
    expect(terraform.violations).toEqual([]);
  });

  test('GitHub', async () => {
    for (const one of githubCases.filter(({ method }) => method === 'get'))
      await answerTo(one, github.url, 'person');
    expect(github.violations).toEqual([]);
  });
});

describe("and, where they are at hand, to the vendors' own", () => {
  for (const one of validated('hcp-terraform-policies.json', terraformCases)) {
    test(`HCP Terraform: ${one.method} ${one.operation} ${one.status}`, async () => {
      const answer = await answerTo(one, `${terraform.url}/api/v2`, 'terraform-token');
      const name = 'hcp-terraform-policies.json';
      expect(validator(name)(schemaPointer(one, name), answer)).toBeNull();
    });
  }
  for (const one of validated('github-comments.json', githubCases)) {
    test(`GitHub: ${one.method} ${one.operation} ${one.status}`, async () => {
      const answer = await answerTo(one, github.url, 'person');
      const name = 'github-comments.json';
      expect(validator(name)(schemaPointer(one, name), answer)).toBeNull();
    });
  }
  test('which are looked for beside the repository', () => {
    expect(folder).toMatch(/shared.openapi$/);
  });
});
