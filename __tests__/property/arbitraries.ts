import fc from 'fast-check';
import type { CodeDiff } from '../../src/model/code-diff.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Entry, Report } from '../../src/report/report.ts';
import { commitOf, organizationOf, runUrlOf } from '../../src/run/links.ts';
import { aContext, anEntry, aReport, someAccess, someTerraformInputs } from '../unit/builders.ts';

/** What GitHub, Markdown, HTML, the runner or a reader would take for something else than text. */
const PIECES = [
  ...[
    '|',
    '\\',
    '\\|',
    '`',
    '``',
    '```',
    '~~~',
    '*',
    '_',
    '~',
    '$',
    '&',
    '&#64;x',
    '&commat;x',
    '^',
    '=',
    '+',
    '- ',
  ],
  ...['<b>', '<img src=x>', '<!--', '-->', '</details>', '<details>', '</summary>', '<https://evil.example>'],
  ...[
    '[a](https://evil.example)',
    '![i](https://evil.example)',
    '[a]: https://evil.example',
    '[^1]',
    '[!NOTE]',
  ],
  ...[
    '@octocat',
    '@acme/owners',
    'x@evil.example',
    '#1',
    'GH-2',
    'gh-3',
    'acme/policies#4',
    'acme/policies@c0ffee1',
  ],
  ...['c0ffee1', 'C0FFEE0000000000000000000000000000000001', '1234567890123'],
  ...[
    'https://evil.example',
    'http://evil.example',
    'www.evil.example',
    'ftp://evil.example',
    'mailto:a@evil.example',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\n\n',
    '\n# title\n',
    '\n> quote',
    '\n---\n',
    '\n| a | b |\n| - | - |\n',
    '    ',
  ],
  ...[
    '::error::x',
    '\n::add-mask::x',
    ' ::set-output name=a::b',
    '##[error]x',
    '##[add-mask]x',
    '%0A::error::x',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u2028::error::x',
    '\u2029',
    '\u0085::error::x',
    '\u0000',
    '\u001b[31m',
    '\u200b',
    '\ufeff',
  ],
  ...['😀', 'ä', '漢', 'e\u0301', 'a', 'policy', ' ', '1', ':', '/', '.', '"', "'"],
];

/** Any Unicode text, and texts of what is dangerous. */
export const anyText = (maxLength = 12): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength }).map((all) => all.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: maxLength * 4 }) },
  );

/** A file's path has no empty part; half a character is what Windows allows in one. */
const anyPath = fc
  .tuple(anyText(), fc.constantFrom('', '\ud800', 'a', 'b/c'))
  .map((parts) => `${parts.join('')}.sentinel`);

const place = fc.oneof(
  anyPath.map((file) => ({ file })),
  fc.record({ file: anyPath, line: fc.integer({ min: 1, max: 99_999 }) }),
  anyText(3).map((input) => ({ input })),
);

const problem: fc.Arbitrary<Problem> = fc.oneof(
  anyText().map((message) => ({ message })),
  fc.record({ message: anyText(), place, advice: anyText() }),
  fc.record({
    message: anyText(),
    items: fc.array(fc.array(anyText(), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  }),
  // Of which there are several alike.
  fc.record({ message: fc.constantFrom('It is empty.', '@octocat #1'), place }),
);

const level = fc.oneof(
  fc.constantFrom('advisory', 'soft-mandatory', 'hard-mandatory', 'mandatory', undefined),
  anyText(4),
);

const count = fc.integer({ min: 0, max: 100_000 });
const diff: fc.Arbitrary<CodeDiff> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('patch' as const),
      text: anyText(40),
      added: count,
      removed: count,
      lineEnds: fc.constant('LF → CRLF'),
    },
    { requiredKeys: ['kind', 'text', 'added', 'removed'] },
  ),
  fc.record({ kind: fc.constant('line-ends' as const), lineEnds: fc.constant('LF → CRLF') }),
  fc.record({ kind: fc.constant('new' as const), text: anyText(40), added: count }),
  fc.record({ kind: fc.constant('counts' as const), before: count, after: count }),
);

const entry: fc.Arbitrary<Entry> = fc
  .record({
    name: anyText(),
    path: anyPath,
    kind: fc.constantFrom('sentinel' as const, 'opa' as const),
    action: fc.constantFrom('create' as const, 'update' as const, 'unchanged' as const, 'check' as const),
    failure: fc.option(problem, { nil: undefined, freq: 3 }),
    wrote: fc.boolean(),
    changes: fc.subarray(['code', 'enforcement-level', 'description', 'query', 'policy-sets'] as const),
    enforcementLevel: fc.record({
      before: level,
      after: level,
      stated: fc.boolean(),
      source: fc.option(anyText(4), { nil: undefined }),
      missed: fc.option(anyText(4), { nil: undefined }),
    }),
    joins: fc.array(anyText(6), { maxLength: 3 }),
    diff: fc.option(diff, { nil: undefined }),
    description: fc.option(diff, { nil: undefined }),
    query: fc.option(fc.record({ before: fc.option(anyText(6), { nil: undefined }), after: anyText(6) }), {
      nil: undefined,
    }),
  })
  .map(({ failure, action, ...rest }) =>
    anEntry({
      ...rest,
      action,
      status: failure !== undefined ? 'failed' : action === 'check' ? 'skipped' : 'applied',
      error: failure,
    }),
  );

/** Addresses that a report may lead to begin with one of these. */
export const OWN_ADDRESSES = ['https://github.com/acme/policies/', 'https://app.terraform.io/app/'];

/** A report of whatever texts; `copies` is how often each policy is repeated under another name. */
export const anyReport = (copies: number): fc.Arbitrary<Report> =>
  fc
    .record({
      mode: fc.constantFrom('publish' as const, 'dry-run' as const, 'check' as const),
      organization: fc.option(anyText(), { nil: undefined }),
      inRepository: fc.boolean(),
      entries: fc.array(entry, { minLength: copies > 1 ? 8 : 0, maxLength: 8 }),
      checkReason: fc.option(
        problem.map((each) => ({ ...each, message: `Since ${each.message}` })),
        { nil: undefined },
      ),
      previewOnly: fc.option(
        problem.map((each) => ({ ...each, message: `Nothing was published: ${each.message}` })),
        { nil: undefined },
      ),
      problems: fc.oneof(fc.constant([]), fc.array(problem, { maxLength: 4 })),
      warnings: fc.array(problem, { maxLength: 3 }),
      notices: fc.array(problem, { maxLength: 3 }),
      leftOut: fc.array(fc.record({ path: anyPath, why: anyText() }), { maxLength: 3 }),
    })
    .map(({ organization, inRepository, entries, ...rest }) => {
      const context = aContext(inRepository ? {} : { repositoryName: undefined });
      const repeated = Array.from({ length: copies }, (_, index) =>
        entries.map((each) => (index === 0 ? each : { ...each, name: `${each.name}${index}` })),
      );
      return aReport({
        ...rest,
        entries: repeated.flat(),
        organization: organizationOf({
          access: someAccess({ organization }),
          terraform: someTerraformInputs(),
        }),
        commit: commitOf(context, { origin: 'repository', sha: undefined }, undefined),
        runUrl: runUrlOf(context),
      });
    });
