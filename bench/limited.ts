import { against, CLIENT, measureAction } from './action.ts';
import { fewestRequests, leastSeconds, type Server, type Work } from './bounds.ts';
import type { LimitedRun } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { withPolicies, writePolicies } from './workspace.ts';

export interface LimitedCase {
  readonly name: string;
  readonly inputs?: Record<string, string>;
  /** With more policies it would only take longer. */
  readonly largest?: number;
  /** Whether the policies are published before. */
  readonly published: boolean;
  /** How many of them have changed since. */
  readonly changed?: (policies: number) => number;
  readonly work: (policies: number) => Partial<Work>;
  readonly expected: (policies: number) => Record<string, number>;
}

/** At least one, or there would be nothing to measure. */
export const oneInHundred = (policies: number): number => Math.ceil(policies / 100);

/** Names of cases, which others are measured by, too. */
export const FIRST = 'first publish';
export const NOTHING = 'nothing to do';
export const STAMPED = 'nothing to do, stamped';
export const CHANGED = 'one in a hundred changed';

export const LIMITED_CASES = {
  'first-publish': {
    name: FIRST,
    published: false,
    work: (n) => ({ created: n, uploaded: n }),
    expected: (n) => ({ created: n }),
  },
  unchanged: {
    name: NOTHING,
    largest: 300,
    published: true,
    work: (n) => ({ existing: n, downloaded: n }),
    expected: (n) => ({ unchanged: n }),
  },
  stamped: {
    name: STAMPED,
    inputs: { stamp: 'true' },
    published: true,
    work: (n) => ({ existing: n }),
    expected: (n) => ({ unchanged: n }),
  },
  changed: {
    name: CHANGED,
    largest: 300,
    published: true,
    changed: oneInHundred,
    work: (n) => ({ existing: n, downloaded: n, uploaded: oneInHundred(n) }),
    expected: (n) => ({ updated: oneInHundred(n), unchanged: n - oneInHundred(n) }),
  },
  'dry-run': {
    name: 'dry run of a first publish',
    inputs: { 'dry-run': 'true' },
    published: false,
    work: () => ({}),
    expected: (n) => ({ created: n }),
  },
} satisfies Record<string, LimitedCase>;

/** Measures one case against a server with a limit. What has to be there before is published without one. */
export function measureLimited(
  { name, inputs = {}, published, changed, work, expected }: LimitedCase,
  { policies, server, sandbox }: { policies: number; server: Server; sandbox: Sandbox },
): Promise<LimitedRun> {
  return withPolicies({ count: policies }, async (workspace) => {
    await sandbox.open();
    if (published) {
      await measureAction({
        workspace,
        inputs: { ...against(sandbox.url), ...inputs },
        expected: { created: policies },
      });
    }
    if (changed !== undefined) await writePolicies(workspace, { count: changed(policies) }, 2);
    await sandbox.open({ ...server, keep: true });
    const run = await measureAction({
      workspace,
      inputs: { ...against(sandbox.url), ...inputs },
      expected: expected(policies),
    });
    const { requests, tooMany, firstAt } = await sandbox.figures(CLIENT);
    const needed = { existing: 0, downloaded: 0, created: 0, uploaded: 0, ...work(policies) };
    const least = leastSeconds(needed, server);
    const startSeconds = (firstAt - run.startedAt) / 1000;
    return {
      ...{ name, policies, requests, tooMany, least, startSeconds },
      fewest: fewestRequests(needed),
      seconds: run.seconds,
      ratio: (run.seconds - startSeconds) / least,
      memoryMB: run.memoryMB,
      cpuSeconds: run.cpuSeconds,
    };
  });
}
