import { against, CLIENT, measureAction } from './action.ts';
import type { Server } from './bounds.ts';
import type { Pairs } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { withPolicies } from './workspace.ts';

/** How many policies are published first, one pair after the other: these leave less and less of the server's second. */
const SIZES = [8, 10, 12, 13, 14, 15, 20, 25, 28, 30];

/**
 * Publishes, and once that has ended looks whether there is anything to do: the second run begins in the second of the
 * server of which the first has used most. A policy set is named so that the run begins with two requests at once.
 */
export async function measurePairs(
  sandbox: Sandbox,
  { pairs, server }: { pairs: number; server: Server },
): Promise<Pairs> {
  const results = [];
  for (let pair = 0; pair < pairs; pair++) {
    results.push(await measurePair(sandbox, { policies: SIZES[pair % SIZES.length] ?? 0, server }));
  }
  return {
    pairs,
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    tooMany: results.reduce((sum, { tooMany }) => sum + tooMany, 0),
    refusedPairs: results.filter(({ tooMany }) => tooMany > 0).length,
  };
}

function measurePair(sandbox: Sandbox, { policies, server }: { policies: number; server: Server }) {
  return withPolicies({ count: policies }, async (workspace) => {
    await sandbox.open({ ...server, policySets: ['base'] });
    const inputs = { ...against(sandbox.url), 'policy-sets': 'base' };
    await measureAction({ workspace, inputs, expected: { created: policies } });
    await measureAction({ workspace, inputs, expected: { unchanged: policies } });
    return sandbox.figures(CLIENT);
  });
}
