import { setTimeout as sleep } from 'node:timers/promises';
import { against, CLIENT, measureAction, TOKEN } from './action.ts';
import { fewestRequests, type Server } from './bounds.ts';
import type { Neighbour } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { withPolicies } from './workspace.ts';

const NEIGHBOUR = 'neighbour';

/** Publishes while another tool, which has as many requests to make, takes half of the limit. */
export function measureBesideNeighbour(
  sandbox: Sandbox,
  { policies, server }: { policies: number; server: Server },
): Promise<Neighbour> {
  return withPolicies({ count: policies }, async (workspace) => {
    await sandbox.open(server);
    const count = fewestRequests({ existing: 0, downloaded: 0, created: policies, uploaded: policies });
    const [run, seconds] = await Promise.all([
      measureAction({ workspace, inputs: against(sandbox.url), expected: { created: policies } }),
      askSteadily(sandbox.url, { count, perSecond: server.limit / 2 }),
    ]);
    const ours = await sandbox.figures(CLIENT);
    const theirs = await sandbox.figures(NEIGHBOUR);
    return {
      policies,
      requests: ours.requests,
      tooMany: ours.tooMany,
      tooManyPer50: ((ours.tooMany + theirs.tooMany) / (ours.requests + theirs.requests)) * 50,
      seconds: run.seconds,
      neighbour: { requests: theirs.requests, tooMany: theirs.tooMany, seconds },
      least: (2 * count) / server.limit,
    };
  });
}

/** A simple client: so many requests a second, and after a 429 none until the reset. Answers how long it took. */
async function askSteadily(
  url: string,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<number> {
  const began = performance.now();
  let next = began;
  const ask = async (): Promise<void> => {
    const turn = Math.max(next, performance.now());
    next = turn + 1000 / perSecond;
    await sleep(Math.max(0, turn - performance.now()));
    const answer = await fetch(`${url}/api/v2/organizations/acme`, {
      headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': NEIGHBOUR },
    });
    await answer.arrayBuffer();
    if (answer.status !== 429) return;
    const reset = Number(answer.headers.get('x-ratelimit-reset')) * 1000;
    next = Math.max(next, performance.now() + reset);
    return ask();
  };
  let left = count;
  const worker = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  return (performance.now() - began) / 1000;
}
