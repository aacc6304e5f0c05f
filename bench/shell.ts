import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TOKEN } from './action.ts';
import { leastSeconds, type Server } from './bounds.ts';
import type { ShellRun } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { withPolicies } from './workspace.ts';

const ONE = join(import.meta.dirname, 'publish-one.sh');

export interface ShellWay {
  readonly name: string;
  readonly command: string;
  readonly curlOptions: string;
}

/** What a pipeline does without the action. The documentation's samples have curl without any option for retries. */
export const SHELL_WAYS: readonly ShellWay[] = [
  {
    name: 'curl in a loop',
    command: `for file in *.sentinel; do "${ONE}" "$file" || true; done`,
    curlOptions: '',
  },
  {
    name: 'curl, xargs -P 10',
    command: `printf '%s\\n' *.sentinel | xargs -n 1 -P 10 "${ONE}"`,
    curlOptions: '',
  },
  {
    name: 'curl --retry 5, xargs -P 10',
    command: `printf '%s\\n' *.sentinel | xargs -n 1 -P 10 "${ONE}"`,
    curlOptions: '--retry 5',
  },
];

/** The programs that this machine lacks. */
export const missingPrograms = (): string[] =>
  ['bash', 'curl', 'jq', 'xargs'].filter((program) => spawnSync(program, ['--version']).error !== undefined);

/** A first publish in one of these ways. */
export function measureShell(
  { name, command, curlOptions }: ShellWay,
  { policies, server, sandbox }: { policies: number; server: Server; sandbox: Sandbox },
): Promise<ShellRun> {
  return withPolicies({ count: policies }, async (workspace) => {
    await sandbox.open(server);
    const began = performance.now();
    const shell = spawn('bash', ['-c', command], {
      cwd: workspace,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        TFE_URL: sandbox.url,
        TFE_TOKEN: TOKEN,
        TFE_ORGANIZATION: 'acme',
        CURL_OPTIONS: curlOptions,
      },
    });
    await once(shell, 'close');
    const seconds = (performance.now() - began) / 1000;
    const { requests, tooMany, complete, withoutCode } = await sandbox.figures('curl');
    const work = { existing: 0, downloaded: 0, created: policies, uploaded: policies };
    const ratio = seconds / leastSeconds(work, server);
    return { name, policies, requests, tooMany, complete, withoutCode, seconds, ratio };
  });
}
