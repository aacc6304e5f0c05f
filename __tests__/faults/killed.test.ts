import { test } from '@jest/globals';
import { cleanRun } from './driver.ts';
import { policies } from './policies.ts';
import { expectSound, killsOf, LONG } from './tasks.ts';

test(
  'killed anywhere: no set holds a policy without code, and the next run ends as it shall',
  async () => {
    const tasks = killsOf(await cleanRun(policies), { both: true });
    await expectSound(policies, 'The process is killed at one request', tasks);
  },
  LONG,
);
