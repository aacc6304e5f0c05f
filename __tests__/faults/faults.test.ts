import { test } from '@jest/globals';
import { policies } from './policies.ts';
import { situations } from './situations.ts';
import { expectSound, faultsOf, LONG } from './tasks.ts';

test(
  'whatever happens to any request, nothing is lost',
  async () => {
    const tasks = (await situations()).flatMap((clean) => faultsOf(clean));
    await expectSound(policies, 'One request meets a fault', tasks);
  },
  LONG,
);
