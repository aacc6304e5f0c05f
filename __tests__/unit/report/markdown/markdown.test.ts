import { describe, expect, test } from '@jest/globals';
import { marked, type Token, type Tokens } from 'marked';
import { COMMENT_LIMIT, renderReport, SUMMARY_LIMIT } from '../../../../src/report/markdown/markdown.ts';
import type { Entry, Report } from '../../../../src/report/report.ts';
import { Secrets } from '../../../../src/runtime/secrets.ts';
import { anEntry, anUnchangedEntry, aReport, SHA } from '../../builders.ts';

const BLOB = `https://github.com/acme/policies/blob/${SHA}`;
const POLICIES = 'https://app.terraform.io/app/acme/settings/policies';

const render = (overrides: Partial<Report>, limit = COMMENT_LIMIT) => renderReport(aReport(overrides), limit);
const size = (text: string) => Buffer.byteLength(text);
const many = (count: number, make: (index: number) => Entry) =>
  Array.from({ length: count }, (_, index) => make(index));

const updated = (overrides: Partial<Entry> = {}) =>
  anEntry({
    action: 'update',
    changes: ['code'],
    enforcementLevel: { before: 'advisory', after: 'advisory', stated: false },
    ...overrides,
  });

const failed = (overrides: Partial<Entry> = {}) =>
  anEntry({
    status: 'failed',
    wrote: false,
    error: { message: 'It returned 500.', place: { file: 'tags.rego' }, advice: 'Run again.' },
    ...overrides,
  });

test('names of any length leave the alerts short', () => {
  const named = (letter: string, enforcementLevel: Entry['enforcementLevel']) =>
    many(12, (index) => updated({ name: letter.repeat(50_000) + index, enforcementLevel }));
  const entries = [
    ...named('s', { before: 'advisory', after: 'hard-mandatory', stated: true }),
    ...named('l', { before: 'hard-mandatory', after: 'advisory', stated: true }),
  ];
  const text = render({ entries });
  expect(size(text)).toBeLessThanOrEqual(COMMENT_LIMIT);
  expect(text).toMatch(/stricter.*`s{200}…`.* and 2 more/);
  expect(text).toMatch(/looser.*`l{200}…`.* and 2 more/);
});

describe('the whole report', () => {
  test('of a run that published', () => {
    const text = render({
      entries: [
        anEntry({ joins: ['one', 'two'] }),
        updated({
          name: 'size',
          changes: ['code', 'enforcement-level', 'policy-sets'],
          enforcementLevel: { before: 'advisory', after: 'hard-mandatory', stated: true },
          joins: ['one'],
          diff: { kind: 'patch', text: '@@ -1,1 +1,1 @@\n-a\n+b', added: 1, removed: 1 },
        }),
        failed({ name: 'tags', kind: 'opa', path: 'tags.rego' }),
        anUnchangedEntry({ name: 'old' }),
      ],
      warnings: [{ message: 'Mind `policy-sets`.', place: { input: 'policy-sets' } }],
      notices: [{ message: 'By the way.' }],
    });
    expect(text).toMatchSnapshot();
  });

  test('of a dry run', () => {
    const text = render({
      mode: 'dry-run',
      entries: [
        anEntry({
          status: 'planned',
          wrote: false,
          diff: { kind: 'new', text: 'main = rule { true }', added: 1 },
        }),
        updated({
          status: 'planned',
          wrote: false,
          changes: ['code', 'enforcement-level'],
          enforcementLevel: { before: 'hard-mandatory', after: 'advisory', stated: true },
          diff: { kind: 'counts', before: 3_000, after: 1 },
        }),
      ],
    });
    expect(text).toMatchSnapshot();
  });

  test('of files that were only checked', () => {
    const text = render({
      mode: 'check',
      organization: undefined,
      checkReason: { message: 'Only the files were checked.', advice: 'Set `token`.' },
      entries: [
        anEntry({
          action: 'check',
          status: 'skipped',
          wrote: false,
          changes: [],
          enforcementLevel: { before: undefined, after: undefined, stated: false },
        }),
      ],
    });
    expect(text).toMatchSnapshot();
  });

  test('of a run with problems', () => {
    const text = render({
      problems: [
        { message: 'No `main` rule.', place: { file: 'a b/cost.sentinel', line: 3 }, advice: 'Add one.' },
        { message: '`parallelism` is "x".', place: { input: 'parallelism' } },
        { message: 'Elsewhere.' },
      ],
    });
    expect(text).toMatchSnapshot();
  });

  test('of nothing to do, outside a repository', () => {
    const commit = { sha: SHA, url: undefined, fileUrl: () => undefined, folderUrl: () => undefined };
    expect(render({ commit, entries: [anUnchangedEntry()] })).toMatchSnapshot();
  });
});

describe('the table', () => {
  const tableOf = (text: string) =>
    marked.lexer(text).find((token): token is Tokens.Table => token.type === 'table');
  const cellsOf = (overrides: Partial<Report>) =>
    tableOf(render(overrides))?.rows.map((row) => row.map(({ text }) => text)) ?? [];

  test('links policies and files', () => {
    const [cells] = cellsOf({ entries: [anEntry({ path: 'a b/cost.sentinel' })] });
    expect(cells?.[1]).toBe(`[\`cost\`](${POLICIES})`);
    expect(cells?.[5]).toBe(`[\`a b/cost.sentinel\`](${BLOB}/a%20b/cost.sentinel)`);
  });

  test('has what failed first, else the order of the files', () => {
    const entries = [
      anEntry({ name: 'c' }),
      updated({ name: 'b' }),
      failed({ name: 'z' }),
      anEntry({ name: 'a' }),
    ];
    const names = cellsOf({ entries }).map((cells) => /`(.*?)`/.exec(cells[1] ?? '')?.[1]);
    expect(names).toEqual(['z', 'c', 'b', 'a']);
  });

  test('does not break what happens', () => {
    const [cells] = cellsOf({ mode: 'dry-run', entries: [updated({ status: 'planned', wrote: false })] });
    expect(cells?.[0]).toBe('would\u00a0update');
  });

  test.each<[string, Partial<Entry>, string]>([
    ['kept', {}, 'advisory (kept)'],
    [
      'stated, the same',
      { enforcementLevel: { before: 'advisory', after: 'advisory', stated: true } },
      'advisory',
    ],
    [
      'changed',
      { enforcementLevel: { before: 'advisory', after: 'hard-mandatory', stated: true } },
      'advisory → **hard-mandatory**',
    ],
    [
      'new',
      { action: 'create', enforcementLevel: { before: undefined, after: 'mandatory', stated: true } },
      'mandatory',
    ],
    [
      'not there',
      { status: 'failed', enforcementLevel: { before: undefined, after: undefined, stated: true } },
      '–',
    ],
    [
      'not reached',
      {
        status: 'failed',
        enforcementLevel: {
          before: 'advisory',
          after: 'advisory',
          stated: true,
          source: 'input',
          missed: 'soft-mandatory',
        },
      },
      'advisory, not yet soft-mandatory',
    ],
  ])('tells a level that is %s', (_, overrides, expected) => {
    expect(cellsOf({ entries: [updated(overrides)] })[0]?.[2]).toBe(expected);
  });

  test.each<[string, Partial<Entry>, string]>([
    ['a new policy', { action: 'create', joins: ['one'] }, 'new policy; joins `one`'],
    ['code', { diff: { kind: 'patch', text: '', added: 2, removed: 1 } }, 'code (+2 −1)'],
    [
      'code and line ends',
      { diff: { kind: 'patch', text: '', added: 2, removed: 1, lineEnds: 'LF → CRLF' } },
      'code (+2 −1, line ends LF → CRLF)',
    ],
    ['line ends', { diff: { kind: 'line-ends', lineEnds: 'LF → CRLF' } }, 'code (line ends only, LF → CRLF)'],
    [
      'a long new policy',
      { action: 'create', diff: { kind: 'counts', before: 0, after: 3_000 } },
      'new policy (3,000 lines, code not shown)',
    ],
    [
      'a query',
      { changes: ['query'], query: { before: 'data.a.deny', after: 'data.b.deny' } },
      'query `data.a.deny` → `data.b.deny`',
    ],
    [
      'a first query',
      { changes: ['query'], query: { before: undefined, after: 'data.b.deny' } },
      'query none → `data.b.deny`',
    ],
    ['long code', { diff: { kind: 'counts', before: 5, after: 1 } }, 'code (5 → 1 line, too long to show)'],
    ['settings', { changes: ['enforcement-level', 'query'] }, 'enforcement level, query'],
    ['policy sets alone', { changes: ['policy-sets'], joins: ['one', 'two'] }, 'joins `one`, `two`'],
  ])('tells what changes: %s', (_, overrides, expected) => {
    expect(cellsOf({ entries: [updated(overrides)] })[0]?.[3]).toBe(expected);
  });
});

describe('enforcement that shifts', () => {
  const shifted = (name: string, before: string, after: string) =>
    updated({ name, enforcementLevel: { before, after, stated: true } });

  test('is marked above the table', () => {
    const text = render({
      entries: [shifted('a', 'advisory', 'hard-mandatory'), shifted('b', 'hard-mandatory', 'advisory')],
    });
    expect(text).toContain(
      '> [!WARNING]\n> **Enforcement got looser**: `b` (hard-mandatory → **advisory**).',
    );
    expect(text).toContain(
      '> [!IMPORTANT]\n> **Enforcement got stricter**: `a` (advisory → **hard-mandatory**).',
    );
    expect(text.indexOf('[!IMPORTANT]')).toBeLessThan(text.indexOf('| Policy |'));
  });

  test('is told of the future in a dry run, and of ten policies at most', () => {
    const entries = many(12, (index) => ({
      ...shifted(`p${index}`, 'hard-mandatory', 'advisory'),
      status: 'planned',
      wrote: false,
    }));
    const [, shown] =
      /Enforcement would get looser\*\*: (.*)/.exec(render({ mode: 'dry-run', entries })) ?? [];
    expect(shown).toMatch(/^`p0`, `p1`, .*, `p9` \(hard-mandatory → \*\*advisory\*\*\) and 2 more\.$/);
  });

  test('is told once of those that shift alike', () => {
    const entries = [
      shifted('a', 'advisory', 'hard-mandatory'),
      shifted('b', 'advisory', 'soft-mandatory'),
      shifted('c', 'advisory', 'hard-mandatory'),
    ];
    expect(render({ entries })).toContain(
      '**Enforcement got stricter**: `a`, `c` (advisory → **hard-mandatory**), `b` (advisory → **soft-mandatory**).',
    );
  });

  test('of policies that policy sets get at a mandatory level is told with the sets', () => {
    const level = (after: string) => ({ before: undefined, after, stated: true });
    const entries = [
      anEntry({ name: 'a', enforcementLevel: level('hard-mandatory'), joins: ['one', 'two'] }),
      anEntry({ name: 'b', enforcementLevel: level('soft-mandatory'), joins: ['one'] }),
      anEntry({ name: 'c', joins: ['one'] }),
    ];
    expect(render({ entries })).toContain(
      '> [!IMPORTANT]\n> **Newly enforced at a mandatory level**: `a` (**hard-mandatory** in `one`, `two`), `b` (**soft-mandatory** in `one`).\n',
    );
    expect(render({ entries, mode: 'dry-run' })).toContain(
      '**Would be newly enforced at a mandatory level**',
    );
  });
});

describe('what failed is told in a box under the first lines', () => {
  const box = (overrides: Partial<Report>) => /> \[!CAUTION\]\n> (.*)/.exec(render(overrides))?.[1];

  test.each<[string, Partial<Report>]>([
    ['**1 problem stopped the run.**', { problems: [{ message: 'No.' }] }],
    [
      '**1,200 problems stopped the run.**',
      { problems: Array.from({ length: 1_200 }, () => ({ message: 'No.' })) },
    ],
    ['**The only change failed.** Nothing was written.', { entries: [failed(), anUnchangedEntry()] }],
    ['**All 2 changes failed.**', { entries: [failed(), failed({ wrote: true })] }],
    ['**1 of 3 changes failed.** The others succeeded.', { entries: [anEntry(), failed(), updated()] }],
  ])('%s', (expected, overrides) => {
    expect(box(overrides)).toBe(expected);
  });

  test('is not there where nothing failed', () => {
    expect(box({ entries: [anEntry()], warnings: [{ message: 'Hm.' }] })).toBeUndefined();
  });

  test('says only once that nothing was written', () => {
    for (const mode of ['publish', 'dry-run', 'check'] as const) {
      const text = render({ mode, problems: [{ message: 'No.' }] });
      expect(text.match(/nothing was/gi)).toHaveLength(1);
    }
  });
});

describe('problems that say the same', () => {
  const same = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      message: 'Empty.',
      place: { file: `p${index}.sentinel` },
      advice: 'Fill it.',
    }));
  const items = (count: number) =>
    render({ problems: same(count) })
      .split('\n')
      .filter((line) => line.startsWith('- '))
      .map((line) => line.replaceAll(/\]\([^)]*\)/g, ']'));

  test.each([
    [1, '- [`p0.sentinel`]: Empty. Fill it.'],
    [3, '- [`p0.sentinel`], [`p1.sentinel`], [`p2.sentinel`]: Empty. Fill it.'],
    [4, '- 4 times: Empty. Fill it. In [`p0.sentinel`], [`p1.sentinel`], [`p2.sentinel`], [`p3.sentinel`].'],
  ])('are one item: %d', (count, expected) => {
    expect(items(count)).toEqual([expected]);
  });

  test('name twenty files at most', () => {
    const [item] = items(1_500);
    expect(item).toMatch(/^- 1,500 times: .*`p19\.sentinel`\] and 1,480 more, all listed in the log\.$/);
    expect(item).not.toContain('`p20');
  });
});

test('what a notice lists is folded', () => {
  const text = render({ notices: [{ message: 'Changed:', items: [['a`b@c', 'a-b-c'], ['d']] }] });
  expect(text).toContain(
    '<details><summary>Changed (2)</summary>\n\n- ``a`b@c`` → `a-b-c`\n- `d`\n\n</details>',
  );
});

describe('the first line', () => {
  const runUrl = 'https://github.com/acme/policies/actions/runs/7';

  test('leads to the run', () => {
    expect(render({ runUrl })).toContain(
      `, commit [\`${SHA.slice(0, 7)}\`](https://github.com/acme/policies/commit/${SHA}), [run](${runUrl})`,
    );
  });

  test('has what is known', () => {
    expect(render({ organization: undefined, runUrl }).split('\n')[2]).toMatch(/^Commit \[.*, \[run\]/);
    expect(render({ organization: undefined, commit: undefined, runUrl }).split('\n')[2]).toBe(
      `[run](${runUrl})`,
    );
    const nothing = render({ organization: undefined, commit: undefined, notices: [{ message: 'Hm.' }] });
    expect(nothing.split('\n')[2]).toBe('### Notices');
  });
});

describe('a report that is too long', () => {
  const runUrl = 'https://github.com/acme/policies/actions/runs/7';
  const patch = (lines: number) =>
    ({ kind: 'patch', text: '+x\n'.repeat(lines), added: lines, removed: 0 }) as const;

  /** Each row of each table is whole, and each fence is closed. */
  function expectWhole(text: string): void {
    for (const row of text.split('\n').filter((line) => line.startsWith('|'))) {
      expect(row).toMatch(/ \|$/);
      expect([4, 6]).toContain(row.split(/(?<!\\)\|/).length - 2);
    }
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect((text.match(/<details>/g) ?? []).length).toBe((text.match(/<\/details>/g) ?? []).length);
  }

  const problems = (count: number, message: string) =>
    Array.from({ length: count }, (_, index) => ({ message: `${index} ${message}` }));

  test.each<[string, Partial<Report>]>([
    ['policies', { entries: many(700, (index) => anEntry({ name: `policy-${index}` })) }],
    ['unchanged policies', { entries: many(700, (index) => anUnchangedEntry({ name: `policy-${index}` })) }],
    ['failures', { entries: many(700, (index) => failed({ name: `policy-${index}` })) }],
    ['problems', { problems: problems(700, 'No. '.repeat(60)) }],
    ['warnings', { warnings: problems(700, 'Hm. '.repeat(60)) }],
    [
      'renamed files',
      {
        notices: [
          {
            message: 'Renamed:',
            items: Array.from({ length: 2_000 }, () => ['a name of words', 'a-name-of-words']),
          },
        ],
      },
    ],
    [
      'files left out',
      { leftOut: Array.from({ length: 3_000 }, () => ({ path: 'a.sentinel', why: 'is a module' })) },
    ],
    ['diffs', { entries: many(300, (index) => updated({ name: `policy-${index}`, diff: patch(200) })) }],
    ['long names', { entries: many(500, (index) => anEntry({ name: `${index}-${'n'.repeat(250)}` })) }],
    ['one endless message', { problems: [{ message: 'x'.repeat(200_000) }] }],
    ['characters of four bytes', { warnings: [{ message: '😀'.repeat(40_000) }] }],
    [
      'everything',
      {
        entries: [
          ...many(400, (index) => failed({ name: `f-${index}` })),
          ...many(400, (index) => updated({ name: `u-${index}`, diff: patch(50) })),
          ...many(400, (index) => anUnchangedEntry({ name: `s-${index}` })),
        ],
        warnings: problems(400, 'Hm. '.repeat(60)),
      },
    ],
  ])('fits a comment: %s', (_, overrides) => {
    for (const limit of [COMMENT_LIMIT, 4_000]) {
      const text = render({ runUrl, ...overrides }, limit);
      expect(size(text)).toBeLessThanOrEqual(limit);
      expect(text.match(/Omitted \(size limit\): /g)).toHaveLength(1);
      expect(text).toContain(`See the [job summary](${runUrl}).`);
      expectWhole(text);
    }
  });

  test('is whole in the job summary', () => {
    const entries = many(500, (index) => updated({ name: `policy-${index}`, diff: patch(100) }));
    const text = render({ entries }, SUMMARY_LIMIT);
    expect(text).not.toContain('Left out');
    expect(text.match(/^```diff/gm)).toHaveLength(500);
  });

  test('keeps the smallest diffs, and says how many are gone', () => {
    const entries = [10, 30_000, 20, 40_000].map((lines, index) =>
      updated({ name: `policy-${index}`, diff: patch(lines) }),
    );
    const text = render({ entries });
    expect(text).toContain('policy-0: 10 lines added');
    expect(text).toContain('policy-2: 20 lines added');
    expect(text).toContain('Omitted (size limit): 2 diffs. See the job summary.');
  });
});

describe('whatever the texts', () => {
  const HOSTILE =
    '`x` <img src=x onerror=y> | @octocat #1 https://evil.example [a](b)\n\n# title\n</details>\n```';

  test('nothing of them becomes HTML, a link, a mention or a heading', () => {
    const hostile = (overrides: Partial<Entry>) => ({
      ...overrides,
      name: HOSTILE,
      path: HOSTILE,
      joins: [HOSTILE],
    });
    const text = render({
      entries: [
        anEntry(hostile({})),
        failed(hostile({ error: { message: HOSTILE, place: { file: HOSTILE }, advice: HOSTILE } })),
        updated(hostile({ diff: { kind: 'patch', text: HOSTILE, added: 1, removed: 1 } })),
        anUnchangedEntry(hostile({})),
      ],
      warnings: [{ message: HOSTILE }],
    });
    const tokens: Token[] = [];
    marked.walkTokens(marked.lexer(text), (token) => {
      tokens.push(token);
    });
    const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw.trim());
    expect(html.filter((raw) => !/^<\/?details>|^<summary>|^\[!/.test(raw))).toEqual([]);
    expect(html.join('')).not.toContain('<img');
    const links = tokens.filter((token): token is Tokens.Link => token.type === 'link');
    const own = /^https:\/\/(github\.com\/acme\/policies\/(blob|commit)|app\.terraform\.io\/app\/acme)/;
    expect(links.map(({ href }) => href).filter((href) => !own.test(href))).toEqual([]);
    const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading');
    expect(headings.map(({ text }) => text)).toEqual([
      'Terraform policies: 1 failed, 1 created, 1 updated, 1 unchanged, 1 warning',
    ]);
    const words = tokens.filter((token) => token.type === 'text' && !('tokens' in token && token.tokens));
    expect(words.map(({ raw }) => raw).filter((raw) => raw.includes('@octocat'))).toEqual([]);
  });

  test.each([
    ['an underscore', 'ghs_0123_token-of_GitHub'],
    ['hexadecimal digits', 'deadbeefdeadbeefdeadbeef'],
    ['an address', 'https://store.example/object?signature=abcdef'],
    ['other marks', 'x*y[z]@host#1'],
  ])('a secret with %s is hidden in them', (_, secret) => {
    const secrets = new Secrets();
    secrets.add(secret);
    const report = aReport({ problems: [{ message: `The server says ${secret} is wrong.` }] });
    const text = renderReport(secrets.redactAll(report), COMMENT_LIMIT);
    expect(text).toContain('is wrong');
    expect(text.replaceAll(/[\\\u200b]/g, '')).not.toContain(secret);
  });
});

describe('diffs', () => {
  const titles = (overrides: Partial<Entry>) =>
    [...render({ entries: [updated(overrides)] }).matchAll(/<summary>(.*)<\/summary>/g)].map(
      ([, title]) => title,
    );

  test.each<[string, Entry['diff']]>([
    ['cost: 1 line added', { kind: 'patch', text: '+a', added: 1, removed: 0 }],
    ['cost: 3,000 lines removed', { kind: 'patch', text: '-a', added: 0, removed: 3_000 }],
    ['cost: 2 lines added, 1 removed', { kind: 'patch', text: '+a', added: 2, removed: 1 }],
    [
      'cost: 1 line added, 1 removed, line ends CRLF → LF',
      { kind: 'patch', text: '+a', added: 1, removed: 1, lineEnds: 'CRLF → LF' },
    ],
    ['cost: new, 1 line', { kind: 'new', text: 'a', added: 1 }],
  ])('are folded: %s', (title, diff) => {
    expect(titles({ diff })).toEqual([title]);
  });

  test.each<[string, Entry['diff']]>([
    ['line ends', { kind: 'line-ends', lineEnds: 'LF → CRLF' }],
    ['what is too long', { kind: 'counts', before: 1, after: 9_000 }],
  ])('are not shown of %s', (_, diff) => {
    expect(titles({ diff })).toEqual([]);
  });

  test('are shown of descriptions, too', () => {
    const description = { kind: 'patch', text: '-a\n+b', added: 1, removed: 1 } as const;
    expect(titles({ diff: { ...description, added: 2 }, description })).toEqual([
      'cost: 2 lines added, 1 removed',
      'cost, description: 1 line added, 1 removed',
    ]);
  });
});
