import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import type { RunResult } from '../../support/run-action.ts';
import { addresses, outsideCode, tables } from './markdown.ts';
import { githubToken, type Scenario, scenario, sentinel, terraformToken } from './scenario.ts';

/** Characters that Windows has in no name. */
const impossible = process.platform === 'win32' ? /[<>:"|?*\\\p{Cc}]|[ .]$/u : /[/\0]/;

/** Parts of names and of what the API says that try to be something else. */
const hostile = [
  'pipe | pipe || \\| end \\',
  'tick ` `` ``` ````',
  'unclosed `code',
  '@someone @acme-corp/owners',
  '#12 GH-12 acme-corp/policies#12',
  'c0ffee0000000000000000000000000000000009',
  '<img src=x onerror=alert(1)>',
  '<!-- hidden',
  '--> shown',
  '[link](https:evil.example) ![image](x)',
  'www.evil.example and https:evil.example',
  '*bold* _it_ ~~gone~~ **b**',
  'line\nbreak\n\n# heading\n| a | b |',
  'return\r::error::injected',
  'break\n::error::injected',
  'indented\n \t ::error::injected',
  'no-break space\n\u00a0::error::injected',
  'masks\n::add-mask::injected',
  'stops\n::stop-commands::injected',
  '##[error]injected ##[add-mask]injected',
  'separators\u2028::error::injected\u2029::error::injected\u0085::error::injected',
  '\u001b[31mred\u001b[0m \u009b31m',
  'bidi \u202e\u2066 evil \u2069',
  'zero\u200bwidth\ufeff',
  '::error::injected',
  ' ::warning::injected',
  '%0A::error::injected %25',
  '> [!CAUTION]',
  '</details></summary><summary>',
];

const intended = ['add-mask', 'debug', 'group', 'endgroup', 'error', 'warning', 'notice'];

/** Nothing that came from elsewhere is taken for a command, a mention, HTML, an address, or a border of a table. */
function expectHarmless({ github, terraform }: Scenario, result: RunResult): void {
  const body = github.comments()[0]?.body ?? '';
  expect(result.commands.filter(({ legacy }) => legacy)).toEqual([]);
  expect(result.commands.filter(({ name }) => !intended.includes(name))).toEqual([]);
  expect(result.commands.filter(({ message }) => message.startsWith('injected'))).toEqual([]);
  const addressesOfCode = result.masks.filter((mask) => mask.startsWith(`${terraform.objectStore}/`));
  expect([terraformToken, githubToken, ...addressesOfCode]).toEqual(expect.arrayContaining(result.masks));
  expect(
    result.lines.filter((line) => /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(line)),
  ).toEqual([]);

  for (const text of [body, result.summary, result.outputs['summary'] ?? '']) {
    tables(text);
    // Text of ours has no control characters but newlines, and nothing that turns its direction.
    expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u,
    );
    const outside = outsideCode(
      text.replace(/^<!-- publish-terraform-policies:\S+ run=\S+(?: wrote)? -->\n/, ''),
    );
    const words = outside.replace(/\]\([^)\s]*\)/g, ']');
    expect(words).not.toMatch(/@[a-z0-9]/i);
    expect(words).not.toMatch(/#\d|\bGH-\d/i);
    expect(words).not.toMatch(/\b[0-9a-f]{40}\b/);
    expect(words).not.toMatch(/\bwww\.[a-z]|:\/\/[a-z]/i);
    expect(words.match(/(?<!\\)<(?!\/?(details|summary)>)[a-z/!?]/gi)).toBeNull();
    expect((words.match(/^#+ /gm) ?? []).filter((mark) => mark !== '## ' && mark !== '### ')).toEqual([]);
    expect(words).not.toMatch(/^# |(?<!\\)!\[/m);
    const own = ['https://github.com/acme/policies/', `${terraform.url}/app/acme`];
    for (const address of addresses(text)) {
      expect(own.some((start) => address.startsWith(start))).toBe(true);
    }
  }
}

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
    // All say the same, and are one item.
    expect(s.github.comments()[0]?.body.match(/^- /gm)).toHaveLength(1);
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
    expect(error).toMatch(new RegExp(`^error: ${folders.length} policies have names with other characters`));
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
