import { test } from '@jest/globals';
import { cleanRun } from './driver.ts';
import { policies } from './policies.ts';
import { cancellationsOf, expectSound, LONG } from './tasks.ts';

// Windows knows no signals that a process could heed.
const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix(
  'cancelled anywhere: what is begun is finished, the report is true, the next run ends as it shall',
  async () => {
    const tasks = cancellationsOf(await cleanRun(policies));
    await expectSound(policies, 'The workflow is cancelled at one request', tasks);
  },
  LONG,
);
