import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  measureDiscovery,
  measureFirstPublishMemory,
  measureOwnCost,
  measureSetMemory,
  measureStartUp,
  measureUpdateMemory,
} from './alone.ts';
import { measureTerraform } from './beside-terraform.ts';
import { measureCrowd } from './crowd.ts';
import { LIMITED_CASES, type LimitedCase, measureLimited } from './limited.ts';
import { measureBesideNeighbour } from './neighbour.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { measurePairs } from './pairs.ts';
import { RESULTS, renewPage } from './performance.ts';
import { findProvider, PROVIDER, type Provider } from './provider.ts';
import { readable } from './readable.ts';
import type { LimitedRun, MemoryRun, Results, ShellRun } from './results.ts';
import { Sandbox } from './sandbox.ts';
import { INGRESS_DELAY } from './set-workspace.ts';
import { measureSets } from './sets.ts';
import { measureShell, missingPrograms, SHELL_WAYS } from './shell.ts';
import { measureTrouble } from './trouble.ts';

/** Tells what is under way, and answers what came of it. */
async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  process.stderr.write(`${text} … `);
  const result = await work();
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  return result;
}

async function bench(options: BenchOptions, sandbox: Sandbox): Promise<Results> {
  const { limit, latency, quick, wants } = options;
  const notes = busyNote();
  const server = { limit, latency };
  const provider = await providerFor(options, notes);
  const policies = quick ? 50 : 300;
  const measured = async <T>(part: Parameters<typeof wants>[0], measure: () => Promise<T>) =>
    wants(part) ? step(part, measure) : undefined;

  return {
    machine: { node: process.version, cores: availableParallelism() },
    server,
    limited: await measureAllLimited(options, sandbox, notes),
    shell: wants('shell') ? await measureAllShell(options, sandbox, notes) : [],
    ownCost: await measured('own-cost', () =>
      measureOwnCost(sandbox, { sizes: quick ? [100, 300] : [100, 300, 1000], repeat: quick ? 1 : 3 }),
    ),
    startUp: await measured('start-up', () => measureStartUp(sandbox, quick ? 5 : 20)),
    discovery: await measured('discovery', () => measureDiscovery(sandbox, quick ? 300 : 1000)),
    crowd: await measured('crowd', () =>
      measureCrowd(sandbox, { files: quick ? 5_000 : 20_000, rounds: quick ? 3 : 15 }),
    ),
    neighbour: await measured('neighbour', () =>
      measureBesideNeighbour(sandbox, { policies: policies / 2, server }),
    ),
    pairs: await measured('pairs', () => measurePairs(sandbox, { pairs: quick ? 10 : 50, server })),
    memory: wants('memory') ? await measureMemory(options, sandbox) : [],
    terraform: provider && { versions: `Terraform ${provider.version}, provider ${PROVIDER}`, policies },
    single:
      (provider &&
        (await measured('terraform', () => measureTerraform(provider, { policies, server, sandbox })))) ??
      [],
    sets: await measured('sets', async () => ({
      policies,
      readySeconds: INGRESS_DELAY / 1000,
      runs: await measureSets(provider, { policies, rounds: quick ? 1 : 3, server, sandbox }),
    })),
    trouble: (await measured('trouble', () => measureTrouble(provider, { policies: 30, sandbox }))) ?? [],
    notes,
  };
}

/** What the action is compared with, where this machine has it. */
async function providerFor({ wants }: BenchOptions, notes: string[]): Promise<Provider | undefined> {
  if (!(['terraform', 'sets', 'trouble'] as const).some((part) => wants(part))) return undefined;
  try {
    return await step('the provider', findProvider);
  } catch (error) {
    notes.push(`terraform: left out. ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Where others work on the machine, times say little. */
function busyNote(): string[] {
  const [load = 0] = loadavg();
  return load < 1 ? [] : [`The machine was busy before (load ${load.toFixed(1)}): times are too long.`];
}

async function measureAllLimited(
  { wants, sizes, limit, latency }: BenchOptions,
  sandbox: Sandbox,
  notes: string[],
): Promise<LimitedRun[]> {
  const runs: LimitedRun[] = [];
  for (const [part, limitedCase] of Object.entries<LimitedCase>(LIMITED_CASES)) {
    if (!wants(part as keyof typeof LIMITED_CASES)) continue;
    const unknown = Object.keys(limitedCase.inputs ?? {}).find((input) => !knownInputs().has(input));
    if (unknown !== undefined) {
      notes.push(`${limitedCase.name}: left out, as the action has no input ${unknown}.`);
      continue;
    }
    const { largest = Number.POSITIVE_INFINITY } = limitedCase;
    for (const policies of sizes.filter((size) => size <= largest)) {
      const given = { policies, sandbox, server: { limit, latency } };
      runs.push(await step(`${limitedCase.name}, ${policies}`, () => measureLimited(limitedCase, given)));
    }
  }
  return runs;
}

function knownInputs(): Set<string> {
  const { inputs } = parse(readFileSync('action.yml', 'utf8')) as { inputs: object };
  return new Set(Object.keys(inputs));
}

async function measureAllShell(
  { sizes, limit, latency }: BenchOptions,
  sandbox: Sandbox,
  notes: string[],
): Promise<ShellRun[]> {
  const missing = missingPrograms();
  if (missing.length > 0) {
    notes.push(`shell: left out, as it needs ${missing.join(', ')}.`);
    return [];
  }
  const runs: ShellRun[] = [];
  for (const way of SHELL_WAYS) {
    // Larger ones would only take longer, and smaller ones show nothing else.
    const policies = Math.max(...sizes.filter((size) => size <= 300), Math.min(...sizes));
    const given = { policies, sandbox, server: { limit, latency } };
    runs.push(await step(`${way.name}, ${policies}`, () => measureShell(way, given)));
  }
  return runs;
}

async function measureMemory({ quick }: BenchOptions, sandbox: Sandbox): Promise<MemoryRun[]> {
  const many = { count: quick ? 200 : 1000, bytes: 20_000 };
  const large = { count: quick ? 20 : 100, bytes: 10_000_000 };
  return [
    await step(`memory, ${many.count} of ${many.bytes} bytes`, () =>
      measureFirstPublishMemory(sandbox, many),
    ),
    await step(`memory, ${large.count} of ${large.bytes} bytes`, () => measureUpdateMemory(sandbox, large)),
    // As much as a set may hold.
    await step('memory, a set', () => measureSetMemory(sandbox, quick ? 10 : 49)),
  ];
}

/** Four digits are more than any of it means. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return void process.stdout.write(usage);
  const sandbox = new Sandbox();
  try {
    const results = await bench(options, sandbox);
    process.stdout.write(readable(results));
    if (!options.save) return;
    writeFileSync(RESULTS, `${JSON.stringify(results, rounded, 2)}\n`);
    renewPage();
  } finally {
    sandbox.close();
  }
}

process.chdir(join(import.meta.dirname, '..'));
await main();
