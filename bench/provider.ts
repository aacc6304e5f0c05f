/** Terraform with HashiCorp's provider for HCP Terraform, which the bench builds from its source once. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const PROVIDER = '0.79.0';

const MODULE = `github.com/hashicorp/terraform-provider-tfe@v${PROVIDER}`;

/** Where the installer of Go puts it, which not every PATH names. */
const GO = '/usr/local/go/bin';

/** Kept from run to run, as Go takes more than a minute. */
const MIRROR = join(import.meta.dirname, '../node_modules/.cache/bench/providers');

export interface Provider {
  /** Of Terraform. */
  readonly version: string;
  /** The folder of a filesystem mirror. */
  readonly mirror: string;
}

/** @throws Error that says what this machine lacks */
export async function findProvider(): Promise<Provider> {
  const { version, platform } = await findTerraform();
  const folder = join(MIRROR, 'registry.terraform.io/hashicorp/tfe', PROVIDER, platform);
  const program = join(folder, `terraform-provider-tfe_v${PROVIDER}`);
  if (!existsSync(program)) await build(program);
  return { version, mirror: MIRROR };
}

async function findTerraform(): Promise<{ version: string; platform: string }> {
  const { stdout } = await run('terraform', ['version', '-json'], 'there is no `terraform` on the PATH');
  const { terraform_version: version, platform } = JSON.parse(stdout) as Record<string, string>;
  if (version === undefined || platform === undefined) throw new Error('`terraform version` says no version');
  return { version, platform };
}

async function build(program: string): Promise<void> {
  const { stdout } = await run('go', ['mod', 'download', '-json', MODULE], 'Go cannot fetch its provider');
  const { Dir: source } = JSON.parse(stdout) as { Dir: string };
  await mkdir(dirname(program), { recursive: true });
  // What is interrupted must not look like a provider.
  const begun = `${program}.begun`;
  const options = ['-C', source, '-trimpath', '-ldflags=-s -w', '-o', begun];
  await run('go', ['build', ...options, '.'], 'Go cannot build its provider');
  await rename(begun, program);
}

async function run(program: string, given: string[], failure: string): Promise<{ stdout: string }> {
  // Not in the checkout's folder: Go would look for a module there.
  const env = { ...process.env, PATH: `${process.env['PATH']}:${GO}`, CHECKPOINT_DISABLE: '1' };
  try {
    return await promisify(execFile)(program, given, { cwd: '/', env, maxBuffer: 2 ** 26 });
  } catch (error) {
    const [reason = ''] = String(error).trim().split('\n').slice(-1);
    throw new Error(`${failure} (${reason})`);
  }
}
