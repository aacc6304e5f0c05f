import { expect, test } from '@jest/globals';
import { withExcludePatterns } from '../../../src/repository/exclude-patterns.ts';

const advice = 'Correct it, or add it to `exclude`.';

test.each<[string, string, string[]]>([
  ['/w', 'a/b.rego', ['a/b.rego']],
  ['/w/a', 'a/b.rego', ['b.rego']],
  ['/w/a', 'ab/c.rego', ['ab/c.rego']],
  ['/w/sets/prod', 'policies/[x].sentinel', ['policies/[[]x].sentinel']],
])('in %s the pattern of %s is %j', (root, file, exclude) => {
  const name = withExcludePatterns({ workspace: '/w', root });
  expect(name({ message: 'No.', place: { file, line: 3 }, advice })).toMatchObject({ exclude });
});

test('there are patterns for what a problem names, and none without such advice or a file', () => {
  const name = withExcludePatterns({ workspace: '/w', root: '/w/a' });
  const place = { file: 'a/policies.hcl', line: 3 };
  expect(name({ message: '', place, advice, exclude: ['a/b.rego', 'a/c.rego'] }).exclude).toEqual([
    'b.rego',
    'c.rego',
  ]);
  const others = [
    { message: '', place, advice: 'Correct it.' },
    { message: '', place },
  ];
  for (const other of others) expect(name(other)).toEqual(other);
  expect(name({ message: '', place: { input: 'config' }, advice }).exclude).toEqual([]);
});
