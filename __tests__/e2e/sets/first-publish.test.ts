import { expect, test } from '@jest/globals';
import { outcome, requestLines } from '../publish/reading.ts';
import {
  asBase,
  asNewBase,
  contentOf,
  library,
  publishedSets,
  publishing,
  setOf,
  stampOf,
} from './publishing.ts';

test('a folder becomes a new policy set, and the next run has nothing to do', async () => {
  const { terraform, run } = await publishing();
  const result = await run(asNewBase);
  expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'true', created: 1 });
  const { version = '' } = stampOf(setOf(terraform).description);
  expect(setOf(terraform)).toMatchObject({ kind: 'sentinel', global: false, currentVersion: version });
  expect(publishedSets(result)).toMatchObject([
    { name: 'base', action: 'create', version, status: 'applied' },
  ]);
  expect(contentOf(terraform)).toEqual(
    ['cost.sentinel', 'modules/tags.sentinel', 'sentinel.hcl', 'size.sentinel'].map((path) => [
      path,
      '644',
      library[`policies/${path}`],
    ]),
  );
  terraform.reset();
  expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
  expect(requestLines(terraform)).toHaveLength(1);
});
