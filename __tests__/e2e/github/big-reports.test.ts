import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { tables } from './markdown.ts';
import { beforehand, scenario, sentinel, textOf } from './scenario.ts';

const many = 600;
const folder = 'a-folder-with-a-long-name-'.repeat(6);
const paths = Array.from(
  { length: many },
  (_, index) => `${folder}/policy-${index}-${'x'.repeat(60)}.sentinel`,
);
const names = paths.map((path) => path.slice(folder.length + 1, -'.sentinel'.length));
const files = Object.fromEntries(paths.map((path) => [path, sentinel()]));

const sizes = [
  { name: 'all new', existing: 0, same: true },
  { name: 'new and changed', existing: 150, same: false },
  { name: 'some unchanged', existing: 60, same: true },
];

const outcomeOf = beforehand(sizes, async ({ existing, same }) => {
  const s = await scenario({ files, terraform: { rateLimit: null } });
  for (const name of names.slice(0, existing))
    s.terraform.seedPolicy({ name, code: sentinel(same ? 'true' : 'false') });
  const inputs = { 'dry-run': 'true', parallelism: '50' };
  return { ...s, result: await s.run({ event: events.pullRequest(), inputs }) };
});

describe(`a report of ${many} policies`, () => {
  test.each(sizes)('fits, and no row is cut: $name', (row) => {
    const { github, result } = outcomeOf(row);
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
    const [comment] = github.comments();
    expect(Buffer.byteLength(comment?.body ?? '')).toBeLessThanOrEqual(65_000);
    expect(textOf(comment?.body) === result.outputs['summary']).toBe(true);
    // Throws where a row is cut or a fence is left open.
    const shown = tables(comment?.body ?? '').flatMap(({ rows }) => rows);
    expect(comment?.body.match(/<details>/g)?.length).toBe(comment?.body.match(/<\/details>/g)?.length);
    expect(shown.length).toBeLessThan(many);
    expect(/Omitted \(size limit\)/.test(comment?.body ?? '')).toBe(true);

    expect(Buffer.byteLength(result.summary)).toBeLessThanOrEqual(2 ** 20);
    expect(tables(result.summary).flatMap(({ rows }) => rows)).toHaveLength(many);
    const { policies = '', summary = '' } = result.outputs;
    expect(policies.length + summary.length).toBeLessThan(400_000);
    expect(Array.isArray(JSON.parse(policies))).toBe(true);
  });

  test('says how many rows are left out', () => {
    const { github } = outcomeOf(sizes[0] as (typeof sizes)[number]);
    const body = github.comments()[0]?.body ?? '';
    const shown = tables(body).flatMap(({ rows }) => rows).length;
    expect(/Omitted \(size limit\)[^.]*\./.exec(body)?.[0]).toContain(`${many - shown} rows`);
  });

  test('has the counts of all in its outputs', () => {
    const { result } = outcomeOf(sizes[2] as (typeof sizes)[number]);
    expect(result.outputs).toMatchObject({ created: String(many - 60), unchanged: '60' });
  });
});

test('the output `policies` gives up unchanged ones first', async () => {
  // Paths of this length take more than the outputs hold.
  const deep = Array.from({ length: 12 }, () => 'd'.repeat(200)).join('/');
  const count = 180;
  const { terraform, run } = await scenario({
    files: Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`${deep}/p${n}.sentinel`, sentinel()]),
    ),
    terraform: { rateLimit: null },
  });
  for (let n = 0; n < count - 5; n++) terraform.seedPolicy({ name: `p${n}`, code: sentinel() });
  const { exitCode, outputs } = await run({ inputs: { 'dry-run': 'true', parallelism: '50' } });
  expect(exitCode).toBe(0);
  const { policies = '', summary = '' } = outputs;
  expect(policies.length + summary.length).toBeLessThan(400_000);
  const actions = (JSON.parse(policies) as { action: string }[]).map(({ action }) => action);
  expect(actions.filter((action) => action === 'create')).toHaveLength(5);
  expect(outputs).toMatchObject({ created: '5', unchanged: String(count - 5) });
});

test('hundreds of files with one fault are one item', async () => {
  const { github, run } = await scenario({
    files: Object.fromEntries(paths.map((path) => [path, 'x = 1\n'])),
  });
  expect(await run({ event: events.pullRequest() })).toMatchObject({ exitCode: 1 });
  const body = github.comments()[0]?.body ?? '';
  expect(body).toMatch(/^- All 600 policies have no `main` rule\. .*/m);
  expect(body).toContain('<summary>The 600 policies that have no main rule</summary>');
  expect(body).toContain('and 500 more, all listed in the log');
  expect(/Omitted \(size limit\)/.test(body)).toBe(false);
});

test('hundreds of failures fit too', async () => {
  const { github, run } = await scenario({
    files: {
      'sentinel.hcl': paths
        .map((path) => `policy "${path}" {\n  source = "${path}"\n  enforcement_level = "of ${path}"\n}\n`)
        .join(''),
      ...Object.fromEntries(paths.map((path) => [path, sentinel()])),
    },
  });
  const { exitCode, outputs } = await run({ event: events.pullRequest() });
  expect(exitCode).toBe(1);
  const body = github.comments()[0]?.body ?? '';
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_000);
  expect(/Omitted \(size limit\)[^.]*\./.exec(body)?.[0]).toMatch(/\d+ problems/);
  for (const line of body.split('\n').filter((text) => text.startsWith('- '))) {
    expect(line).toMatch(/^- \[`[^`]+`\]\(\S+\): `enforcement_level` "of .*Use one of .*\.$/);
  }
  expect(outputs).toMatchObject({ failed: '0', policies: '[]' });
});

test('a comment that the server finds too long is sent once more in its shortest form', async () => {
  const { github, run } = await scenario({ files, github: { bodyLimit: 6_000 } });
  const result = await run({ event: events.forkPullRequest() });
  expect(result).toMatchObject({ exitCode: 0 });
  expect(result.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
  const [comment] = github.comments();
  expect(comment?.body.length).toBeLessThanOrEqual(6_000);
  expect(tables(comment?.body ?? '')).toHaveLength(1);
  expect(/Omitted \(size limit\)/.test(comment?.body ?? '')).toBe(true);
  expect(tables(result.summary)[0]?.rows).toHaveLength(many);
});
