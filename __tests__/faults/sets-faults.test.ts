import { test } from '@jest/globals';
import { sets } from './sets.ts';
import { afterLosses, cleanSets } from './sets-situations.ts';
import { expectSound, faultsOf, LONG } from './tasks.ts';

test(
  'whatever happens to any request, no stamp claims what is not there',
  async () => {
    const [clean, losses] = await Promise.all([cleanSets(), afterLosses()]);
    const tasks = [...faultsOf(clean), ...losses.flatMap((lost) => faultsOf(lost, { third: true }))];
    await expectSound(sets, 'One request meets a fault', tasks);
  },
  LONG,
);
