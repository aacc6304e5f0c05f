import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import * as events from '../../support/events.ts';
import { expectHarmless, hostile, impossible } from '../github/harmless.ts';
import { tables } from '../github/markdown.ts';
import { beforehand, scenario } from '../github/scenario.ts';
import { ofThisRun, stampText } from '../sync/syncing.ts';
import { asBase, asNewBase, library, publishedSets, setOf } from './publishing.ts';

const pulls = [{ number: 1 }];
const event = events.pullRequest();
const all = hostile.join('\n');

describe('names from the repository', () => {
  const names = hostile.map((name) => name.replaceAll('/', '_')).filter((name) => !impossible.test(name));

  // What is a path of two parts elsewhere, or none, is packed nowhere.
  const [refused, fine] = [/[\p{Cc}\\]/u, /^[^\p{Cc}\\]*$/u].map((of) =>
    names.filter((name) => of.test(name)),
  );

  test('of packed and excluded files break neither lists, log nor archive', async () => {
    const packed = Object.fromEntries(
      (fine ?? []).map((name, index) => [`policies/${name}/f${index}`, name]),
    );
    const leftOut = Object.fromEntries(
      names.map((name, index) => [`policies/${name}/x${index}.tfstate`, 'x']),
    );
    const s = await scenario({ files: { ...library, ...packed, ...leftOut }, github: { pulls } });
    const result = await s.run({ event, inputs: asNewBase });
    expect(result).toMatchObject({ exitCode: 0, outputs: { created: '1' } });
    expectHarmless(s, result);
    const paths = setOf(s.terraform).files.map(({ path }) => `policies/${path}`);
    expect(paths.toSorted()).toEqual([...Object.keys(library), ...Object.keys(packed)].toSorted());
    const [sets] = tables(s.github.comments(1)[0]?.body ?? '');
    expect(sets?.rows).toHaveLength(1);
  });

  test('of files that cannot be packed are harmless as well', async () => {
    const files = Object.fromEntries(
      (refused ?? []).map((name, index) => [`policies/${name}/f${index}`, name]),
    );
    const s = await scenario({ files: { ...library, ...files }, github: { pulls } });
    const result = await s.run({ event, inputs: asNewBase });
    expect(result.exitCode).toBe(1);
    expectHarmless(s, result);
    expect(s.terraform.requests).toEqual([]);
  });

  test('of policies and sources, and in problems with them', async () => {
    const policy = hostile.map((name) => ({ [name]: { query: 'data.a.deny', description: name } }));
    const wrong = hostile.map((name) => ({
      [`${name} `]: { query: `data.b["${name}"]`, enforcement_level: name },
    }));
    const files = {
      'opa/policies.json': JSON.stringify({ policy }),
      'opa/a.rego': 'package a\n\nimport rego.v1\n\ndeny contains "no" if input.a\n',
      'bad/policies.json': JSON.stringify({ policy: wrong }),
      'bad/a.rego': `package a["${names[0]}"]\n\nx := data.@someone\n`,
      'poor/sentinel.hcl': hostile
        .map((name) => `policy ${JSON.stringify(name)} { source = ${JSON.stringify(`./${name}`)} }\n`)
        .join(''),
    };
    const s = await scenario({ files, github: { pulls } });
    const fine = await s.run({
      event,
      inputs: { 'versioned-policy-sets': 'opa: opa', 'create-policy-sets': 'true' },
    });
    expect(fine).toMatchObject({ exitCode: 0, outputs: { created: '1' } });
    expectHarmless(s, fine);
    const policies = JSON.parse(fine.outputs['policies'] ?? '') as { name: string }[];
    expect(policies.map(({ name }) => name)).toEqual(hostile);

    const refused = await s.run({
      event,
      inputs: { 'versioned-policy-sets': 'bad: bad\npoor: poor', 'create-policy-sets': 'true' },
    });
    expect(refused.exitCode).toBe(1);
    expectHarmless(s, refused);
  });
});

/** What the service has of a set, of which no publish comes. */
const refused: { set: string; seed: (terraform: HcpTerraform, id: string) => unknown }[] = [
  { set: 'a name', seed: (terraform, id) => terraform.seedPolicySet({ name: all, id, source: 'vcs' }) },
  { set: 'a kind', seed: (terraform, id) => answer(terraform, id, { kind: all }) },
  {
    set: 'a relationship',
    seed: (terraform, id) => answer(terraform, id, {}, { [`${all}source`]: { data: {} } }),
  },
  {
    set: 'a folder in its versions',
    seed: (terraform, id) => terraform.seedPolicySet({ name: 'f', id, policiesPath: all, files: { x: '' } }),
  },
  {
    set: 'the source of a version',
    seed: (terraform, id) => {
      terraform.seedPolicySet({ name: 's', id });
      terraform.publishVersion(id, { source: all });
    },
  },
  {
    set: 'a stamp of another owner',
    seed: (terraform, id) => {
      const facts = { owner: all, folder: all, run: '99', server: all, repository: all };
      terraform.seedPolicySet({ name: 'o', id, description: stampText(facts as never) });
    },
  },
  {
    set: 'a stamp of a later run',
    seed: (terraform, id) => {
      const facts = { ...ofThisRun, owner: 'acme/policies', folder: all, run: '99999', commit: all };
      terraform.seedPolicySet({ name: 'l', id, description: stampText(facts as never) });
    },
  },
];

/** What the service says of a set of that id, whatever it has. */
function answer(terraform: HcpTerraform, id: string, attributes: object, relationships: object = {}): void {
  const data = { id, type: 'policy-sets', attributes: { name: 'base', ...attributes }, relationships };
  const fault = { type: 'body', status: 200, body: JSON.stringify({ data }) } as const;
  terraform.faults.add({ when: { path: new RegExp(id) }, times: 9, fault });
}

test('texts from the API about refused sets are harmless', async () => {
  const s = await scenario({ files: library, github: { pulls } });
  const ids = refused.map((_, index) => `polset-${'0'.repeat(15)}${index}`);
  for (const [index, { seed }] of refused.entries()) seed(s.terraform, ids[index] ?? '');
  const inputs = { 'versioned-policy-sets': ids.map((id) => `${id}: policies`).join('\n') };
  const result = await s.run({ event, inputs });
  expect(result).toMatchObject({ exitCode: 1, outputs: { failed: String(refused.length) } });
  expectHarmless(s, result);
  expect(publishedSets(result).map(({ error }) => error === null)).toEqual(refused.map(() => false));
  expect(tables(s.github.comments(1)[0]?.body ?? '')[0]?.rows).toHaveLength(refused.length);
});

type Row = { name: string; seed: (terraform: HcpTerraform) => unknown; inputs?: Record<string, string> };

const id = 'polset-0123456789abcdef';
const byId = { 'versioned-policy-sets': `${id}: policies` };
const said = { errors: hostile.map((detail, index) => ({ status: '422', title: `t${index}`, detail })) };
const body = JSON.stringify(said);

const rows: Row[] = [
  {
    name: 'the name, the description and the version of the tool of a set',
    seed: (terraform) => {
      terraform.seedPolicySet({ name: all, id, description: all, toolVersion: all });
      terraform.publishVersion(id, { files: {} });
    },
    inputs: { ...byId, 'adopt-policy-sets': 'true', 'policy-tool-version': '0.40.0' },
  },
  {
    name: 'the name of a set that is published to',
    seed: (terraform) => terraform.seedPolicySet({ name: all, id, description: all }),
    inputs: byId,
  },
  {
    name: 'why a version was not accepted',
    seed: (terraform) => terraform.seedPolicySet({ name: 'failing', global: true }),
    inputs: { 'versioned-policy-sets': 'failing: policies' },
  },
  ...(
    [
      ['a refused look-up', 'GET', /policy-sets\?/, 403],
      ['a refused creation', 'POST', /policy-sets$/, 422],
      ['a refused version', 'POST', /versions$/, 422],
      ['a refused archive', 'PUT', /./, 400],
      ['a refused look at a version', 'GET', /policy-set-versions/, 404],
      ['a refused change', 'PATCH', /./, 422],
    ] as const
  ).map(
    ([name, method, path, status]): Row => ({
      name,
      seed: (terraform) =>
        terraform.faults.add({ when: { method, path }, times: 99, fault: { type: 'status', status, body } }),
    }),
  ),
];

describe('texts from the API', () => {
  const outcomeOf = beforehand(rows, async ({ seed, inputs = asNewBase }) => {
    const s = await scenario({
      files: library,
      github: { pulls },
      terraform: { ingress: { failing: { status: 'errored', error: all, message: all } }, ingressDelay: 20 },
    });
    await seed(s.terraform);
    return { ...s, result: await s.run({ event, inputs }) };
  });

  test.each(rows)('$name', (row) => {
    const { result, ...s } = outcomeOf(row);
    expectHarmless(s, result);
    const [entry] = publishedSets(result);
    const isFine = row.name.endsWith('published to');
    expect([result.exitCode, entry?.status]).toEqual(
      isFine ? [0, 'applied'] : [1, row.name.endsWith('look-up') ? undefined : 'failed'],
    );
    for (const text of [s.github.comments(1)[0]?.body ?? '', result.summary])
      expect(tables(text).every(({ rows: shown }) => shown.length > 0)).toBe(true);
  });
});

test.each([
  { input: 'versioned-policy-sets', value: '@someone | <img src=x>: ##[error]injected\n::error::injected' },
  { input: 'versioned-policy-sets', value: 'base: @someone | <img src=x> ##[error]injected' },
  { input: 'policy-tool-version', value: '1.0.0\n::error::injected @someone' },
  { input: 'create-policy-sets', value: 'yes\n::error::injected @someone' },
])('a hostile `$input` is told of without doing harm', async ({ input, value }) => {
  const s = await scenario({ files: library, github: { pulls } });
  const result = await s.run({ event, inputs: { ...asBase, [input]: value } });
  expect(result.exitCode).toBe(1);
  expectHarmless(s, result);
});
