import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Tokens } from 'marked';
import { COMMENT_LIMIT, renderReport, SUMMARY_LIMIT } from '../../src/report/markdown/markdown.ts';
import { marked } from '../property/markdown.ts';
import { expectGolden, folder, updating } from './golden.ts';
import { setReportOf } from './set-situation.ts';
import { setSituations } from './set-situations.ts';
import { reportOf } from './situation.ts';
import { situations, summaries } from './situations.ts';

const texts = new Map<string, string>();

/** The same situation is rendered once for all that is said of it. */
async function textOf(name: string): Promise<string> {
  const [situation = '', form] = name.split('.');
  const known = texts.get(name);
  if (known !== undefined) return known;
  const ofSets = setSituations[situation];
  const report =
    ofSets === undefined ? await reportOf(situations[situation] ?? { files: {} }) : await setReportOf(ofSets);
  const text = renderReport(report, form === 'summary' ? SUMMARY_LIMIT : COMMENT_LIMIT);
  texts.set(name, text);
  return text;
}

// Windows has no files of such names.
const possible = (name: string) => process.platform !== 'win32' || !name.startsWith('hostile-');
const every = [
  ...[situations, setSituations].flatMap(Object.keys),
  ...summaries.map((name) => `${name}.summary`),
];
const names = every.filter(possible);

// Looking for files prints debug lines.
beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));

describe('the report', () => {
  test.each(names)('%s', async (name) => {
    expectGolden(`${name}.md`, `${await textOf(name)}\n`);
  });

  test('has no file that belongs to no situation', () => {
    const known = new Set(every.map((name) => `${name}.md`));
    const stray = readdirSync(folder).filter((file) => !known.has(file));
    if (updating() === 'all') for (const file of stray) rmSync(join(folder, file));
    else expect(stray).toEqual([]);
  });
});

const SHA = '[0-9a-f]{40}';
const OWN_LINKS = [
  /^https:\/\/(app\.terraform\.io|tfe\.example\.com)\/app\/(acme|platform)(\/settings\/polic(ies|y-sets)|\/policies)?(\/pol-[\w-]+)?$/,
  new RegExp(
    `^https://(github\\.com|github\\.example\\.com)/acme/policies/(commit/${SHA}|(blob|tree)/${SHA}/[^\\s#?]+(#L\\d+)?|actions/runs/\\d+(/attempts/\\d+)?)$`,
  ),
];

test.each(names)('leads only to our own pages, and each address is well-formed: %s', async (name) => {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(await textOf(name)), (token) => {
    if (token.type === 'link' || token.type === 'image') found.push((token as Tokens.Link).href);
  });
  expect(found.filter((address) => !OWN_LINKS.some((own) => own.test(address)))).toEqual([]);
  expect(found.filter((address) => new URL(address).href !== address)).toEqual([]);
});

// As files they would be large, and show nothing more.
test.each(Object.keys(setSituations).filter((name) => name.startsWith('too-long')))(
  'fits a comment, which says what it leaves out, and whole a job summary: %s',
  async (name) => {
    const [comment, summary] = [await textOf(name), await textOf(`${name}.summary`)];
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(comment).toContain('Omitted (size limit): ');
    // What nobody misses goes before what somebody may.
    expect(comment).not.toContain('files packed</summary>');
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_LIMIT);
    expect(summary).not.toContain('Omitted');
  },
);
