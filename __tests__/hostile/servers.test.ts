import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textAnswer } from '../../sandbox/http/exchange.ts';
import type { Fault } from '../../sandbox/http/faults.ts';
import { errors, nothing, outcome, policyStates, requestLines, writeLines } from '../e2e/publish/reading.ts';
import { scenario, sentinel } from '../e2e/publish/scenario.ts';
import { type Json, pathsOf, replaced } from '../property/json-documents.ts';
import { startElsewhere } from './elsewhere.ts';
import { hurry } from './hurry.ts';

const elsewhere = startElsewhere();
const files = { 'cost.sentinel': sentinel() };
const ids = { policy: 'pol-SomebodyElses000', set: 'polset-SomebodyElses000' };

const redirect = (location: string, status = 302): Fault => ({
  type: 'status',
  status,
  headers: { location },
});
const body = (document: unknown): Fault => ({ type: 'body', body: JSON.stringify(document) });

const policy = (changes: object = {}, attributes: object = {}) => ({
  id: ids.policy,
  type: 'policies',
  attributes: {
    name: 'cost',
    kind: 'sentinel',
    'enforcement-level': 'advisory',
    'updated-at': null,
    ...attributes,
  },
  relationships: { 'policy-sets': { data: [] } },
  ...changes,
});

const page = (data: unknown, pagination: object = {}) => ({
  data,
  meta: {
    pagination: { 'current-page': 1, 'next-page': null, 'total-pages': 1, 'total-count': 1, ...pagination },
  },
});

describe('a redirect of the API is not followed: the token goes to its own host alone', () => {
  test.each<[string, (own: string) => string]>([
    ['another host', () => elsewhere.url],
    ['another host, by a relative scheme', () => elsewhere.url.replace('http:', '')],
    ['itself', (own) => `${own}/api/v2/organizations/acme/policies`],
    ['the object store', (own) => `${own}/_archivist/v1/object/x`],
    ['a file', () => 'file:///etc/passwd'],
    ['a script', () => 'javascript:0'],
    ['nowhere', () => 'https://['],
  ])('to %s', async (_, location) => {
    const { terraform, run } = await scenario({ files });
    terraform.faults.add({ times: 9, fault: redirect(location(terraform.url)) });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: '', message: expect.stringMatching(/returned 302.*`hostname`/) }]);
    expect(requestLines(terraform)).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  test.each(['POST', 'PUT', 'PATCH'])('of a %s either', async (method) => {
    const { terraform, run } = await scenario({ files });
    if (method === 'PATCH') terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.faults.add({ when: { method }, times: 9, fault: redirect(elsewhere.url, 307) });
    const result = await run({ 'enforcement-level': 'advisory' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
    expect(writeLines(terraform).filter((line) => line.startsWith(method))).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('a download', () => {
  const there = async () => {
    const found = await scenario({ files: { ...files, 'new.sentinel': sentinel() } });
    found.terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    const download = (fault: Fault) =>
      found.terraform.faults.add({ when: { path: /download$/ }, times: 99, fault });
    return { ...found, download, run: () => found.run({}, { nodeArguments: hurry }) };
  };

  test.each<[string, string | undefined, RegExp]>([
    ['a file', 'file:///etc/passwd', /redirects to file: are not allowed/],
    ['FTP', 'ftp://store.invalid/x', /redirects to ftp: are not allowed/],
    ['data', 'data:,main', /redirects to data: are not allowed/],
    ['no address', 'https://[', /has no valid URL/],
    ['nothing', undefined, /has no valid URL/],
  ])('redirected to %s ends the run before any write', async (_, location, words) => {
    const { terraform, download, run } = await there();
    download(location === undefined ? { type: 'status', status: 302 } : redirect(location));
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: '', message: expect.stringMatching(words) }]);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('redirected in a circle ends it too, and shows the token to nobody', async () => {
    const { terraform, download, run } = await there();
    const circle = `${elsewhere.url}/v1/object/round`;
    elsewhere.answer = () => ({ status: 302, headers: { location: circle }, body: Buffer.alloc(0) });
    download(redirect(circle));
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: '', message: expect.stringContaining('too many redirects') }]);
    expect(result.summary).not.toContain('round');
    expect(elsewhere.requests.length).toBeLessThan(50);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('redirected to another host is fetched there without the token', async () => {
    const { download, run } = await there();
    elsewhere.answer = () => textAnswer(200, 'application/octet-stream', files['cost.sentinel']);
    download(redirect(`${elsewhere.url}/x`));
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1, created: 1 });
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a list of which a part is no policy ends the run before any write', () => {
  const wrong: [string, unknown][] = [
    ['nothing', null],
    ['an object', page({})],
    ['errors with a success', { errors: [{ status: '404', title: 'not found' }] }],
    ['null in the list', page([null])],
    ['an id that leads elsewhere', page([policy({ id: '../../organizations/acme' })])],
    ['an id that is a number', page([policy({ id: 1 })])],
    ['another type', page([policy({ type: 'workspaces' })])],
    ['a name that is a list', page([policy({}, { name: ['cost'] })])],
    [
      'members by no id',
      page([policy({ relationships: { 'policy-sets': { data: [{ id: 1, type: 'policy-sets' }] } } })]),
    ],
    ['a count of pages that is text', page([policy()], { 'total-pages': '1' })],
  ];
  test.each(wrong)('%s', async (_, document) => {
    const { terraform, run } = await scenario({ files });
    terraform.faults.add({ times: 99, fault: body(document) });
    const result = await run({}, { nodeArguments: hurry });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: '', message: expect.stringMatching(/returned an invalid response.*`hostname`/) },
    ]);
    expect(writeLines(terraform)).toEqual([]);
    expect(terraform.requests.length).toBeLessThan(20);
  });

  test('whatever is of the wrong type, and wherever', async () => {
    const needed = pathsOf(page([policy()]) as Json).filter((path) =>
      /^(data|data,0|data,0,(id|type|attributes|attributes,(name|kind|enforcement-level)))$/.test(
        path.join(),
      ),
    );
    const wrongType = fc.constantFrom<Json[]>(7, true, [[]], { a: {} }, 'x'.repeat(9));
    const attempt = async (path: (string | number)[], value: Json) => {
      const { terraform, run } = await scenario({ files });
      const document = replaced(page([policy()]) as Json, path, value);
      terraform.faults.add({ times: 99, fault: body(document) });
      const result = await run({}, { nodeArguments: hurry });
      expect({ document, ...outcome(result) }).toEqual({ document, ...nothing, exitCode: 1 });
      expect(result.stderr).toBe('');
      expect(writeLines(terraform)).toEqual([]);
    };
    const text = (path: (string | number)[], value: Json) =>
      typeof value === 'string' && /(name|kind|enforcement-level|,id)$/.test(path.join());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...needed), wrongType, async (path, value) => {
        fc.pre(!text(path, value));
        await attempt(path, value);
      }),
      { seed: 41, numRuns: 15, endOnFailure: true },
    );
  });
});

describe("somebody else's policy or policy set in an answer is not written to", () => {
  test.each([
    ['the upload', 'PUT', /upload$/],
    ['the change of settings', 'PATCH', /policies/],
  ])('%s', async (_, method, path) => {
    const { terraform, run } = await scenario({ files });
    const { id } = terraform.seedPolicy({
      name: 'cost',
      code: sentinel('older'),
      enforcementLevel: 'hard-mandatory',
    });
    const other = terraform.seedPolicy({
      name: 'other',
      code: sentinel('other'),
      enforcementLevel: 'hard-mandatory',
    });
    terraform.seedPolicySet({ name: 'base' });
    const before = policyStates(terraform)['other'];
    const answer = policy({ id: other.id }, { 'enforcement-level': 'hard-mandatory' });
    terraform.faults.add({ when: { method, path }, times: 9, fault: body({ data: answer }) });
    await run({ 'enforcement-level': 'advisory', 'policy-sets': 'base' }, { nodeArguments: hurry });
    expect(policyStates(terraform)['other']).toEqual(before);
    const written = terraform.requests.filter(({ method: way }) => way !== 'GET');
    expect(
      written.filter(({ path: to, body: sent }) => !`${to}${JSON.stringify(sent)}`.includes(id)),
    ).toEqual([]);
  });

  test('the policy set that is asked for by its id', async () => {
    const { terraform, run } = await scenario({ files });
    const asked = terraform.seedPolicySet({ name: 'base' });
    const other = terraform.seedPolicySet({ name: 'other' });
    const data = { id: other.id, type: 'policy-sets', attributes: { name: 'base', kind: 'sentinel' } };
    terraform.faults.add({ when: { path: new RegExp(asked.id) }, times: 9, fault: body({ data }) });
    const result = await run({ 'policy-sets': asked.id }, { nodeArguments: hurry });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('the policy set of another organization', async () => {
    const { terraform, run } = await scenario({ files });
    const relationships = { organization: { data: { id: 'globex', type: 'organizations' } } };
    const set = {
      id: ids.set,
      type: 'policy-sets',
      attributes: { name: 'base', kind: 'sentinel' },
      relationships,
    };
    terraform.faults.add({ when: { path: /policy-sets/ }, fault: body(page([set])) });
    const result = await run({ 'policy-sets': 'base' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ at: 'input policy-sets' }]);
    expect(writeLines(terraform)).toEqual([]);
  });
});

describe('ten thousand pages', () => {
  const many = { 'total-pages': 10_000, 'total-count': 1_000_000 };

  test('are not believed: the run ends before any write, after few requests', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.faults.add({ times: 99_999, fault: body(page([policy({}, { name: 'other' })], many)) });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('1000 pages') }]);
    expect(requestLines(terraform)).toHaveLength(1);
  });

  test('of which the second is nonsense are not read on', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.faults.add({ fault: body(page([policy()], { ...many, 'total-pages': 900 })) });
    terraform.faults.add({ when: { path: /./ }, times: 99_999, fault: body('<html>') });
    const result = await run({ parallelism: '5' }, { nodeArguments: hurry });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
    expect(terraform.requests.length).toBeLessThan(60);
  });
});
