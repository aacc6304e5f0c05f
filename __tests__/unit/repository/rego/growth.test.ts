/** Text of any form takes time that grows with its length, and hardly any memory. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { growth, LINEAR } from '../../cpu-time.ts';
import { judgementOf } from './judging.ts';

const HEAD = 'package p\nimport rego.v1\ndeny contains "x" if true\n';
const forms: Record<string, (n: number) => string> = {
  comments: (n) => '# a\n'.repeat(n),
  'one comment': (n) => `#${'a'.repeat(n)}`,
  METADATA: (n) => '# METADATA\n# title: T\nx := 1\n'.repeat(n / 30),
  'METADATA above nothing': (n) => '# METADATA\n'.repeat(n / 10),
  'a long METADATA block': (n) => `# METADATA\n${'# a: 1\n'.repeat(n / 8)}x := 1\n`,
  'METADATA with keys': (n) =>
    `# METADATA\n${Array.from({ length: 300 }, (_, i) => `# k${i}: 1\n`).join('')}x := 1\n`.repeat(n / 3000),
  rules: (n) => Array.from({ length: n / 10 }, (_, i) => `r${i} := 1\n`).join(''),
  'rules of one name': (n) => 'deny contains 1 if true\n'.repeat(n / 20),
  bodies: (n) => `x if ${'{ a }\n'.repeat(n / 6)}`,
  imports: (n) => Array.from({ length: n / 20 }, (_, i) => `import data.a.b${i}\n`).join(''),
  uses: (n) => Array.from({ length: n / 20 }, (_, i) => `x := data.a.b${i}\n`).join(''),
  'uses of the own package': (n) =>
    Array.from({ length: n / 20 }, (_, i) => `x${i} := data.p.x${i}\n`).join(''),
  calls: (n) => 'x := f(g(data.h(1)))\n'.repeat(n / 20),
  'a long reference': (n) => `x := a${'.a'.repeat(n / 2)}`,
  'long brackets in a reference': (n) => `x := a${'["a"]'.repeat(n / 5)}`,
  'brackets that stay open': (n) => 'x := [ '.repeat(n / 7),
  'nested brackets': (n) => `x := ${'['.repeat(n / 8)}${']'.repeat(n / 8)}`,
  'brackets after names': (n) => `x := ${'a['.repeat(n / 16)}1${']'.repeat(n / 16)}`,
  blanks: (n) => ' '.repeat(n),
  'blank lines': (n) => '\n'.repeat(n),
  'blanks in brackets': (n) => `x := a[${' '.repeat(n)}"b"]`,
  'blanks behind names': (n) => `a${' '.repeat(50)}\n`.repeat(n / 50),
  'a string': (n) => `x := "${'a'.repeat(n)}"`,
  strings: (n) => 'x := "a\\n"\n'.repeat(n / 10),
  'raw strings': (n) => `x := [${'`a`,'.repeat(n / 4)}1]`,
  'raw strings that stay open': (n) => `x := \`${'a\n'.repeat(n / 2)}`,
  quotes: (n) => '"'.repeat(n),
  backslashes: (n) => `x := "${'\\\\'.repeat(n / 2)}"`,
  'template strings': (n) => 'x := $"a {$`b {c} d`} e"\n'.repeat(n / 25),
  'nested template strings': (n) => `x := ${'$"{'.repeat(n / 12)}1${'}"'.repeat(n / 12)}`,
  operators: (n) => `x := 1 ${'+ 1 '.repeat(n / 4)}`,
  numbers: (n) => `x := ${'1'.repeat(n)}`,
  'digits of other scripts': (n) => `x${'\u0663'.repeat(n)} := 1`,
  'a null character at the end': (n) => `${'# a\n'.repeat(n / 4)}\0`,
};

describe('four times the text takes less than eight times as long', () => {
  test.each(Object.entries(forms))('%s', async (_, form) => {
    const prepare = (size: number) => {
      const source = HEAD + form(size);
      return () => judgementOf(source);
    };
    expect(await growth(60_000, prepare)).toBeLessThan(LINEAR);
  });
});

describe('10 MiB are read in a heap of twice that', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rego-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['rules', 'uses', 'METADATA'])('%s', (name) => {
    const source = HEAD + (forms[name]?.(11 * 2 ** 20) ?? '');
    const text = source.slice(0, source.lastIndexOf('\n', 10 * 2 ** 20) + 1);
    expect(text.length).toBeGreaterThan(9.9 * 2 ** 20);
    const file = join(folder, 'large.rego');
    writeFileSync(file, text);
    const script = new URL('read-large.ts', import.meta.url).pathname;
    // A limit, because the size of a process also depends on when V8 collects garbage. Beyond it, Node.js aborts.
    const options = ['--max-old-space-size=20', '--disable-warning=ExperimentalWarning', script, file];
    expect(execFileSync(process.execPath, options, { encoding: 'utf8' })).toBe('deny');
  });
});
