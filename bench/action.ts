import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runAction } from '../__tests__/support/run-action.ts';

export const TOKEN = 'bench-token';

/** How the action calls itself where it asks something. */
export const CLIENT = 'publish-terraform-policies';

/** What usage.cjs writes down. */
export interface Usage {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly cpuSeconds: number;
  /** Resident, at its peak. */
  readonly memoryMB: number;
}

export interface Run extends Usage {
  /** From the start of the process to its end. */
  readonly seconds: number;
}

type Counts = Partial<Record<'created' | 'updated' | 'unchanged' | 'failed', number>>;

export interface Asked {
  readonly workspace: string;
  readonly inputs: Record<string, string>;
  /** What its outputs have to say. A run that did something else is no measurement. */
  readonly expected: Counts;
}

/** Runs the built action as a process and says what it took. */
export function measureAction({ workspace, inputs, expected }: Asked): Promise<Run> {
  return withUsage(async ({ nodeArguments, env }) => {
    const result = await runAction({
      workspace,
      inputs: { comment: 'never', ...inputs },
      env,
      nodeArguments,
      timeout: 1_800_000,
    });
    mustBe(result, expected);
    return result.duration / 1000;
  });
}

/** Inputs of a run against a server. */
export const against = (url: string): Record<string, string> => ({
  organization: 'acme',
  token: TOKEN,
  hostname: url,
});

interface Watched {
  readonly nodeArguments: string[];
  readonly env: Record<string, string>;
}

/** Has a process of Node watched; what starts it answers how many seconds it ran. */
export async function withUsage(start: (watched: Watched) => Promise<number>): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-usage-'));
  const file = join(folder, 'usage.json');
  try {
    const seconds = await start({
      nodeArguments: ['--require', join(import.meta.dirname, 'usage.cjs')],
      env: { BENCH_USAGE: file },
    });
    return { ...(JSON.parse(await readFile(file, 'utf8')) as Usage), seconds };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function mustBe({ exitCode, outputs, stdout, stderr }: RunResult, expected: Counts): void {
  const wrong = Object.entries(expected).filter(([name, count]) => outputs[name] !== String(count));
  if (exitCode === 0 && wrong.length === 0) return;
  const end = `${stdout}\n${stderr}`.slice(-3000);
  throw new Error(
    `The action ended with ${exitCode} instead of ${JSON.stringify(Object.fromEntries(wrong))}:\n${end}`,
  );
}
