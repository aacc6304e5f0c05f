import { expect } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import { seen, tables } from '../github/markdown.ts';
import { annotationsAt, nothing, outcome, published, writeLines } from '../publish/reading.ts';

type Level = 'error' | 'warning' | 'notice';

/** What the log says at this level: `sentinel.hcl:3: what is wrong and what to do`. */
export const logged = ({ lines }: RunResult, level: Level): string[] =>
  lines.filter((line) => line.startsWith(`${level}: `)).map((line) => line.slice(level.length + 2));

/** Where the annotations of this level are shown: `sentinel.hcl:3`, `a.rego`, `input query`. */
export const places = (result: RunResult, level: Level): string[] =>
  annotationsAt(result, level).map(({ file, line, title }) =>
    line === undefined ? (file ?? title ?? '') : `${file}:${line}`,
  );

/** A place, and words of what is said of it. */
export type Finding = readonly [place: string, ...words: (string | RegExp)[]];

/** These and no others are said at this level, in this order, in the log and as annotations. */
export function expectFindings(result: RunResult, level: Level, findings: readonly Finding[]): void {
  const expected = findings.map(([place]) => place);
  const said = logged(result, level).map((line, index) =>
    line.startsWith(`${expected[index]}: `) ? expected[index] : line,
  );
  expect({ said, at: places(result, level) }).toEqual({ said: expected, at: expected });
  for (const [index, [, ...words]] of findings.entries()) {
    for (const word of words) expect(logged(result, level)[index]).toMatch(word);
  }
}

/** The run ended with these errors, at most ten, and wrote nothing. */
export function expectRefused(
  result: RunResult,
  terraform: HcpTerraform,
  findings: readonly Finding[],
): void {
  expectFindings(result, 'error', findings);
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(published(result)).toEqual([]);
  expect(writeLines(terraform)).toEqual([]);
  expect(result.summary).toContain('nothing was written');
}

const FOLDED = /<details><summary>(\d+) files? left out<\/summary>\n\n([\s\S]*?)\n\n<\/details>/;

/** The folded list of what was left out, why by path, as a reader sees it. The number above it must be its length. */
export function leftOut(markdown: string): Record<string, string> {
  const [, count, list = ''] = FOLDED.exec(markdown) ?? [];
  if (count === undefined) return {};
  const items = list.split('\n').map((item): [string, string] => {
    const [, path = '', why = ''] = /^- `([^`]+)` (.+)$/.exec(item) ?? [];
    return [path, seen(why)];
  });
  expect(items).toHaveLength(Number(count));
  return Object.fromEntries(items);
}

/** The column `Enforcement level` of the tables, by policy, without marks: `hard-mandatory (sentinel.hcl:3)`. */
export function levels(markdown: string): Record<string, string> {
  return Object.fromEntries(
    tables(markdown).flatMap(({ head, rows }) =>
      rows.map((row): [string, string] => [
        /`([^`]+)`/.exec(row[head.indexOf('Policy')] ?? '')?.[1] ?? '',
        seen(row[head.indexOf('Enforcement level')] ?? '').replaceAll(/[`*]/g, ''),
      ]),
    ),
  );
}

/** Names and files of the output `policies`. */
export const named = (result: RunResult): Record<string, string> =>
  Object.fromEntries(published(result).map(({ name, path }) => [name, path]));
