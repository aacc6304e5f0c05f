import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Problem } from '../../../src/model/problem.ts';
import { annotate } from '../../../src/report/annotations.ts';
import { Secrets } from '../../../src/runtime/secrets.ts';
import { annotationsOf, parseLog } from '../../support/commands.ts';
import { anEntry, aReport, aSetEntry } from '../builders.ts';

let printed = '';

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

function annotationsFor(overrides: Parameters<typeof aReport>[0], secrets = new Secrets()) {
  annotate(aReport(overrides), secrets);
  return annotationsOf(parseLog(printed).commands);
}

const problems = (count: number): Problem[] =>
  Array.from({ length: count }, (_, index) => ({ message: `Problem ${index}.` }));

test('has a level for each kind of problem', () => {
  const annotations = annotationsFor({
    problems: [{ message: 'One.' }],
    entries: [anEntry(), anEntry({ status: 'failed', error: { message: 'Two.', advice: 'Do it.' } })],
    warnings: [{ message: 'Three.' }],
    checkReason: { message: 'Four.' },
    notices: [{ message: 'Five.' }],
  });
  expect(annotations).toEqual([
    { level: 'error', message: 'One.' },
    { level: 'error', message: 'Two. Do it.' },
    { level: 'warning', message: 'Three.' },
    { level: 'notice', message: 'Four.' },
    { level: 'notice', message: 'Five.' },
  ]);
});

test.each<[Problem['place'], object]>([
  [
    { file: 'a b/cost,limit.rego', line: 3 },
    { file: 'a b/cost,limit.rego', line: 3 },
  ],
  [{ file: 'cost.rego' }, { file: 'cost.rego' }],
  [{ input: 'policies' }, { title: 'input policies' }],
  [undefined, {}],
])('is placed at %j', (place, expected) => {
  const problem = place === undefined ? { message: 'No.' } : { message: 'No.', place };
  expect(annotationsFor({ problems: [problem] })).toEqual([{ level: 'error', message: 'No.', ...expected }]);
});

test.each([
  [10, 10, undefined],
  [11, 10, '2 more: see the job summary or the log.'],
  [100, 10, '91 more: see the job summary or the log.'],
])('of %d problems %d are shown', (count, shown, last) => {
  const annotations = annotationsFor({ problems: problems(count) });
  expect(annotations).toHaveLength(shown);
  expect(annotations.at(-1)?.message).toBe(last ?? `Problem ${count - 1}.`);
});

test('another cause comes before another file of the same where there is no room for all', () => {
  const same = Array.from({ length: 20 }, (_, index) => ({
    message: `PUT /api/v2/policies/pol-${index}/upload returned 500 (request r-${index}).`,
    place: { file: `p${index}.sentinel` },
  }));
  const other = { message: 'Empty.', place: { file: 'z.sentinel' } };
  const files = (all: Problem[]) => annotationsFor({ problems: all }).map(({ file }) => file);
  expect(files([...same, other]).slice(0, 3)).toEqual(['p0.sentinel', 'z.sentinel', 'p1.sentinel']);
  printed = '';
  expect(files([...same.slice(0, 9), other])).toEqual([
    ...same.slice(0, 9).map(({ place }) => place.file),
    'z.sentinel',
  ]);
});

test('has what a problem lists', () => {
  const items = [
    ['a b.sentinel', 'a-b'],
    ['c.d.sentinel', 'c-d'],
  ];
  const [annotation] = annotationsFor({ notices: [{ message: 'Changed:', items, advice: 'Rename.' }] });
  expect(annotation?.message).toBe('Changed: a b.sentinel → a-b, c.d.sentinel → c-d. Rename.');
});

test('counts each level by itself', () => {
  expect(
    annotationsFor({ problems: problems(12), warnings: problems(12), notices: problems(12) }),
  ).toHaveLength(30);
});

test('stays within what GitHub shows', () => {
  const [annotation] = annotationsFor({ problems: [{ message: 'x'.repeat(10_000) }] });
  expect(annotation?.message.length).toBeLessThanOrEqual(4_096);
  expect(annotation?.message).toMatch(/x…$/);
});

test('obeys no command in a message or a path', () => {
  const message = 'No.\n::error::injected\r::add-mask::x ##[error]y%0A::error::z';
  const file = 'a\n::error::injected.rego';
  annotate(aReport({ problems: [{ message, place: { file } }] }), new Secrets());
  const { commands } = parseLog(printed);
  expect(commands.map(({ name }) => name)).toEqual(['error']);
});

test('shows no secret', () => {
  const secrets = new Secrets();
  secrets.add('a-long-token');
  const [annotation] = annotationsFor({ problems: [{ message: 'The server says a-long-token.' }] }, secrets);
  expect(annotation?.message).toBe('The server says ***.');
});

test('shows no part of a secret where a message is cut', () => {
  const secrets = new Secrets();
  secrets.add('a-long-token');
  const [annotation] = annotationsFor(
    { problems: [{ message: `${'x'.repeat(3_992)}a-long-token and more` }] },
    secrets,
  );
  expect(annotation?.message.includes('a-long')).toBe(false);
});

test('names the input for a policy set that failed', () => {
  const error = { message: 'Refused.', place: { input: 'versioned-policy-sets' }, advice: 'Do it.' };
  const sets = [aSetEntry({ status: 'failed', error }), aSetEntry({ name: 'other', status: 'skipped' })];
  expect(annotationsFor({ sets })).toEqual([
    { level: 'error', message: 'Refused. Do it.', title: 'input versioned-policy-sets' },
  ]);
});

test('says of policy sets that drifted that they did', () => {
  const sets = [aSetEntry({ status: 'planned', wrote: false })];
  expect(annotationsFor({ sets, mode: 'dry-run', expectNoChanges: true })).toMatchObject([
    { level: 'error', title: 'input expect-no-changes' },
  ]);
});
