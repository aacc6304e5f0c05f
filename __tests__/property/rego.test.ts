/** Rego of any form is read to an answer, and what is found lies in the file. */
import { test } from '@jest/globals';
import fc from 'fast-check';
import { judgementOf } from '../unit/repository/rego/judging.ts';

const WORDS =
  'package import default else if contains in every some not with as data input deny true p . [ ] { } ( ) := = , ; : " ` $" $` \\ # \n \r \t METADATA title scope - 1 1.5 é \u{1f6a8} \0 \ufeff'.split(
    ' ',
  );
const piece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...WORDS, ' ', '\n', '# METADATA\n', 'data.a["b"]', 'import rego.v1\n'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const source = fc
  .tuple(fc.constantFrom('', 'package p\n'), fc.array(piece, { maxLength: 60 }), fc.constantFrom('', ' '))
  .map(([head, pieces, between]) => head + pieces.join(between));

test('any text', async () => {
  await fc.assert(
    fc.asyncProperty(source, async (text) => {
      const lines = text.split('\n').length;
      for (const line of await judgementOf(text)) {
        const number = Number(line.split(' ')[0]);
        if (!(number >= 0 && number <= lines)) throw new Error(line);
      }
    }),
    { numRuns: 1500 },
  );
});
