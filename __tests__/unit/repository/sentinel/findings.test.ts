/** What is said of small files, word for word. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { judgementOf } from './judging.ts';

interface Row {
  readonly name: string;
  readonly source: string;
  readonly findings: readonly string[];
}

const rows = JSON.parse(readFileSync(new URL('findings.json', import.meta.url), 'utf8')) as readonly Row[];

test.each(rows.map((row) => [row.name, row] as const))('%s', (_, { source, findings }) => {
  expect(judgementOf(source)).toEqual(findings);
});
