/** Sentinel of any form is read to an answer, and what is found lies in the file. */
import { test } from '@jest/globals';
import fc from 'fast-check';
import { judgementOf } from '../unit/repository/sentinel/judging.ts';

const WORDS =
  'import param default as main rule when func if else for case any all filter map return break not in is and or x . .. [ ] { } ( ) = == += + - * / % ! != < > , : ; " ` # // /* */ \\ & | @ \n \r \t 1 .5 0x é \u{1f6a8} \0 \ufeff'.split(
    ' ',
  );
const piece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...WORDS, ' ', '\n', 'import "report"\n', 'param limit\n', '\n<<<<<<< a\n'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const source = fc
  .tuple(fc.array(piece, { maxLength: 60 }), fc.constantFrom('', ' '))
  .map(([pieces, between]) => pieces.join(between));

test('any text', () => {
  fc.assert(
    fc.property(source, (text) => {
      const lines = text.split('\n').length;
      for (const line of judgementOf(text)) {
        const number = Number(line.replace('aws/sentinel.hcl:', '').split(' ')[0]);
        if (!(number >= 0 && number <= Math.max(lines, 13))) throw new Error(line);
      }
    }),
    { numRuns: 3000 },
  );
});
