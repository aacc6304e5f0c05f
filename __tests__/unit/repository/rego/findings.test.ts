/** What is said of small files, word for word. `npm run judge` holds the same files against OPA. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { judgementOf } from './judging.ts';

interface Row {
  readonly name: string;
  readonly source: string;
  /** As the input `query` states it. */
  readonly query?: string;
  readonly findings: readonly string[];
}

const rows = JSON.parse(readFileSync(new URL('findings.json', import.meta.url), 'utf8')) as readonly Row[];

test.each(rows.map((row) => [row.name, row] as const))('%s', async (_, { source, query, findings }) => {
  expect(await judgementOf(source, query)).toEqual(findings);
});
