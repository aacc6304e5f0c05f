/** README.md says of inputs, outputs and places in the repository what is so. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { marked, type Token, type Tokens } from 'marked';
import { parse } from 'yaml';
import { readInputs } from '../../src/inputs/inputs.ts';

interface Action {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, object>;
}

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const action = parse(read('action.yml')) as Action;
const readme = marked.lexer(read('README.md'));

/** The first table below a heading. */
function tableBelow(title: string): Tokens.Table {
  const at = readme.findIndex((token) => token.type === 'heading' && token['text'] === title);
  const table = readme.slice(at).find((token) => token.type === 'table');
  if (at < 0 || table === undefined) throw new Error(`README.md has no table below "${title}"`);
  return table as Tokens.Table;
}

const codesIn = ({ tokens }: Tokens.TableCell) =>
  tokens.flatMap((token) => (token.type === 'codespan' ? [(token as Tokens.Codespan).text] : []));

const inputs = tableBelow('Inputs').rows.map(([name, preset]) => ({
  name: name?.text.replaceAll('`', '') ?? '',
  text: preset?.text ?? '',
  codes: preset === undefined ? [] : codesIn(preset),
}));

describe('the table of inputs', () => {
  test('has each input of action.yml, in its order', () => {
    expect(inputs.map(({ name }) => name)).toEqual(Object.keys(action.inputs));
  });

  test('writes names as code', () => {
    expect(tableBelow('Inputs').rows.filter(([name]) => !/^`[^`]+`$/.test(name?.text ?? ''))).toEqual([]);
  });

  test.each(inputs)('has the default of $name', ({ name, text, codes }) => {
    const preset = action.inputs[name]?.default;
    if (preset !== undefined) expect(codes).toEqual(preset.split('\n'));
    else if (codes.length === 0) expect(text).toMatch(/^(–|-|derived|from|the event)/i);
    // What only the code knows must be what the code does.
    else if (codes.every((code) => !/^[A-Z_]/.test(code)))
      expect(readInputs({ [`INPUT_${name.toUpperCase()}`]: codes.join('\n') })).toEqual(readInputs({}));
  });
});

test('the table of outputs has each output of action.yml, in its order', () => {
  const names = tableBelow('Outputs').rows.map(([name]) => name?.text);
  expect(names).toEqual(Object.keys(action.outputs).map((name) => `\`${name}\``));
});

describe('links', () => {
  const tokens: Token[] = [];
  marked.walkTokens(readme, (token) => {
    tokens.push(token);
  });
  const targets = tokens
    .filter((token): token is Tokens.Link | Tokens.Image => token.type === 'link' || token.type === 'image')
    .map(({ href }) => href);
  const inHtml = [...read('README.md').matchAll(/<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g)].map(
    ([, target = '']) => target,
  );
  const relative = [...new Set([...targets, ...inHtml])].filter((target) => !/^[a-z]+:/.test(target));

  test('are found at all', () => {
    expect(relative.length).toBeGreaterThan(1);
  });

  test.each(relative)('%s leads somewhere', (target) => {
    const [path = '', anchor] = target.split('#');
    expect(path).not.toMatch(/^\//);
    const file = path === '' ? 'README.md' : decodeURIComponent(path);
    expect(existsSync(new URL(file, root))).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(read(file))).toContain(anchor);
  });
});

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return marked
    .lexer(markdown)
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map(({ text }) => {
      const plain = text.replaceAll('`', '').replace(/\[(.*?)\]\(.*?\)/g, '$1');
      const slug = plain
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    });
}

test('every example is YAML that uses inputs there are', () => {
  const examples = readme.flatMap((token) =>
    token.type === 'code' && token['lang'] === 'yaml' ? [String(token['text'])] : [],
  );
  expect(examples.length).toBeGreaterThan(0);
  const used = examples.flatMap((example) => inputsUsed(parse(example)));
  expect(used.filter((name) => !(name in action.inputs))).toEqual([]);
});

/** The names below `with:` of every step that uses this action, however deep. */
function inputsUsed(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { uses, with: given } = value as { uses?: unknown; with?: unknown };
  const isOurs = typeof uses === 'string' && uses.includes('/publish-terraform-policies');
  const own = isOurs && typeof given === 'object' && given !== null ? Object.keys(given) : [];
  return [...own, ...Object.values(value).flatMap(inputsUsed)];
}
