/** Messages and documents are in plain English. Words that a reader has to stop at are not. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const list = (...patterns: string[]) => globSync(patterns, { cwd: root }).toSorted();

const UNWANTED = /\b(?:told|mend|any more|one a line)\b/;

/** Whole lines of comments, and comments at the end of a line. */
const COMMENT = /^\s*(?:\/\*|\*|\/\/).*$|\s\/\/\s.*$/gm;
const LITERAL = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** The string literals of a source, which may become part of a message. */
const literalsOf = (source: string): string[] => source.replace(COMMENT, '').match(LITERAL) ?? [];

const linesOf = (text: string): string[] => text.split('\n');

function unwantedIn(paths: readonly string[], partsOf: (text: string) => string[]): string[] {
  return paths.flatMap((path) =>
    partsOf(read(path))
      .filter((part) => UNWANTED.test(part))
      .map((part) => `${path}: ${part.trim()}`),
  );
}

describe('unwanted words', () => {
  test('are found in literals, and not in comments or names', () => {
    const source = "/** told */\nconst told = 'kept'; // any more\nfail(`nothing\nto mend`);\n";
    expect(literalsOf(source).filter((part) => UNWANTED.test(part))).toEqual(['`nothing\nto mend`']);
  });

  test('are not in messages', () => {
    expect(unwantedIn(list('src/**/*.ts'), literalsOf)).toEqual([]);
  });

  test('are not in documents', () => {
    expect(unwantedIn(list('action.yml', '*.md', 'docs/*.md'), linesOf)).toEqual([]);
  });
});
