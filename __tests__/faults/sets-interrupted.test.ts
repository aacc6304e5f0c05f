import { test } from '@jest/globals';
import { sets } from './sets.ts';
import { cleanSets } from './sets-situations.ts';
import { cancellationsOf, expectSound, killsOf, LONG } from './tasks.ts';

test(
  'killed anywhere: no stamp claims what is not there, and the next run takes nothing over',
  async () => {
    await expectSound(sets, 'The process is killed at one request', killsOf(await cleanSets()));
  },
  LONG,
);

// Windows knows no signals that a process could heed.
const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix(
  'cancelled anywhere: what was uploaded gets its stamp, the report is true, the next run ends as it shall',
  async () => {
    await expectSound(sets, 'The workflow is cancelled at one request', cancellationsOf(await cleanSets()));
  },
  LONG,
);
