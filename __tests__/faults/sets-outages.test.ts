import { test } from '@jest/globals';
import { sets } from './sets.ts';
import { cleanSets } from './sets-situations.ts';
import { expectSound, LONG, outagesOf } from './tasks.ts';

test(
  'whatever fails for good, the run says so, and the next one ends as it shall',
  async () => {
    await expectSound(sets, 'Requests fail for good', outagesOf(await cleanSets(), { half: true }));
  },
  LONG,
);
