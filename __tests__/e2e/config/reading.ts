import { expect } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import { seen, tables } from '../github/markdown.ts';
import { annotationsAt, nothing, outcome, published, writeLines } from '../publish/reading.ts';

type Level = 'error' | 'warning' | 'notice';

/** What the log says at this level: `sentinel.hcl:3: what is wrong and what to do`. */
export const logged = ({ lines }: RunResult, level: Level): string[] =>
  lines.filter((line) => line.startsWith(`${level}: `)).map((line) => line.slice(level.length + 2));

/**
 * The same, one for each place: what several policies have in common is one line of the log, which ends with the places and
 * what sets each apart, `In a.sentinel:1 (module "x"), b.sentinel:1 (module "y").`
 */
export const loggedAt = (result: RunResult, level: Level): string[] =>
  logged(result, level).flatMap((line) => {
    const [, common = '', places = ''] = /^(?!\S+: )(.*) In (.+)\.$/.exec(line) ?? [];
    if (common === '') return [line];
    return places.split(/(?<=[\w)]), (?=[^ "]+(?:,|$| \())/).map((each) => {
      const [place = '', ...detail] = each.split(' ');
      return `${place}: ${common} ${detail.join(' ')}`;
    });
  });

/** Where the annotations of this level are shown: `sentinel.hcl:3`, `a.rego`, `input query`. */
export const places = (result: RunResult, level: Level): string[] =>
  annotationsAt(result, level).map(({ file, line, title }) =>
    line === undefined ? (file ?? title ?? '') : `${file}:${line}`,
  );

/** A place, or several with ` + ` between them, and words of what is said there. */
export type Finding = readonly [place: string, ...words: (string | RegExp)[]];

/** These and no others are said at this level, as annotations in this order, and in the log. */
export function expectFindings(result: RunResult, level: Level, findings: readonly Finding[]): void {
  const expected = findings.map(([place]) => place.split(' + '));
  const firsts = expected.map(([first = '']) => first);
  const lines = loggedAt(result, level);
  const isAt = (place: string) => (line: string) => line.startsWith(`${place}: `);
  const said = lines.map((line) => firsts.find((place) => isAt(place)(line)) ?? line);
  expect({ said: said.toSorted(), at: places(result, level) }).toEqual({
    said: firsts.toSorted(),
    at: expected.flat(),
  });
  for (const [index, [, ...words]] of findings.entries()) {
    const there = lines.filter(isAt(firsts[index] ?? '')).join('\n');
    for (const word of words) expect(there).toMatch(word);
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
        seen(row[head.indexOf('Enforcement level')] ?? '')

          // The link has the whole path.
          .replaceAll(/\[[^\]]*\]\(\S*\/blob\/[0-9a-f]+\/([^)]*)#L(\d+)\)/g, '$1:$2')
          .replaceAll(/[`*]/g, ''),
      ]),
    ),
  );
}

/** Names and files of the output `policies`. */
export const named = (result: RunResult): Record<string, string> =>
  Object.fromEntries(published(result).map(({ name, path }) => [name, path]));
