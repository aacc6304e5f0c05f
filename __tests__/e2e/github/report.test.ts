import { describe, expect, test } from '@jest/globals';
import type { PolicySeed } from '../../../sandbox/hcp-terraform/server.ts';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import * as events from '../../support/events.ts';
import { tables } from './markdown.ts';
import { beforehand, scenario, sentinel, terraformToken, textOf } from './scenario.ts';

const rego = (name: string, text = 'true') => `package ${name}\n\ndeny contains "no" if { ${text} }\n`;

type Row = {
  name: string;
  files: Record<string, string>;
  policies?: PolicySeed[];
  sets?: string[];
  faults?: PlannedFault[];
  event?: events.Event;
  inputs?: Record<string, string | undefined>;
  heading: string;
  exitCode?: number;
  outputs: Record<string, string>;
  /** In the report as it is written. */
  holds?: (string | RegExp)[];
  lacks?: (string | RegExp)[];
  /** First, second and last columns, and the level, of the table of what changed. */
  changed?: string[][];
};

const counts = (created: number, updated: number, unchanged: number, failed: number) => ({
  created: String(created),
  updated: String(updated),
  deleted: '0',
  unchanged: String(unchanged),
  failed: String(failed),
});

const refuses = (path: RegExp, status: number, detail: string): PlannedFault => ({
  when: { method: 'PUT', path },
  times: 99,
  fault: { type: 'status', status, body: JSON.stringify({ errors: [{ status, title: 'refused', detail }] }) },
});

const mixed = {
  files: { 'a.sentinel': sentinel('1'), 'b.rego': rego('b'), 'c.sentinel': sentinel('3') },
  policies: [
    {
      name: 'b',
      kind: 'opa' as const,
      code: rego('b', 'false'),
      enforcementLevel: 'mandatory',
      query: 'data.b.deny',
    },
    { name: 'c', code: sentinel('3'), enforcementLevel: 'soft-mandatory' },
  ],
};

const dryRun = { 'dry-run': 'true' };

const rows: Row[] = [
  {
    name: 'nothing to do',
    files: { 'c.sentinel': sentinel('3') },
    policies: [{ name: 'c', code: sentinel('3') }],
    heading: 'nothing to do, 1 unchanged',
    outputs: { changed: 'false', ...counts(0, 0, 1, 0) },
    holds: ['<details><summary>1 unchanged</summary>', '</details>'],
    lacks: ['would', '[!'],
  },
  {
    name: 'nothing to do in a dry run',
    files: { 'c.sentinel': sentinel('3') },
    policies: [{ name: 'c', code: sentinel('3') }],
    inputs: dryRun,
    heading: 'nothing to do, 1 unchanged',
    outputs: { changed: 'false', ...counts(0, 0, 1, 0) },
    holds: ['**Dry run**: nothing was written.'],
  },
  {
    ...mixed,
    name: 'some of each',
    heading: '1 created, 1 updated, 1 unchanged',
    outputs: { changed: 'true', ...counts(1, 1, 1, 0) },
    holds: ['<details><summary>1 unchanged</summary>', 'soft-mandatory (kept)'],
    lacks: ['would', 'Dry run', '[!'],
    changed: [
      ['created', 'a', 'advisory (default)', 'new policy'],
      ['updated', 'b', 'mandatory (kept)', 'code'],
    ],
  },
  {
    ...mixed,
    name: 'some of each in a dry run: every verb says would',
    inputs: dryRun,
    heading: '1 would be created, 1 would be updated, 1 unchanged',
    outputs: { changed: 'true', ...counts(1, 1, 1, 0) },
    holds: ['**Dry run**: nothing was written.'],
    lacks: [/\| (created|updated) \|/],
    changed: [
      ['would create', 'a', 'advisory (default)', 'new policy'],
      ['would update', 'b', 'mandatory (kept)', 'code'],
    ],
  },
  {
    name: 'some failed: those first, with the words of the API and what to do',
    files: { 'a.sentinel': sentinel(), 'z.sentinel': sentinel('2') },
    policies: [
      { name: 'z', code: sentinel(), id: 'pol-zzzzzzzzzzzzzzzz' },
      { name: 'y', code: sentinel() },
    ],
    faults: [refuses(/zzzz\/upload/, 422, 'the moon is wrong')],
    heading: '1 failed, 1 created',
    exitCode: 1,
    outputs: { changed: 'true', ...counts(1, 0, 0, 1) },
    holds: [
      '> [!CAUTION]\n> **1 of 2 changes failed.** The others succeeded.\n\n- ',
      /\[`z\.sentinel`\]\(\S+\): `PUT \S* ?returned 422: the moon is wrong/,
      'The server rejected these values',
    ],
    changed: [
      ['update failed', 'z', 'hard-mandatory (kept)', 'code'],
      ['created', 'a', 'advisory (default)', 'new policy'],
    ],
  },
  {
    name: 'all failed',
    files: { 'a.sentinel': sentinel(), 'z.sentinel': sentinel() },
    faults: [refuses(/upload/, 403, 'nope')],
    heading: '2 failed',
    exitCode: 1,
    outputs: { changed: 'true', ...counts(0, 0, 0, 2) },
    holds: [
      '> [!CAUTION]\n> **All 2 changes failed.**\n\n',
      /^- \[`a\.sentinel`\]\(\S+\), \[`z\.sentinel`\]\(\S+\): `PUT \S*…\S* ?returned 403: nope/m,
      'Manage Policies',
      'It was created but is not complete: the next run completes it.',
    ],
    changed: [
      ['created, incomplete', 'a', 'advisory (default)', 'new policy'],
      ['created, incomplete', 'z', 'advisory (default)', 'new policy'],
    ],
  },
  {
    name: 'problems before the first write',
    files: { 'a.sentinel': '', 'z.sentinel': sentinel() },
    heading: 'failed with 1 problem, nothing was written',
    exitCode: 1,
    outputs: { changed: 'false', ...counts(0, 0, 0, 0), policies: '[]' },
    holds: [
      '> [!CAUTION]\n> **1 problem stopped the run.**',
      `[\`a.sentinel\`](https://github.com/acme/policies/blob/${events.headSha}/a.sentinel): The file is empty.`,
    ],
    lacks: ['| created'],
  },
  {
    name: 'several problems',
    files: { 'a.sentinel': '', 'z.sentinel': 'x = 1' },
    heading: 'failed with 2 problems, nothing was written',
    exitCode: 1,
    outputs: { changed: 'false', ...counts(0, 0, 0, 0) },
  },
  {
    name: 'the organization cannot be read',
    files: { 'a.sentinel': sentinel() },
    inputs: { organization: 'nobody' },
    heading: 'failed with 1 problem, nothing was written',
    exitCode: 1,
    outputs: { changed: 'false', ...counts(0, 0, 0, 0) },
    holds: ['returned 404', '`organization`'],
  },
  {
    name: 'checks only',
    files: { 'a.sentinel': sentinel(), 'b.rego': rego('b') },
    event: events.forkPullRequest(),
    heading: '2 files checked, nothing compared or written',
    outputs: { changed: 'false', ...counts(0, 0, 0, 0) },
    holds: [
      '**Checks only**: nothing was read from or written to Terraform.',
      '> [!NOTE]',
      '`allow-fork: true`',
    ],
    lacks: ['Organization'],
    changed: [
      ['a', 'not set'],
      ['b', 'not set'],
    ],
  },
  {
    name: 'checks of one file',
    files: { 'a.sentinel': sentinel() },
    inputs: { 'enforcement-level': 'soft-mandatory' },
    event: events.forkPullRequest(),
    heading: '1 file checked, nothing compared or written',
    outputs: { changed: 'false' },
    changed: [['a', 'soft-mandatory (input)']],
  },
  {
    name: 'enforcement that gets stricter or looser has a line above the table',
    files: { 'a.sentinel': sentinel(), 'b.sentinel': sentinel(), 'c.sentinel': sentinel() },
    policies: [
      { name: 'a', code: sentinel(), enforcementLevel: 'advisory' },
      { name: 'b', code: sentinel(), enforcementLevel: 'hard-mandatory' },
      { name: 'c', code: sentinel(), enforcementLevel: 'soft-mandatory' },
    ],
    inputs: { 'enforcement-level': 'soft-mandatory' },
    heading: '2 updated, 1 unchanged',
    outputs: { changed: 'true', ...counts(0, 2, 1, 0) },
    holds: [
      /> \[!WARNING\]\n> \*\*Enforcement got looser\*\*: `b` \(hard-mandatory → \*\*soft-mandatory\*\*\)\.[\s\S]*\n\|/,
      /> \[!IMPORTANT\]\n> \*\*Enforcement got stricter\*\*: `a` \(advisory → \*\*soft-mandatory\*\*\)\.[\s\S]*\n\|/,
    ],
    changed: [
      ['updated', 'a', 'advisory → **soft-mandatory** (input)', 'enforcement level'],
      ['updated', 'b', 'hard-mandatory → **soft-mandatory** (input)', 'enforcement level'],
    ],
  },
  {
    name: 'enforcement that would get stricter',
    files: { 'b.rego': rego('b') },
    policies: [
      { name: 'b', kind: 'opa', code: rego('b'), enforcementLevel: 'advisory', query: 'data.b.deny' },
    ],
    inputs: { ...dryRun, 'enforcement-level': 'mandatory' },
    heading: '1 would be updated',
    outputs: { changed: 'true', ...counts(0, 1, 0, 0) },
    holds: ['**Enforcement would get stricter**: `b` (advisory → **mandatory**).'],
    lacks: ['looser'],
    changed: [['would update', 'b', 'advisory → **mandatory** (input)', 'enforcement level']],
  },
  {
    name: 'policy sets that are joined',
    files: { 'a.sentinel': sentinel(), 'b.sentinel': sentinel() },
    policies: [{ name: 'b', code: sentinel() }],
    sets: ['global', 'more'],
    inputs: { 'policy-sets': 'global\nmore' },
    heading: '1 created, 1 updated',
    outputs: { changed: 'true', ...counts(1, 1, 0, 0) },
    changed: [
      ['created', 'a', 'advisory (default)', 'new policy; joins `global`, `more`'],
      ['updated', 'b', 'hard-mandatory (kept)', 'joins `global`, `more`'],
    ],
    holds: ['**Newly enforced at a mandatory level**: `b` (**hard-mandatory** in `global`, `more`).'],
  },
  {
    name: 'settings that change are shown before and after',
    files: {
      'b.rego': `# METADATA\n# description: New words.\n${rego('b')}`,
      'policies.hcl': 'policy "b" {\n  query = "data.b.deny"\n}\n',
    },
    policies: [
      {
        name: 'b',
        kind: 'opa',
        code: `# METADATA\n# description: New words.\n${rego('b')}`,
        enforcementLevel: 'advisory',
        query: 'data.b.`@octocat | x`',
        description: 'Old words.',
      },
    ],
    inputs: dryRun,
    heading: '1 would be updated',
    outputs: { changed: 'true', ...counts(0, 1, 0, 0) },
    holds: [
      '<summary>b, description: 1 line added, 1 removed</summary>',
      '-Old words.\n+New words.\n',
      '`` data.b.`@octocat \\| x` `` → `data.b.deny`',
    ],
  },
  {
    name: 'code of which only the line ends change has no diff',
    files: { 'a.sentinel': 'x = 1\r\nmain = rule { true }\r\n' },
    policies: [{ name: 'a', code: 'x = 1\nmain = rule { true }\n' }],
    heading: '1 updated',
    outputs: { changed: 'true', ...counts(0, 1, 0, 0) },
    lacks: ['```', '␍'],
    changed: [['updated', 'a', 'hard-mandatory (kept)', 'code (line ends only, LF → CRLF)']],
  },
];

const outcomeOf = beforehand(
  rows,
  async ({ files, policies = [], sets = [], faults = [], event, inputs = {} }) => {
    const s = await scenario({ files });
    for (const policy of policies) s.terraform.seedPolicy(policy);
    for (const name of sets) s.terraform.seedPolicySet({ name });
    for (const fault of faults) s.terraform.faults.add(fault);
    return { ...s, result: await s.run({ event: event ?? events.pullRequest(), inputs }) };
  },
);

describe('the report says what became of the run', () => {
  test.each(rows)('$name', (row) => {
    const { github, result } = outcomeOf(row);
    const { summary = '' } = result.outputs;
    expect(result.exitCode).toBe(row.exitCode ?? 0);
    expect(summary.split('\n')[0]).toBe(`## Terraform policies: ${row.heading}`);
    for (const part of row.holds ?? []) expect(summary).toEqual(expect.stringMatching(asPattern(part)));
    for (const part of row.lacks ?? []) expect(summary).not.toEqual(expect.stringMatching(asPattern(part)));
    expect(result.outputs).toMatchObject(row.outputs);
    expect(result.lines.at(-1)).toBe(`Terraform policies: ${row.heading}`);
    if (row.changed) {
      const [changed] = tables(summary);
      expect(
        changed?.rows.map((cells) => cells.filter((_, index) => told(changed.head[index])).map(shortened)),
      ).toEqual(row.changed);
    }
    // The same everywhere.
    expect(github.comments().map(({ body }) => textOf(body))).toEqual([summary]);
    expect(result.summary.trimEnd()).toBe(summary);
  });
});

const asPattern = (part: string | RegExp) =>
  typeof part === 'string' ? new RegExp(part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : part;

/** Which columns a row of the tests tells. */
const told = (title = '') => !['File', 'Kind'].includes(title);

/** A cell without addresses, counted lines, and the space that does not break. */
const shortened = (cell: string) =>
  /^\[?`([^`]*)`/.exec(cell)?.[1] ?? cell.replace(/ \(\+\d+ −\d+\)/, '').replaceAll('\u00a0', ' ');

describe('links', () => {
  const row = rows.find(({ name }) => name === 'some of each') as Row;

  test('lead to the organization, its policies, the commit, and each file at the commit', () => {
    const { terraform, result } = outcomeOf(row);
    const { summary = '' } = result.outputs;
    const commit = `https://github.com/acme/policies/commit/${events.headSha}`;
    expect(summary).toContain(
      `Organization [\`acme\`](${terraform.url}/app/acme), commit [\`feed000\`](${commit}), [run](https://github.com/acme/policies/actions/runs/`,
    );
    const file = (name: string) =>
      `[\`${name}\`](https://github.com/acme/policies/blob/${events.headSha}/${name})`;
    const policy = (name: string) => `[\`${name}\`](${terraform.url}/app/acme/settings/policies)`;
    const [changed, unchanged] = tables(summary);
    expect(changed?.rows.map((cells) => [cells[1], cells[4], cells[5]])).toEqual([
      [policy('a'), 'Sentinel', file('a.sentinel')],
      [policy('b'), 'OPA', file('b.rego')],
    ]);
    expect(unchanged?.rows.map((cells) => [cells[0], cells[2], cells[3]])).toEqual([
      [policy('c'), 'Sentinel', file('c.sentinel')],
    ]);
  });
});

describe('the output `policies`', () => {
  test('has an object for each policy', () => {
    const { terraform, result } = outcomeOf(rows.find(({ name }) => name === 'some of each') as Row);
    const ids = Object.fromEntries(terraform.policies().map(({ name, id }) => [name, id]));
    expect(JSON.parse(result.outputs['policies'] ?? '')).toEqual([
      {
        name: 'a',
        id: ids['a'],
        kind: 'sentinel',
        path: 'a.sentinel',
        action: 'create',
        changes: ['code', 'enforcement-level'],
        enforcementLevel: 'advisory',
        status: 'applied',
        error: null,
      },
      {
        name: 'b',
        id: ids['b'],
        kind: 'opa',
        path: 'b.rego',
        action: 'update',
        changes: ['code'],
        enforcementLevel: 'mandatory',
        status: 'applied',
        error: null,
      },
      {
        name: 'c',
        id: ids['c'],
        kind: 'sentinel',
        path: 'c.sentinel',
        action: 'unchanged',
        changes: [],
        enforcementLevel: 'soft-mandatory',
        status: 'applied',
        error: null,
      },
    ]);
  });

  test('tells what failed and why', () => {
    const { result } = outcomeOf(rows.find(({ name }) => name === 'all failed') as Row);
    expect(JSON.parse(result.outputs['policies'] ?? '')).toMatchObject(
      ['a', 'z'].map((name) => ({
        name,
        action: 'create',
        status: 'failed',
        error: expect.stringMatching(`^${name}\\.sentinel: PUT .*returned 403: nope`),
      })),
    );
  });

  test('tells of a dry run what is planned', () => {
    const { result } = outcomeOf(
      rows.find(({ name }) => name.startsWith('some of each in a dry run')) as Row,
    );
    const policies = JSON.parse(result.outputs['policies'] ?? '') as { status: string; action: string }[];
    expect(policies.map(({ action, status }) => [action, status])).toEqual([
      ['create', 'planned'],
      ['update', 'planned'],
      ['unchanged', expect.stringMatching(/^(planned|applied)$/)],
    ]);
  });
});

describe('annotations', () => {
  test('are on the file that each speaks of', () => {
    const { result } = outcomeOf(rows.find(({ name }) => name === 'all failed') as Row);
    expect(result.annotations).toMatchObject([
      { level: 'error', file: 'a.sentinel', message: expect.stringContaining('nope') },
      { level: 'error', file: 'z.sentinel', message: expect.stringContaining('nope') },
    ]);
  });

  test('name the line where it is known', async () => {
    const { run } = await scenario({
      files: { 'lib/a.rego': `package a\n\nimport data.other\n\ndeny := true\n` },
    });
    const { exitCode, annotations, outputs } = await run({ event: events.pullRequest() });
    expect(exitCode).toBe(0);
    expect(annotations).toMatchObject([
      { level: 'warning', file: 'lib/a.rego', line: 3 },
      { level: 'warning', file: 'lib/a.rego', line: 5 },
    ]);
    expect(outputs['summary']).toContain(`/blob/${events.headSha}/lib/a.rego#L3)`);
  });

  test.each([
    { count: 10, shown: 10, last: /is empty/ },
    { count: 11, shown: 10, last: /^2 more: .*(summary|log)/ },
    { count: 40, shown: 10, last: /^31 more: .*(summary|log)/ },
  ])(
    'of $count errors are at most ten, and the last says how many more there are',
    async ({ count, shown, last }) => {
      const files = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`p${index}.sentinel`, '']),
      );
      const { run } = await scenario({ files });
      const { annotations, summary } = await run();
      expect(annotations).toHaveLength(shown);
      expect(annotations.at(-1)).toEqual(
        expect.objectContaining({ level: 'error', message: expect.stringMatching(last) }),
      );
      expect(summary.match(/^- .*empty\./gm)).toEqual([
        expect.stringContaining(`- All ${count} policies are empty.`),
      ]);
    },
  );

  test('of each level have ten of their own', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `p${index}`);
    const { terraform, run } = await scenario({
      files: Object.fromEntries(
        names.map((name) => [`${name}.rego`, `package ${name}\nimport data.x\ndeny := true\n`]),
      ),
    });
    terraform.faults.add(refuses(/upload/, 403, 'nope'));
    const { annotations } = await run({ inputs: { parallelism: '50' } });
    const of = (level: string) => annotations.filter((annotation) => annotation.level === level).length;
    expect({ error: of('error'), warning: of('warning') }).toEqual({ error: 10, warning: 10 });
  });
});

test('the token never shows, wherever the API repeats it', async () => {
  const forms = [
    terraformToken,
    encodeURIComponent(terraformToken),
    Buffer.from(terraformToken).toString('base64'),
    Buffer.from(`x:${terraformToken}`).toString('base64'),
  ];
  const { github, terraform, run } = await scenario();
  terraform.faults.add(refuses(/upload/, 422, `refused for ${forms.join(' and ')}`));
  const result = await run({ event: events.pullRequest() });
  expect(result.exitCode).toBe(1);
  const log = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const everything = [
    ...log,
    result.stderr,
    result.summary,
    JSON.stringify(result.outputs),
    github.comments()[0]?.body,
  ];
  for (const form of forms)
    expect(everything.join('\n').replaceAll('\u200b', '')).not.toContain(form.slice(8, -8));
});
