import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './bounds.ts';
import { CHANGED, FIRST, NOTHING, oneInHundred } from './limited.ts';
import type { Provider } from './provider.ts';
import type { ToolRun } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { GO_TFE, SINGLE_POLICIES, Terraform, type TerraformRun } from './terraform.ts';
import { withPolicies, writePolicies } from './workspace.ts';

/** Longer than the server counts. Milliseconds. */
export const QUIET = 1100;

/** What Terraform takes for individually managed policies, one run after the other as it needs its own state. */
export function measureTerraform(
  provider: Provider,
  { policies, server, sandbox }: { policies: number; server: Server; sandbox: Sandbox },
): Promise<ToolRun[]> {
  return withPolicies({ count: policies }, async (workspace) => {
    const terraform = await Terraform.init(workspace, provider, SINGLE_POLICIES);
    await sandbox.open(server);
    const first = await measured(FIRST, sandbox, terraform.apply(sandbox.url));
    const nothing = await measured(NOTHING, sandbox, terraform.plan(sandbox.url));
    await writePolicies(workspace, { count: oneInHundred(policies) }, 2);
    return [first, nothing, await measured(CHANGED, sandbox, terraform.apply(sandbox.url))];
  });
}

/** A run that has to succeed, and what was asked of the server by it. */
export async function measured(name: string, sandbox: Sandbox, run: Promise<TerraformRun>): Promise<ToolRun> {
  const { exitCode, output, ...used } = await run;
  if (exitCode !== 0) throw new Error(`Terraform ended with ${exitCode}:\n${output.slice(-3000)}`);
  const { requests, tooMany } = await sandbox.figures(GO_TFE);
  await sleep(QUIET);
  await sandbox.reset();
  return { name, tool: 'Terraform', requests, tooMany, ...used };
}
