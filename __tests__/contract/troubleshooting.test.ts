/** README.md explains messages in the words that the code has for them. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { marked, type Tokens } from 'marked';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const COMMENT = /^\s*(?:\/\*|\*|\/\/).*$/;
/** Lines of code. A backtick in a template literal is written without its backslash, as users see it. */
const code = globSync('src/**/*.ts', { cwd: root })
  .flatMap((path) => read(path).split('\n'))
  .filter((line) => /['"`]/.test(line) && !COMMENT.test(line))
  .map((line) => line.replaceAll('\\`', '`'));

/** The messages in the first column of the table. */
function explained(): string[] {
  const readme = marked.lexer(read('README.md'));
  const at = readme.findIndex((token) => token.type === 'heading' && token['text'] === 'Troubleshooting');
  const table = readme.slice(at).find((token): token is Tokens.Table => token.type === 'table');
  return (table?.rows ?? []).map(([message]) => codeIn(message) ?? `not code: ${message?.text}`);
}

const codeIn = (cell: Tokens.TableCell | undefined): string | undefined =>
  cell?.tokens.length === 1 && cell.tokens[0]?.type === 'codespan' ? cell.tokens[0]['text'] : undefined;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether the code has a message, where `…` stands for anything. After a status come the words of the server. */
function isInCode(message: string): boolean {
  const fixed = message.replace(/(?<=returned )\d{3}\b.*/, '…').split('…');
  const words = new RegExp(fixed.map(escaped).join('.*'));
  return fixed.some((part) => part.trim().length > 5) && code.some((line) => words.test(line));
}

test('each message that the README explains is one of the code', () => {
  expect(explained().length).toBeGreaterThan(10);
  expect(explained().filter((message) => !isInCode(message))).toEqual([]);
});

test('a message that the code does not have is found', () => {
  expect(isInCode('There is no policy set …')).toBe(true);
  expect(isInCode('There is no folder set …')).toBe(false);
  expect(isInCode('… …')).toBe(false);
});
