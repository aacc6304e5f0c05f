import { describe, expect, test } from '@jest/globals';
import { logLines } from '../../../src/report/log-lines.ts';
import type { SetEntry, SetPolicyChange } from '../../../src/report/report.ts';
import { anEntry, aReport, aSetEntry, aSetPolicy } from '../builders.ts';

const change = (overrides: Partial<SetPolicyChange>): SetPolicyChange => ({
  action: 'update',
  changes: [],
  levelBefore: 'advisory',
  touchedBy: [],
  ...overrides,
});

const linesOf = (...sets: SetEntry[]) => logLines(aReport({ sets }));

const known = aSetEntry({
  policies: [
    aSetPolicy({
      name: 'loose',
      change: change({ changes: ['enforcement-level', 'code'], levelBefore: 'hard-mandatory' }),
    }),
    aSetPolicy({ name: 'touched', change: change({ touchedBy: ['modules/a.sentinel'] }) }),
    aSetPolicy({
      name: 'asked',
      change: change({ changes: ['query'], query: { before: 'data.a.deny', after: 'data.a.warn' } }),
    }),
    aSetPolicy({ name: 'same', change: change({ action: 'unchanged' }) }),
    aSetPolicy({
      name: 'strict',
      enforcementLevel: 'hard-mandatory',
      change: change({ action: 'create', levelBefore: undefined }),
    }),
    aSetPolicy({ name: 'gone', change: change({ action: 'delete' }) }),
  ],
  fileChanges: [
    { kind: 'changed', path: 'modules/a.sentinel' },
    { kind: 'moved', path: 'b.md', from: 'a.md' },
  ],
});

test('says of a policy set all that a comment says, but for the diffs', () => {
  expect(linesOf(known)).toEqual([
    'Enforcement ended: gone (advisory).',
    'Enforcement got looser: loose (hard-mandatory → advisory).',
    'Newly enforced at a mandatory level: strict (hard-mandatory).',
    'updated: base (content: 1 policy removed, 3 changed, 1 new; 2 files) — policies, 6 policies, 1 file, version polsetver-2',
    '  Sentinel. Attached to 3 workspaces and 1 project. 5 policies (1 hard-mandatory, 4 advisory) in 1 file (1.5\u00a0kB).',
    '  policy loose: enforcement-level, code (hard-mandatory → advisory)',
    '  policy touched: affected by modules/a.sentinel (advisory)',
    '  policy asked: query data.a.deny → data.a.warn (advisory)',
    '  policy strict: new (hard-mandatory)',
    '  policy gone: removed (advisory)',
    '  file modules/a.sentinel: changed',
    '  file b.md: moved from a.md',
  ]);
});

test('names the policy set of each policy where there are several', () => {
  const [first] = linesOf(known, aSetEntry({ name: 'other', action: 'unchanged', changes: [] }));
  expect(first).toBe('Enforcement ended: gone (advisory in base).');
});

test('says what is replaced, and why nobody can say what it is', () => {
  const lines = linesOf(
    aSetEntry({
      unknown: { cause: 'its stamp contains no commit', advice: 'Publish.' },
      changes: ['content', 'stamp'],
    }),
  );
  expect(lines.slice(0, 2)).toEqual([
    'Replaced entirely: base. Its content is unknown, so policies may have been removed that are not listed here.',
    'updated: base (content, replaced entirely; stamp) — policies, 1 policy, 1 file, version polsetver-2',
  ]);
  expect(lines).toContain('  the changes are unknown: its stamp contains no commit. Publish.');
  expect(lines).toContain('  policy cost: advisory');
});

test('says which version of the tool runs a policy set, and that agents do from now on', () => {
  const lines = linesOf(
    aSetEntry({
      changes: ['policy-tool-version'],
      toolVersion: { before: undefined, after: '0.40.0' },
      agentMode: { before: false, after: true },
    }),
  );
  expect(lines.slice(0, 3)).toEqual([
    'Agent mode was turned on: base (Sentinel 0.40.0).',
    'updated: base (tool version not set → 0.40.0) — policies, 1 policy, 1 file, version polsetver-2',
    expect.stringContaining('Sentinel 0.40.0 (was not set), in agent mode (was off).'),
  ]);
});

test('says little of a policy set that is as it should be', () => {
  const [line, ...others] = linesOf(aSetEntry({ action: 'unchanged', changes: [], folder: '' }));
  expect(line).toBe('unchanged: base — the root of the workspace, 1 policy, 1 file, version polsetver-2');
  expect(others).toEqual([]);
});

test('gives no alert for what failed, and says that it is as it was', () => {
  const lines = linesOf({ ...known, status: 'failed', altered: false, error: { message: 'No.' } });
  expect(lines[0]).toMatch(/^update failed: base .*: No\.$/);
  expect(lines[1]).toContain('The folder has 5 policies');
});

test('names no more files than a log is good for', () => {
  const fileChanges = Array.from({ length: 2_700 }, (_, index) => ({
    kind: 'added' as const,
    path: `f${index}`,
  }));
  const lines = linesOf(aSetEntry({ fileChanges }));
  expect(lines).toHaveLength(204);
  expect(lines.at(-1)).toBe('  and 2,500 more changed files');
});

test('keeps each line one line, whatever a name has in it', () => {
  const path = 'a\n::error::x';
  const lines = linesOf(
    aSetEntry({ fileChanges: [{ kind: 'added', path }], policies: [aSetPolicy({ name: path })] }),
  );
  expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
});

test('puts policies that fail for one cause in one line', () => {
  const failed = (name: string) =>
    anEntry({ name, status: 'failed', wrote: false, error: { message: 'No.' } });
  expect(logLines(aReport({ entries: [failed('a'), failed('b')] }))).toEqual([
    'create failed: 2 policies: No. a — a.sentinel, b — b.sentinel',
  ]);
});

describe('individually managed policies', () => {
  const level = (before: string | undefined, after: string) => ({ before, after, stated: true });

  test('the log has the alerts of the comment', () => {
    const entries = [
      anEntry({ name: 'looser', action: 'update', enforcementLevel: level('hard-mandatory', 'advisory') }),
      anEntry({ name: 'stricter', action: 'update', enforcementLevel: level('advisory', 'soft-mandatory') }),
      anEntry({ name: 'new', enforcementLevel: level(undefined, 'hard-mandatory'), joins: ['prod'] }),
      anEntry({ name: 'gone', action: 'delete', enforcementLevel: level('advisory', ''), leaves: ['prod'] }),
    ];
    expect(logLines(aReport({ entries })).slice(0, 4)).toEqual([
      'Deleted: gone (advisory in prod).',
      'Enforcement got looser: looser (hard-mandatory → advisory).',
      'Enforcement got stricter: stricter (advisory → soft-mandatory).',
      'Newly enforced at a mandatory level: new (hard-mandatory in prod).',
    ]);
  });

  test('the log has levels and queries, before and after', () => {
    const entry = anEntry({
      name: 'tags',
      path: 'tags.rego',
      action: 'update',
      changes: ['code', 'enforcement-level', 'query'],
      enforcementLevel: level('advisory', 'mandatory'),
      query: { before: 'data.tags.deny', after: 'data.tags.violations' },
      joins: [],
    });
    expect(logLines(aReport({ entries: [entry] }))).toContain(
      'updated: tags (code, enforcement level advisory → mandatory, query data.tags.deny → data.tags.violations) — tags.rego',
    );
  });
});
