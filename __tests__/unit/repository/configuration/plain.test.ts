// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL has templates, too
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHcl } from '../../../../src/repository/languages/hcl/hcl.ts';
import { readPlain } from '../../../../src/repository/languages/hcl/plain.ts';

/** Not plain, so the parser reads the whole text. */
const NUMBER = '\nz = 1\n';

/** What the parser finds in a text without faults. */
async function parsed(text: string, withParts: boolean) {
  const { elements, faults } = await readHcl(`${text}${NUMBER}`, withParts);
  expect(faults).toEqual([]);
  return elements.slice(0, -1);
}

const space = (least: number) =>
  fc.string({ unit: fc.constantFrom(' ', '\t'), minLength: least, maxLength: 40 });
const character = fc.constantFrom(..."aZ09-_ .,:;/#*<>(){}[]=!?&|'`~@^+", '\t', 'é', '中', '¡');
const quoted = fc.string({ unit: character, maxLength: 12 }).map((text) => `"${text}"`);
const name = fc
  .stringMatching(/^[a-zA-Z][\w-]{0,8}$/)
  .filter((text) => !/^(true|false|null|for|in|if|else|endif|endfor)\b/.test(text));
const comment = fc
  .tuple(
    fc.constantFrom('#', '//'),
    fc.string({ unit: fc.oneof(character, fc.constantFrom('"', '\\', '${')) }),
  )
  .map((parts) => parts.join(''));
const end = fc.oneof(fc.constant(''), comment);

const blank = fc.tuple(space(0), end).map((parts) => [parts.join('')]);
const attribute = fc
  .tuple(space(0), name, space(0), fc.constant('='), space(0), quoted, space(0), end)
  .map((parts) => [parts.join('')]);
const opening = fc
  .tuple(space(0), name, fc.array(fc.tuple(space(1), quoted)), space(0), fc.constant('{'), space(0))
  .map((parts) => parts.flat(2).join(''));
const closing = fc.tuple(space(0), fc.constant('}'), space(0)).map((parts) => parts.join(''));

const { lines } = fc.letrec<{ lines: string[] }>((tie) => ({
  lines: fc
    .array(
      fc.oneof(
        { maxDepth: 3 },
        blank,
        attribute,
        fc.tuple(opening, tie('lines'), closing).map(([first, inside, last]) => [first, ...inside, last]),
      ),
      { maxLength: 5 },
    )
    .map((all) => all.flat()),
}));

describe('plain lines of HCL', () => {
  test('are read as the parser reads them', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom('', '\n'), fc.boolean(), async (all, last, withParts) => {
        const text = `${all.join('\n')}${last}`;
        expect(readPlain(text)).toEqual(await parsed(text, withParts));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['a block on one line', 'policy "a" {}'],
    ['a block that is not closed', 'policy "a" {\n'],
    ['one brace too many', '}\n'],
    ['something behind a brace', 'policy "a" { a = "b"\n}\n'],
    ['a label without quotes', 'policy a {\n}\n'],
    ['a template', 'a = "${b}"\n'],
    ['an escape', 'a = "\\n"\n'],
    ['another value', 'a = ["b"]\n'],
    ['a value that is missing', 'a =\n"b"\n'],
    ['a heredoc', 'a = <<E\nE\n'],
    ['a comment on several lines', '/* a\n*/\n'],
    ['a keyword of expressions', 'for = "b"\n'],
    ['an invisible character', 'a = "b\u200b"\n'],
    ['a line that ends in another way', 'a = "b"\r\n'],
    ['half a character', 'a = "\ud83d"\n'],
    ['very deep blocks', `${'a {\n'.repeat(200)}${'}\n'.repeat(200)}`],
  ])('leave %s to the parser', (_, text) => {
    expect(readPlain(text)).toBeUndefined();
  });
});
