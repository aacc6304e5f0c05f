import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Annotation, annotationsOf, type Command, parseLog } from './commands.ts';
import type { Event } from './events.ts';
import { leaks, printed, secretsOf, sent, tokensOf, written } from './leaks.ts';
import { parseOutputs } from './outputs.ts';

export type RunOptions = {
  /** By name as in action.yml. Nothing is added: what is left out is not set at all. */
  inputs?: Record<string, string>;
  /** On top of the runner's own variables; undefined takes one of those away. */
  env?: Record<string, string | undefined>;
  /** GITHUB_WORKSPACE, and the working directory. */
  workspace: string;
  /** `workflow_dispatch` when left out. */
  event?: Event;
  /** Kills the process, with SIGKILL unless `killSignal` says otherwise. */
  signal?: AbortSignal;
  killSignal?: NodeJS.Signals;
  /** Told the process's id once it runs. */
  onStart?: (pid: number) => void;
  /** Milliseconds until it is killed anyway. */
  timeout?: number;
  /** The bundle unless told otherwise. */
  entry?: string;
  nodeArguments?: string[];
};

export type RunResult = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Lines of both streams that are no workflow commands. */
  lines: string[];
  /** Every workflow command, the legacy `##[…]` form included. */
  commands: Command[];
  annotations: Annotation[];
  masks: string[];
  outputs: Record<string, string>;
  summary: string;
  /** Milliseconds. */
  duration: number;
};

const bundle = resolve(import.meta.dirname, '../../dist/index.js');
/** Set by scripts/compile-cache.mjs for the tests; the bench, which measures, has none. */
const compileCache = process.env['ACTION_COMPILE_CACHE'];

/** For tests, whose time is mostly that of processes that start: room for all that a start makes, in MiB. */
const roomToStart = compileCache === undefined ? [] : ['--min-semi-space-size=16'];

const files = ['output', 'step_summary', 'env', 'path', 'state'] as const;

/**
 * Runs the action as the runner does: a process of its own, told everything by its environment.
 *
 * @throws Error where a token, or a secret that a stand-in handed out, shows in anything that the run brought forth.
 */
export async function runAction(options: RunOptions): Promise<RunResult> {
  const temporary = await mkdtemp(join(tmpdir(), 'run-action-'));
  try {
    const env = await environment(options, temporary);
    const started = performance.now();
    const ended = await execute(options, env);
    const duration = performance.now() - started;
    await expectNoLeak(env, temporary, ended);
    const { lines, commands } = parseLog(`${ended.stdout}\n${ended.stderr}`);
    return {
      ...ended,
      lines,
      commands,
      annotations: annotationsOf(commands),
      masks: commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message),
      outputs: parseOutputs(await readFile(join(temporary, 'output'), 'utf8')),
      summary: await readFile(join(temporary, 'step_summary'), 'utf8'),
      duration,
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function expectNoLeak(
  env: Record<string, string>,
  temporary: string,
  { stdout, stderr }: Ended,
): Promise<void> {
  const tokens = tokensOf(env);
  const outputs = [...printed(stdout, stderr), ...(await written(temporary)), ...sent(tokens)];
  const found = leaks(outputs, secretsOf(tokens));
  if (found.length > 0) throw new Error(`secrets leaked:\n${found.join('\n')}`);
}

async function environment(
  { inputs = {}, env = {}, workspace, event }: RunOptions,
  temporary: string,
): Promise<Record<string, string>> {
  await mkdir(join(temporary, 'temp'));
  for (const name of files) await writeFile(join(temporary, name), '');
  await writeFile(join(temporary, 'event.json'), JSON.stringify(event?.payload ?? {}));
  const all = {
    ...runnerVariables(workspace, temporary),
    GITHUB_EVENT_NAME: event?.name ?? 'workflow_dispatch',
    ...event?.env,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
    ...env,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
}

/** The runner's spelling: spaces become `_`, dashes stay (docs/github.md#runner). */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function runnerVariables(workspace: string, temporary: string): Record<string, string | undefined> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'publish',
    GITHUB_ACTOR: 'octocat',
    GITHUB_JOB: 'policies',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'acme/policies',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1001',
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    // Nobody listens there: a test that means to talk to GitHub names its stand-in.
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9/graphql',
    GITHUB_SHA: 'c0ffee0000000000000000000000000000000001',
    GITHUB_WORKFLOW: 'Policies',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_PATH: join(temporary, 'event.json'),
    RUNNER_ARCH: 'X64',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: join(temporary, 'temp'),
    ...Object.fromEntries(files.map((name) => [`GITHUB_${name.toUpperCase()}`, join(temporary, name)])),
    NODE_COMPILE_CACHE: compileCache,
    // Windows starts no sockets without it.
    SystemRoot: process.env['SystemRoot'],
  };
}

type Ended = Pick<RunResult, 'exitCode' | 'signal' | 'stdout' | 'stderr'>;

function execute(options: RunOptions, env: Record<string, string>): Promise<Ended> {
  const {
    entry = bundle,
    nodeArguments = [],
    workspace,
    timeout = 180_000,
    killSignal = 'SIGKILL',
  } = options;
  return new Promise((resolvePromise, reject) => {
    const child = spawn(process.execPath, [...roomToStart, ...nodeArguments, entry], {
      cwd: workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    // An abort is reported as an error too; the end that it brings about is what counts.
    child.on('error', (error) => error.name !== 'AbortError' && reject(error));
    child.on('close', (exitCode, signal) =>
      resolvePromise({ exitCode, signal, stdout: stdout(), stderr: stderr() }),
    );
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
