import { expect, test } from '@jest/globals';
import { outcome } from '../publish/reading.ts';
import { inGit } from './in-git.ts';
import { library } from './publishing.ts';

test('a preview shows what changes', async () => {
  const { publish, preview, change, git, github } = await inGit();
  await publish();
  const config = String(library['policies/sentinel.hcl']);
  await change({
    'policies/modules/tags.sentinel': 'ok = false\n',
    'policies/size.sentinel': null,
    'policies/sentinel.hcl': config
      .replace('hard-mandatory', 'advisory')
      .replace(/policy "size" [\s\S]*\n}\n$/, ''),
  });
  git.commit();
  const result = await preview();
  expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'true', updated: 1 });
  expect(JSON.parse(result.outputs['policies'] ?? '')).toMatchObject([
    { name: 'cost', enforcementLevel: 'advisory', action: 'update', changes: ['enforcement-level'] },
    { name: 'size', enforcementLevel: null, action: 'delete' },
  ]);
  // One tree, and one blob for each changed file whose content the checkout does not have.
  expect(github.requests.map(({ path }) => path.replace(/[0-9a-f]{40}.*/, ''))).toEqual([
    '/repos/acme/policies/git/trees/',
    ...Array.from({ length: 3 }, () => '/repos/acme/policies/git/blobs/'),
  ]);
});
