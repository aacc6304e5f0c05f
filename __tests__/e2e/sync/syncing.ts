import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HcpTerraform, PolicySeed } from '../../../sandbox/hcp-terraform/server.ts';
import type { OnRequest } from '../../../sandbox/http/stand-in.ts';
import { writeFiles } from '../../support/workspace.ts';

/** These tests run the action several times each. */
/** As run-action has it. */
export const owner = 'acme/policies';
export const commit = 'c0ffee0000000000000000000000000000000001';

/** What a stamp says of the run that wrote it, as run-action has it. */
export const ofThisRun = { server: 'github.com', repository: owner, run: '1001', attempt: '1' };

export type StampFacts = Partial<typeof ofThisRun> & {
  owner: string;
  prefix: string;
  path: string;
  sha256: string;
  'updated-at': string | null;
};

/** A stamp, put together from what the contract says of it, without the code that is on trial. */
export function stampText(facts: StampFacts): string {
  const pairs = Object.entries(facts).map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`);
  return `[Published from ${facts.path}](https://example.com "publish-terraform-policies/1 ${pairs.join(' ')}")`;
}

/** What the stamp in the last paragraph of a description says. */
export function stampOf(description: string | null | undefined): Record<string, string> | undefined {
  const last = description?.split('\n\n').at(-1);
  const title = /^\[[^\n]+\]\(\S* "publish-terraform-policies\/1 ([^"\n]+)"\)$/.exec(last ?? '')?.[1];
  if (title === undefined) return undefined;
  return Object.fromEntries(
    title.split(' ').map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [key, decodeURIComponent(value)];
    }),
  );
}

/** The description without its last paragraph. */
export const textOf = (description: string | null | undefined): string =>
  (description ?? '').split('\n\n').slice(0, -1).join('\n\n');

export const digest = (code: string | Buffer): string => createHash('sha256').update(code).digest('hex');

export type StampedSeed = Omit<PolicySeed, 'description' | 'code'> & {
  code: string;
  /** What stands before the stamp. */
  text?: string;
  /** Where the stamp is other than a run of this owner would have left it. */
  stamp?: Partial<StampFacts>;
};

/** A policy as an earlier run left it. */
export function seedStamped(terraform: HcpTerraform, { text, stamp, ...seed }: StampedSeed): void {
  const { updatedAt } = terraform.seedPolicy(seed);
  const extension = seed.kind === 'opa' ? 'rego' : 'sentinel';
  const line = stampText({
    owner,
    prefix: '',
    path: `${seed.name}.${extension}`,
    sha256: digest(seed.code),
    'updated-at': updatedAt,
    ...stamp,
  });
  const description = text === undefined ? line : `${text}\n\n${line}`;
  terraform.seedPolicy({ name: seed.name, description });
}

/** Changes files of a repository; null takes one away. */
export async function change(folder: string, files: Record<string, string | null>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    if (content === null) await rm(join(folder, name));
    else await writeFiles(folder, { [name]: content });
  }
}

/** Acts once, right before the first request that fits has its effect. */
export function rightBefore(method: string, path: RegExp, act: () => unknown): OnRequest {
  let acted = false;
  return async (request, phase) => {
    if (acted || phase !== 'before-effect' || request.method !== method || !path.test(request.path)) return;
    acted = true;
    await act();
  };
}
