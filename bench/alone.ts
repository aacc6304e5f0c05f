/** What the action costs by itself: no limit, no latency. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { against, CLIENT, measureAction, type Run, withUsage } from './action.ts';
import type { Discovery, MemoryRun, OwnCost, StartUp } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { SET_INPUTS, withLargeLibrary } from './set-workspace.ts';
import { type PolicyFiles, withPolicies, writePolicies } from './workspace.ts';

/** Publishes new policies as fast as it can. */
async function publish(sandbox: Sandbox, files: PolicyFiles): Promise<Run> {
  return withPolicies(files, async (workspace) => {
    await sandbox.open();
    const inputs = against(sandbox.url);
    return measureAction({ workspace, inputs, expected: { created: files.count } });
  });
}

/** The median of some runs for each of some numbers of policies. */
export async function measureOwnCost(
  sandbox: Sandbox,
  { sizes, repeat }: { sizes: readonly number[]; repeat: number },
): Promise<OwnCost> {
  const runs: { policies: number; cpuSeconds: number }[] = [];
  for (const policies of sizes) {
    const costs: number[] = [];
    for (let n = 0; n < repeat; n++) costs.push((await publish(sandbox, { count: policies })).cpuSeconds);
    runs.push({ policies, cpuSeconds: median(costs) });
  }
  return { runs, cpuMillisecondsPerPolicy: slope(runs) * 1000 };
}

/** From the first to the last, so that start-up does not count. */
function slope(runs: OwnCost['runs']): number {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was run');
  return (last.cpuSeconds - first.cpuSeconds) / (last.policies - first.policies);
}

/** How long it takes until the first request is there, compared with a program that does nothing else. */
export function measureStartUp(sandbox: Sandbox, runs: number): Promise<StartUp> {
  return withPolicies({ count: 1 }, async (workspace) => {
    const action: number[] = [];
    const bareNode: number[] = [];
    await sandbox.open();
    const untilRequest = async ({ startedAt }: Run, client: string) => {
      const { firstAt } = await sandbox.figures(client);
      await sandbox.reset();
      return firstAt - startedAt;
    };
    for (let n = 0; n < runs; n++) {
      bareNode.push(await untilRequest(await requestOnce(sandbox.url), 'bare'));
      const inputs = { ...against(sandbox.url), 'dry-run': 'true' };
      const run = await measureAction({ workspace, inputs, expected: { created: 1 } });
      action.push(await untilRequest(run, CLIENT));
    }
    return { action: median(action), bareNode: median(bareNode), runs };
  });
}

const REQUEST_ONCE = `require('node:http').get(process.argv[1] + '/api/v2/ping',
  { headers: { 'user-agent': 'bare' } }, (answer) => answer.resume())`;

function requestOnce(url: string): Promise<Run> {
  return withUsage(async ({ nodeArguments, env }) => {
    const started = performance.now();
    await promisify(execFile)(process.execPath, [...nodeArguments, '-e', REQUEST_ONCE, url], { env });
    return (performance.now() - started) / 1000;
  });
}

/** Finds and checks files, plans and reports, with one request to an empty organization: a dry run. */
export async function measureDiscovery(sandbox: Sandbox, files: number): Promise<Discovery> {
  const plan = (count: number) =>
    withPolicies({ count }, async (workspace) => {
      await sandbox.open();
      const inputs = { ...against(sandbox.url), 'dry-run': 'true' };
      return measureAction({ workspace, inputs, expected: { created: count } });
    });
  const one = await plan(1);
  const some = await plan(files);
  const many = await plan(10 * files);
  const runs = [
    { files: 1, ...one },
    { files, ...some },
    { files: 10 * files, ...many },
  ];
  const grown = (of: (run: Run) => number) => (of(many) - of(one)) / (of(some) - of(one));
  return {
    runs: runs.map(({ files, seconds, cpuSeconds, memoryMB }) => ({ files, seconds, cpuSeconds, memoryMB })),
    growth: { seconds: grown(({ seconds }) => seconds), cpu: grown(({ cpuSeconds }) => cpuSeconds) },
  };
}

export async function measureFirstPublishMemory(
  sandbox: Sandbox,
  files: Required<PolicyFiles>,
): Promise<MemoryRun> {
  return memoryRun('first publish', { ...files, things: 'policies' }, await publish(sandbox, files));
}

/** Every policy has changed: its old code is downloaded and compared, its new code uploaded. */
export function measureUpdateMemory(sandbox: Sandbox, files: Required<PolicyFiles>): Promise<MemoryRun> {
  return withPolicies(files, async (workspace) => {
    await sandbox.open();
    const inputs = against(sandbox.url);
    await measureAction({ workspace, inputs, expected: { created: files.count } });
    await writePolicies(workspace, files, 2);
    const run = await measureAction({ workspace, inputs, expected: { updated: files.count } });
    return memoryRun('update of each', { ...files, things: 'policies' }, run);
  });
}

/** A versioned policy set of so many MiB that cannot be compressed: all of its archive is in memory. */
export function measureSetMemory(sandbox: Sandbox, megabytes: number): Promise<MemoryRun> {
  return withLargeLibrary(megabytes, async (workspace) => {
    await sandbox.open();
    const inputs = { ...against(sandbox.url), ...SET_INPUTS };
    const run = await measureAction({ workspace, inputs, expected: { created: 1 } });
    return memoryRun(
      'first publish of a versioned policy set',
      { count: megabytes, things: 'files', bytes: 2 ** 20 },
      run,
    );
  });
}

const memoryRun = (
  name: string,
  files: Pick<MemoryRun, 'count' | 'things' | 'bytes'>,
  { memoryMB, seconds, cpuSeconds }: Run,
): MemoryRun => ({ name, ...files, memoryMB, seconds, cpuSeconds });

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
