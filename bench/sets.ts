import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { against, CLIENT, measureAction } from './action.ts';
import { median } from './alone.ts';
import { measured, QUIET } from './beside-terraform.ts';
import type { Server } from './bounds.ts';
import { CHANGED, FIRST, NOTHING, oneInHundred } from './limited.ts';
import type { Provider } from './provider.ts';
import type { ToolRun } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { SET, SET_INPUTS, withLibrary } from './set-workspace.ts';
import { POLICY_SET, Terraform } from './terraform.ts';
import { writePolicies } from './workspace.ts';

interface Given {
  readonly policies: number;
  readonly rounds: number;
  readonly server: Server;
  readonly sandbox: Sandbox;
}

/** The library as a versioned policy set, by the action and, where there is a provider, by Terraform: medians. */
export async function measureSets(provider: Provider | undefined, given: Given): Promise<ToolRun[]> {
  const runs: ToolRun[] = [];
  // In turn, so that both have the same share of what else goes on.
  for (let round = 0; round < given.rounds; round++) {
    runs.push(...(await byAction(given)));
    if (provider !== undefined) runs.push(...(await byTerraform(provider, given)));
  }
  const groups = Object.values(Object.groupBy(runs, ({ tool, name }) => `${tool}, ${name}`));
  return groups.flatMap((group) => (group === undefined ? [] : medianOf(group)));
}

function byAction({ policies, server, sandbox }: Given): Promise<ToolRun[]> {
  return withLibrary(policies, async (workspace) => {
    await sandbox.open(server);
    const run = async (name: string, counts: object): Promise<ToolRun> => {
      const inputs = { ...against(sandbox.url), ...SET_INPUTS };
      const expected = { created: 0, updated: 0, unchanged: 0, ...counts };
      const { seconds, cpuSeconds, memoryMB } = await measureAction({ workspace, inputs, expected });
      const { requests, tooMany } = await sandbox.figures(CLIENT);
      await sleep(QUIET);
      await sandbox.reset();
      return { name, tool: 'this action', requests, tooMany, seconds, cpuSeconds, memoryMB };
    };
    const first = await run(FIRST, { created: 1 });
    const nothing = await run(NOTHING, { unchanged: 1 });
    await writePolicies(join(workspace, SET), { count: oneInHundred(policies) }, 2);
    return [first, nothing, await run(CHANGED, { updated: 1 })];
  });
}

function byTerraform(provider: Provider, { policies, server, sandbox }: Given): Promise<ToolRun[]> {
  return withLibrary(policies, async (workspace) => {
    const terraform = await Terraform.init(workspace, provider, POLICY_SET);
    await sandbox.open(server);
    const first = await measured(FIRST, sandbox, terraform.apply(sandbox.url));
    const nothing = await measured(NOTHING, sandbox, terraform.plan(sandbox.url));
    await writePolicies(join(workspace, SET), { count: oneInHundred(policies) }, 2);
    return [first, nothing, await measured(CHANGED, sandbox, terraform.apply(sandbox.url))];
  });
}

function medianOf(runs: readonly ToolRun[]): ToolRun[] {
  const [first] = runs;
  const of = (figure: (run: ToolRun) => number | undefined) =>
    median(runs.map((run) => figure(run) ?? Number.NaN));
  return first === undefined
    ? []
    : [
        {
          ...first,
          requests: of(({ requests }) => requests),
          // Not one of them may be refused.
          tooMany: runs.reduce((sum, { tooMany }) => sum + tooMany, 0),
          seconds: of(({ seconds }) => seconds),
          cpuSeconds: of(({ cpuSeconds }) => cpuSeconds),
          ...(first.memoryMB === undefined ? {} : { memoryMB: of(({ memoryMB }) => memoryMB) }),
        },
      ];
}
