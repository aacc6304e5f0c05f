import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN } from './action.ts';
import { PROVIDER, type Provider } from './provider.ts';

/** How the provider's client calls itself where it asks something. */
export const GO_TFE = 'go-tfe';

const HOST = 'terraform.example.com';

const PREAMBLE = `terraform {
  required_providers {
    tfe = {
      source  = "hashicorp/tfe"
      version = "${PROVIDER}"
    }
  }
}

provider "tfe" {
  hostname     = "${HOST}"
  organization = "acme"
}

`;

/** A policy for each file, as the provider's documentation has it. */
export const SINGLE_POLICIES = `${PREAMBLE}resource "tfe_policy" "library" {
  for_each     = fileset(path.module, "*.sentinel")
  name         = trimsuffix(each.value, ".sentinel")
  kind         = "sentinel"
  policy       = file(each.value)
  enforce_mode = "advisory"
}
`;

/** A folder as a versioned policy set. */
export const POLICY_SET = `${PREAMBLE}data "tfe_slug" "library" {
  source_path = "\${path.module}/library"
}

resource "tfe_policy_set" "library" {
  name = "library"
  kind = "sentinel"
  slug = data.tfe_slug.library
}
`;

export interface TerraformRun {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
  /** Of Terraform and of its provider. */
  readonly cpuSeconds: number;
  /** Of both together, at its peak; undefined where the system has no `/proc`. */
  readonly memoryMB?: number;
}

/** What Terraform says on the way is for people; this is said with `-detailed-exitcode` by a plan. */
export const NO_CHANGES = 0;

/** Terraform in a folder that holds a configuration. */
export class Terraform {
  readonly #folder: string;
  readonly #provider: Provider;

  private constructor(folder: string, provider: Provider) {
    this.#folder = folder;
    this.#provider = provider;
  }

  /** With its provider installed and no state. */
  static async init(folder: string, provider: Provider, configuration: string): Promise<Terraform> {
    await writeFile(join(folder, 'main.tf'), configuration);
    const terraform = new Terraform(folder, provider);
    await terraform.#succeed('http://localhost', ['init']);
    return terraform;
  }

  apply(url: string): Promise<TerraformRun> {
    return this.#run(url, ['apply', '-auto-approve']);
  }

  plan(url: string): Promise<TerraformRun> {
    return this.#run(url, ['plan', '-detailed-exitcode']);
  }

  async #succeed(url: string, given: string[]): Promise<void> {
    const { exitCode, output } = await this.#run(url, given);
    if (exitCode !== 0) throw new Error(`terraform ${given.join(' ')} ended with ${exitCode}:\n${output}`);
  }

  async #run(url: string, given: string[]): Promise<TerraformRun> {
    const configuration = join(this.#folder, 'cli.tfrc');
    await writeFile(configuration, cliConfiguration(url, this.#provider));
    const [output, usage] = [join(this.#folder, 'output.log'), join(this.#folder, 'usage.log')];
    const began = performance.now();
    // The shell's own `time` counts what the provider uses, which is a child of a child.
    const shell = spawn('bash', ['-c', TIMED, 'bash', 'terraform', ...given, '-input=false', '-no-color'], {
      cwd: this.#folder,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: this.#folder,
        TFE_TOKEN: TOKEN,
        TF_CLI_CONFIG_FILE: configuration,
        ...{ OUTPUT: output, USAGE: usage },
      },
    });
    const memory = new MemoryOfAll(shell.pid ?? 0);
    const [exitCode] = (await once(shell, 'close')) as [number];
    const seconds = (performance.now() - began) / 1000;
    const [user, system] = (await readFile(usage, 'utf8')).trim().split(' ').map(Number);
    return {
      ...{ exitCode, seconds },
      output: await readFile(output, 'utf8'),
      cpuSeconds: (user ?? Number.NaN) + (system ?? Number.NaN),
      ...memory.end(),
    };
  }
}

const TIMED = 'TIMEFORMAT="%U %S"; { time "$@" > "$OUTPUT" 2>&1; } 2> "$USAGE"';

/**
 * The provider asks a host for its services by HTTPS, unless the configuration of Terraform names them. `localhost` is
 * a name that the object store does not have: to Go two ports of one name are one host, which gets the token.
 */
const cliConfiguration = (url: string, { mirror }: Provider): string => `disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = ${JSON.stringify(mirror)}
  }
}

host "${HOST}" {
  services = {
    "tfe.v2.2" = "${url.replace('127.0.0.1', 'localhost')}/api/v2/"
  }
}
`;

/** Looks again and again how much memory a process and all below it have. */
class MemoryOfAll {
  #peak = 0;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(pid: number) {
    if (process.platform !== 'linux') return;
    this.#timer = setInterval(() => {
      this.#peak = Math.max(this.#peak, kilobytesBelow(pid));
    }, 25);
  }

  end(): { memoryMB?: number } {
    clearInterval(this.#timer);
    return this.#peak === 0 ? {} : { memoryMB: this.#peak / 1024 };
  }
}

/** A process may end at any time between two looks. */
function kilobytesBelow(pid: number): number {
  try {
    const [, own = '0'] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // Each thread has its own children.
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + kilobytesBelow(Number(child)), Number(own));
  } catch {
    return 0;
  }
}
