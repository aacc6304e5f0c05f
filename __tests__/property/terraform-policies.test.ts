import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTerraformPolicies } from '../../src/repository/configuration/terraform-policies.ts';

const example = (name: string): string[] =>
  readFileSync(
    new URL(`../../examples/terraform/policies/${name}.policy.hcl`, import.meta.url),
    'utf8',
  ).split('\n');

const LINES = ['databases', 'sources', 'tags'].flatMap(example);

const line = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...LINES) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{', '}', ']', '"', '<<X', '/*', '=', 'plugins {', 'operations = ['),
  },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 12, unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' ')),
  },
);

/** An example of which some lines were replaced, or lines of several examples in any order. */
const texts = fc.oneof(
  fc.array(line, { maxLength: 40 }),
  fc
    .tuple(
      fc.constantFrom('databases', 'sources', 'tags'),
      fc.array(fc.tuple(fc.nat(40), line), { maxLength: 4 }),
    )
    .map(([name, changes]) => {
      const lines = example(name);
      for (const [at, text] of changes) lines[at % lines.length] = text;
      return lines;
    }),
);

test('whatever a file says, it is read, and what is said of it names lines that it has', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (lines) => {
      const text = lines.join('\n');
      const file = await readTerraformPolicies('a.policy.hcl', text);
      const places = [...file.problems, ...file.warnings].map(({ place }) => place?.line ?? 0);
      for (const at of [...places, ...file.policies.map(({ place }) => place.line)]) {
        expect(at).toBeGreaterThan(0);
        expect(at).toBeLessThanOrEqual(lines.length);
      }
      // How its lines end makes no difference.
      expect(await readTerraformPolicies('a.policy.hcl', lines.join('\r\n'))).toEqual(file);
    }),
    { numRuns: 150 },
  );
});
