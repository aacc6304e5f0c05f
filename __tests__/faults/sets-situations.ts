import type { PlannedFault } from '../../sandbox/http/faults.ts';
import { type Clean, cleanRun, type Target } from './driver.ts';
import { sets } from './sets.ts';

/** A version is ready by the time that it is first asked for, and what a change leaves out is reset. */
const server = { ingressDelay: 20, omittedSettings: 'reset' } as const;

export const cleanSets = (given: readonly PlannedFault[] = []): Promise<Clean> =>
  cleanRun(sets, server, given);

const CREATE = /\/organizations\/acme\/policy-sets$/;

/** Addresses of archives that were lost: each is lost the first time, as nobody knows which set comes first. */
const met = new Set<string>();
const isFirst = (path: string): boolean => !met.has(path) && met.add(path).has(path);

/** A create whose answer is lost has the run look the name up; an archive that is lost has it ask the version. */
const lost = {
  create: { when: { method: 'POST', path: CREATE }, fault: { type: 'lose', effect: 'after' } },
  archive: {
    when: { method: 'PUT', server: 'object-store', holds: ({ path }) => isFirst(path) },
    times: Number.POSITIVE_INFINITY,
    fault: { type: 'lose', effect: 'before' },
  },
} as const satisfies Record<string, PlannedFault>;

/** What is asked for only because something was lost right before. */
export async function afterLosses(): Promise<Clean[]> {
  const [create, archive] = await Promise.all([cleanSets([lost.create]), cleanSets([lost.archive])]);
  const only = (clean: Clean, isOf: (target: Target) => boolean): Clean => ({
    ...clean,
    targets: clean.targets.filter(isOf),
  });
  const isSecond = ({ nth }: Target) => nth === 2;
  return [
    only(create, (target) => target.kind === 'look a set up' && isSecond(target)),
    only(archive, (target) => target.kind === 'ask the version' && isSecond(target)),
    only(archive, (target) => target.kind === 'archive' && isSecond(target)),
  ];
}
