import type { PlannedFault } from '../../sandbox/http/faults.ts';
import { type Clean, cleanRun } from './driver.ts';
import { policies } from './policies.ts';

/** Answers that leave settings out, as of an older release, have the run read them back. */
const older = { dialect: 'v202303-1', emptyUploadAnswer: true } as const;

/** A create whose answer is lost has the run look the name up. */
const lostCreate: PlannedFault = {
  when: { method: 'POST', holds: ({ body }) => JSON.stringify(body).includes('"new-cost"') },
  fault: { type: 'lose', effect: 'after' },
};

/** Together they have requests of each kind. */
export async function situations(): Promise<Clean[]> {
  const [current, lost, old] = await Promise.all([
    cleanRun(policies),
    cleanRun(policies, {}, [lostCreate]),
    cleanRun(policies, older),
  ]);
  const only = (clean: Clean, kind: string): Clean => ({
    ...clean,
    targets: clean.targets.filter((target) => target.kind === kind),
  });
  return [current, only(lost, 'look a name up'), only(old, 'read back'), only(old, 'update settings')];
}
