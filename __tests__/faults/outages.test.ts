import { test } from '@jest/globals';
import { policies } from './policies.ts';
import { situations } from './situations.ts';
import { expectSound, LONG, outagesOf } from './tasks.ts';

test(
  'whatever fails for good, the run says so, and the next one ends as it shall',
  async () => {
    const tasks = (await situations()).flatMap((clean) => outagesOf(clean));
    await expectSound(policies, 'Requests fail for good', tasks);
  },
  LONG,
);
