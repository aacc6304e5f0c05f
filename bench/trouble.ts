/** What is left behind where the server fails once, and what the next run makes of it. */
import { type RunResult, runAction } from '../__tests__/support/run-action.ts';
import { against } from './action.ts';
import type { Provider } from './provider.ts';
import type { Attempt, Trouble } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import type { Figures, Mishap } from './server.ts';
import { SET_INPUTS, withLibrary } from './set-workspace.ts';
import { POLICY_SET, SINGLE_POLICIES, Terraform, type TerraformRun } from './terraform.ts';
import { withPolicies } from './workspace.ts';

interface Case {
  readonly name: string;
  readonly mishap: (policies: number) => Mishap;
  readonly inputs?: Record<string, string>;
  readonly configuration: string;
  readonly withWorkspace: <T>(policies: number, use: (workspace: string) => Promise<T>) => Promise<T>;
}

const CASES: readonly Case[] = [
  {
    name: 'The response to the creation of one policy is lost.',
    mishap: (policies) => ({ with: 'create', number: Math.ceil(policies / 2) }),
    configuration: SINGLE_POLICIES,
    withWorkspace: (count, use) => withPolicies({ count }, use),
  },
  {
    name: 'The code of one policy is rejected (422).',
    mishap: (policies) => ({ with: 'code', number: Math.ceil(policies / 2) }),
    configuration: SINGLE_POLICIES,
    withWorkspace: (count, use) => withPolicies({ count }, use),
  },
  {
    name: 'The archive of a policy set is rejected (422).',
    mishap: () => ({ with: 'archive', number: 1 }),
    inputs: SET_INPUTS,
    configuration: POLICY_SET,
    withWorkspace: withLibrary,
  },
  {
    name: 'The server accepts an archive but cannot read it.',
    mishap: () => ({ with: 'content', number: 1 }),
    inputs: SET_INPUTS,
    configuration: POLICY_SET,
    withWorkspace: withLibrary,
  },
];

interface Given {
  readonly policies: number;
  readonly sandbox: Sandbox;
}

/** Each case by the action and, where there is a provider, by Terraform: a run that fails, and two that follow. */
export async function measureTrouble(provider: Provider | undefined, given: Given): Promise<Trouble[]> {
  const results: Trouble[] = [];
  for (const each of CASES) {
    results.push(await byAction(each, given));
    if (provider !== undefined) results.push(await byTerraform(each, provider, given));
  }
  return results;
}

function byAction(each: Case, given: Given): Promise<Trouble> {
  return each.withWorkspace(given.policies, async (workspace) => {
    const attempts = await threeTimes(each, given, async () => {
      const inputs = { comment: 'never', ...against(given.sandbox.url), ...each.inputs };
      const result = await runAction({ workspace, inputs, timeout: 600_000 });
      return { exitCode: result.exitCode ?? Number.NaN, says: endOfAction(result) };
    });
    return { name: each.name, tool: 'this action', policies: given.policies, attempts };
  });
}

function byTerraform(each: Case, provider: Provider, given: Given): Promise<Trouble> {
  return each.withWorkspace(given.policies, async (workspace) => {
    const terraform = await Terraform.init(workspace, provider, each.configuration);
    const attempts = await threeTimes(each, given, async () => {
      const run = await terraform.apply(given.sandbox.url);
      return { exitCode: run.exitCode, says: endOfTerraform(run) };
    });
    return { name: each.name, tool: 'Terraform', policies: given.policies, attempts };
  });
}

/** Something goes wrong the first time only. */
async function threeTimes(
  { mishap }: Case,
  { policies, sandbox }: Given,
  run: () => Promise<Pick<Attempt, 'exitCode' | 'says'>>,
): Promise<Attempt[]> {
  await sandbox.open({ mishap: mishap(policies) });
  const attempts: Attempt[] = [];
  for (let number = 1; number <= 3; number++) {
    const attempt = await run();
    attempts.push({ ...attempt, state: stateOf(await sandbox.figures('')) });
    await sandbox.relent();
  }
  return attempts;
}

function stateOf({ complete, withoutCode, sets, setsInForce }: Figures): string {
  if (sets === 0) return `${complete} policies with their code, ${withoutCode} without`;
  return setsInForce === sets ? 'the set has its content' : 'the set is empty';
}

function endOfAction({ annotations, outputs }: RunResult): string {
  const error = annotations.find(({ level }) => level === 'error');
  if (error !== undefined) return plain(firstSentence(error.message));
  const counts = ['created', 'updated', 'unchanged'].filter((name) => (outputs[name] ?? '0') !== '0');
  return counts.map((name) => `${outputs[name]} ${name}`).join(', ');
}

function endOfTerraform({ output }: TerraformRun): string {
  const error = /^Error: .*(?:\n\n(?! *with ).*)?/m.exec(output)?.[0];
  const end = /^(?:Apply complete!|No changes\.).*$/m.exec(output)?.[0];
  return plain(error ?? end ?? 'nothing that says how it ended');
}

/** Without the advice. */
const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

/** On one line, without what differs from run to run. */
const plain = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\b(pol|polset|polsetver)-\w{16}\b/g, '$1-…')
    .trim();
