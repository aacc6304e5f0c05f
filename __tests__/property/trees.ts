import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';

/** A tree of files: content, or where a link leads. */
export type Tree = Readonly<Record<string, { readonly text: Buffer } | { readonly link: string }>>;

const mostly = <T>(usual: fc.Arbitrary<T>, strange: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: strange });

const FOLDERS = [
  '',
  'a/',
  'a/b/',
  'A/',
  'Ω/',
  ' x /',
  '.hidden/',
  '.git/',
  'test/',
  'node_modules/',
  '[x]/',
  '*/',
  'é/',
  'e\u0301/',
];

const STEMS = [
  ...[
    'cost',
    'Cost',
    'соst',
    'ｃost',
    'cost\u200b',
    'co\u0301st',
    'a.b',
    'a b',
    'a-b',
    '-',
    '_',
    '',
    '.',
    'größe',
    '名前',
    '😀',
  ],
  ...[
    'a\tb',
    'a\nb',
    '\u202ea',
    'x\u0000'.slice(0, 1),
    '%2e',
    '__proto__',
    'constructor',
    '~',
    '$(id)',
    '`id`',
    '!x',
    '#x',
    '::error::x',
  ],
];

const ENDS = ['.sentinel', '.rego', '_test.rego', '.SENTINEL', '.txt', '.sentinel.rego', '.rego '];

const CONFIGURATIONS = ['sentinel.hcl', 'policies.hcl', 'policies.json'];

const SOURCES = [
  ...[
    './cost.sentinel',
    '../cost.sentinel',
    '../../x',
    '/etc/passwd',
    '~/x',
    'C:\\x',
    '.git/config',
    'https://evil.invalid/x',
  ],
  ...[
    'git::https://evil.invalid/x',
    './a',
    '',
    '.',
    '..',
    '\\\\host\\x',
    './%2e%2e/x',
    './\\u0000',
    'file:///etc/passwd',
    '$' + '{x}',
  ],
];

const pieces = (texts: readonly string[], most: number) =>
  fc.array(fc.constantFrom(...texts), { maxLength: most }).map((parts) => parts.join(''));

const folder = mostly(fc.constantFrom('', 'a/', 'a/b/'), fc.constantFrom(...FOLDERS));
const stem = mostly(
  fc.constantFrom('cost', 'tags', 'a.b', 'a-b', 'x1', 'y2'),
  fc.oneof(
    fc.constantFrom(...STEMS),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[/\0]/g, '')),
  ),
);
const end = mostly(fc.constantFrom('.sentinel', '.rego'), fc.constantFrom(...ENDS));
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
const name = mostly(joined(folder, stem, end), joined(folder, fc.constantFrom(...CONFIGURATIONS)));

const block = fc
  .tuple(
    fc.constantFrom(...STEMS),
    fc.constantFrom(...SOURCES),
    fc.constantFrom('advisory', 'mandatory', 'x', ''),
  )
  .map(
    ([title, source, level]) =>
      `policy ${JSON.stringify(title)} {\n  source = ${JSON.stringify(source)}\n  enforcement_level = "${level}"\n  query = "data.a.deny"\n}\n`,
  );

const hcl = fc.oneof(
  fc.array(block, { maxLength: 4 }).map((blocks) => blocks.join('')),
  pieces(
    [
      'policy',
      ' "a"',
      ' {',
      '}',
      '\n',
      '=',
      '<<EOT',
      'EOT',
      '"',
      '${',
      '/*',
      '*/',
      '#',
      '[',
      ']',
      'source',
      '\u0000',
      '\ud800',
      'module',
      '1',
      '(',
      ')',
    ],
    40,
  ),
  fc.constantFrom(
    'policy "x" {'.repeat(500),
    '['.repeat(3_000),
    'x = '.repeat(500),
    `a = "${'$'.repeat(4_000)}`,
  ),
);

const json = fc.oneof(
  (fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>).map((value) => JSON.stringify(value)),
  fc
    .dictionary(
      fc.constantFrom(...STEMS),
      fc.record({ query: fc.constantFrom('data.a.deny', '', 'x', '__proto__') }),
    )
    .map((policy) => JSON.stringify({ policy })),
  pieces(['{', '}', '"policy"', ':', '[', ']', ',', 'null', '"a"', '//', '1e999', '"__proto__"'], 30),
  fc.constant('['.repeat(20_000)),
);

const rego = mostly(
  fc.constantFrom('package a\n\ndeny := []\n', 'package a.b\n\nimport data.x\n\ndeny := []\n'),
  pieces(
    [
      'package a',
      '\n',
      'deny',
      ' := ',
      '[]',
      'import data.',
      '`',
      '"',
      '{',
      '}',
      '# METADATA\n',
      '# title: x\n',
      '# description: [\n',
      '#',
      '\r',
      '\ufeff',
      ' if ',
    ],
    30,
  ),
);

const sentinel = mostly(
  fc.constantFrom('main = rule { true }\n', '# About\n\nmain = rule { true }\n'),
  pieces(
    [
      'main',
      ' = ',
      'rule ',
      '{',
      '}',
      '\n',
      'import "',
      'tfplan',
      '"',
      '/*',
      '*/',
      '//',
      '#',
      '\\',
      '\r',
      '(',
      ')',
      'param x',
    ],
    30,
  ),
);

const text: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(sentinel, rego, hcl, json).map((content) => Buffer.from(content)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((content) => Buffer.from(content)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' \n', '\ufeff').map((content) => Buffer.from(content)) },
);

const link = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '../..',
    '/',
    '/etc/passwd',
    '/dev/zero',
    '/proc/self/environ',
    'nowhere',
    '.git/config',
    '../.git/config',
    'cost.sentinel',
    'a',
  ),
  name,
);

const fitting: Readonly<Record<string, fc.Arbitrary<string>>> = { sentinel, rego, hcl, json };

/** A file with content that its name promises, most of the time. */
const entry = name.chain((path) => {
  const own = (fitting[path.slice(path.lastIndexOf('.') + 1)] ?? sentinel).map((content) =>
    Buffer.from(content),
  );
  const content = mostly<Tree[string]>(
    mostly(own, text).map((bytes) => ({ text: bytes })),
    link.map((target) => ({ link: target })),
  );
  return content.map((what) => [path, what] as const);
});

export const anyTree: fc.Arbitrary<Tree> = fc
  .array(entry, { maxLength: 12 })
  .map((entries) => Object.fromEntries(entries));

/** Makes the tree; what no file system takes, or two entries cannot share, is left out. */
export async function plant(folder: string, tree: Tree): Promise<void> {
  for (const [path, what] of Object.entries(tree)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true })
      .then(() => ('link' in what ? symlink(what.link, place) : writeFile(place, what.text, { flag: 'wx' })))
      .catch(() => undefined);
  }
}
