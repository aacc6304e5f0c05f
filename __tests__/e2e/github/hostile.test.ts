import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { expectHarmless, hostile, impossible } from './harmless.ts';
import { tables } from './markdown.ts';
import { scenario, sentinel } from './scenario.ts';

describe('names from the repository', () => {
  const folders = hostile.map((name) => name.replaceAll('/', '_')).filter((name) => !impossible.test(name));
  const files = Object.fromEntries(folders.map((name, index) => [`${name}/p${index}.sentinel`, sentinel()]));

  test('of folders break neither table nor log', async () => {
    const s = await scenario({ files });
    const result = await s.run({ event: events.pullRequest(), inputs: { 'dry-run': 'true', exclude: '' } });
    expect(result).toMatchObject({ exitCode: 0 });
    const [table] = tables(s.github.comments()[0]?.body ?? '');
    expect(table?.rows).toHaveLength(folders.length);
    expect(table?.head).toHaveLength(6);
    expectHarmless(s, result);
    const policies = JSON.parse(result.outputs['policies'] ?? '') as { path: string }[];
    expect(policies.map(({ path }) => path).toSorted()).toEqual(Object.keys(files).toSorted());
  });

  test('of folders whose files are not sound break neither list, log nor annotations', async () => {
    const broken = Object.fromEntries(Object.keys(files).map((path) => [path, '']));
    const s = await scenario({ files: broken });
    const result = await s.run({ event: events.pullRequest() });
    expect(result.exitCode).toBe(1);
    expectHarmless(s, result);
    expect(result.annotations).toHaveLength(10);
    expect(result.lines.filter((line) => line.startsWith('error: '))).toHaveLength(1);
    // All have one cause: they are one item, and each is listed once below it.
    expect(s.github.comments()[0]?.body.match(/^- /gm)).toHaveLength(1 + folders.length);
  });

  test('of files that make no policy are told of without doing harm', async () => {
    const s = await scenario({
      files: Object.fromEntries(folders.map((name, index) => [`${name}${index}ä.sentinel`, sentinel()])),
    });
    const result = await s.run({ event: events.pullRequest() });
    expect(result.exitCode).toBe(1);
    expectHarmless(s, result);
    const [error = '', ...others] = result.lines.filter((line) => line.startsWith('error: '));
    expect(others).toEqual([]);
    expect(error).toMatch(new RegExp(`^error: ${folders.length} policies have names with characters other`));
    expect(error.match(/ä\.sentinel \("/g)).toHaveLength(folders.length);
  });
});

describe('code', () => {
  const comments = hostile.map((text) =>
    text
      .split(/[\n\r]/)
      .map((line) => `# ${line}`)
      .join('\n'),
  );
  // What begins lines is inside a comment, so that it is a policy.
  const code = `/*\n${hostile[0]}\n*/\n${comments.join('\n')}\n/*\n\`\`\`\n@someone\n| a |\n*/\n\n${sentinel()}`;

  test.each([
    { name: 'that is new', before: undefined, after: code },
    { name: 'that is changed', before: sentinel(), after: code },
    { name: 'that the organization had', before: code, after: sentinel() },
  ])('$name is shown in fences that it cannot end', async ({ before, after }) => {
    const s = await scenario({ files: { 'a.sentinel': after } });
    if (before !== undefined) s.terraform.seedPolicy({ name: 'a', code: before });
    const result = await s.run({ event: events.pullRequest(), inputs: { 'dry-run': 'true' } });
    expect(result.exitCode).toBe(0);
    expectHarmless(s, result);
    expect(tables(s.github.comments()[0]?.body ?? '')).toHaveLength(1);
  });
});

describe('what the API says', () => {
  const errors = hostile.map((detail, index) => ({ status: '422', title: `t${index} ${detail}`, detail }));

  test('of a refused upload', async () => {
    const s = await scenario({ files: { 'a.sentinel': sentinel(), 'b.sentinel': sentinel() } });
    const fault = { type: 'status', status: 422, body: JSON.stringify({ errors }) } as const;
    s.terraform.faults.add({ when: { method: 'PUT' }, times: 9, fault });
    const result = await s.run({ event: events.pullRequest() });
    expect(result).toMatchObject({ exitCode: 1, outputs: { failed: '2' } });
    expectHarmless(s, result);
    expect(result.annotations.map(({ level, file }) => [level, file])).toEqual([
      ['error', 'a.sentinel'],
      ['error', 'b.sentinel'],
    ]);
    expect(s.github.comments()[0]?.body.match(/^- /gm)).toHaveLength(1);
  });

  test.each([
    { name: 'errors', body: JSON.stringify({ errors }) },
    {
      name: 'a page of HTML',
      body: `<html><body>@someone ::error::injected\n::error::injected\n${hostile.join('\n')}`,
    },
    { name: 'one text', body: JSON.stringify({ error: hostile.join('\n') }) },
  ])('of a refused reading, with $name', async ({ body }) => {
    const s = await scenario();
    s.terraform.faults.add({ times: 9, fault: { type: 'status', status: 403, body } });
    const result = await s.run({ event: events.pullRequest() });
    expect(result.exitCode).toBe(1);
    expectHarmless(s, result);
    expect(result.annotations).toHaveLength(1);
  });

  test('in a header that names the request', async () => {
    const s = await scenario();
    const headers = { 'x-request-id': '@someone `|` ##[error]injected <img src=x>' };
    s.terraform.faults.add({ times: 9, fault: { type: 'status', status: 403, headers } });
    const result = await s.run({ event: events.pullRequest() });
    expect(result.exitCode).toBe(1);
    expectHarmless(s, result);
  });

  test('of levels and policy sets that it knows', async () => {
    const s = await scenario({ files: { 'a.sentinel': sentinel() } });
    const hostileSet = '@someone | `x` <img src=x> #12';
    s.terraform.seedPolicySet({ name: hostileSet });
    s.terraform.seedPolicy({ name: 'a', code: sentinel('false'), description: '@someone' });
    const inputs = { 'policy-sets': hostileSet, 'dry-run': 'true' };
    const result = await s.run({ event: events.pullRequest(), inputs });
    expect(result.exitCode).toBe(0);
    expectHarmless(s, result);
    expect(tables(s.github.comments()[0]?.body ?? '')[0]?.rows).toHaveLength(1);
  });
});

test('what GitHub says of a refused comment', async () => {
  const s = await scenario();
  const body = JSON.stringify({ message: hostile.join('\n') });
  s.github.faults.add({
    when: { method: 'POST', path: /comments$/ },
    fault: { type: 'status', status: 403, body },
  });
  const result = await s.run({ event: events.pullRequest() });
  expect(result).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
  expectHarmless(s, result);
});

test.each([
  { input: 'organization', value: 'acme\n::error::injected @someone' },
  { input: 'policies', value: 'none/@someone/<img src=x>|`/##[error]injected' },
  { input: 'working-directory', value: 'no\n ::error::injected' },
  { input: 'name-prefix', value: 'ä\n::error::injected ##[error]injected' },
  { input: 'policy-sets', value: '@someone | <img src=x> ##[error]injected' },
  { input: 'comment', value: 'x ##[error]injected @someone' },
])('a hostile `$input` is told of without doing harm', async ({ input, value }) => {
  const s = await scenario();
  const result = await s.run({ event: events.pullRequest(), inputs: { [input]: value } });
  expect(result.exitCode).toBe(1);
  expectHarmless(s, result);
});
