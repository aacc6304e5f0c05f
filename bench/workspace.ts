import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PolicyFiles {
  readonly count: number;
  /** Of each file. */
  readonly bytes?: number;
}

/** About what the policies of HashiCorp's own library hold. */
const USUAL_BYTES = 1500;

/** Has a workspace of Sentinel policies for as long as `use` takes. */
export function withPolicies<T>(files: PolicyFiles, use: (workspace: string) => Promise<T>): Promise<T> {
  return withFolder(async (workspace) => {
    await writePolicies(workspace, files);
    return use(workspace);
  });
}

/** Has an empty folder for as long as `use` takes. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes the first `count` policies; another revision of one has other code. */
export async function writePolicies(
  workspace: string,
  { count, bytes = USUAL_BYTES }: PolicyFiles,
  revision = 1,
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  for (const number of numbers) {
    await writeFile(join(workspace, `policy-${number}.sentinel`), code(number, { bytes, revision }));
  }
}

function code(number: number, { bytes, revision }: { bytes: number; revision: number }): string {
  const policy = `# Instances of group ${number} have a type that the group may use.

import "tfplan/v2" as tfplan

# Revision ${revision}
allowed = ["t3.micro", "t3.small", "group-${number}"]

instances = filter tfplan.resource_changes as _, change {
  change.type is "aws_instance" and change.mode is "managed"
}

main = rule {
  all instances as _, instance { instance.change.after.instance_type in allowed }
}
`;
  const line = '# A line that says nothing, so that the file is as long as it shall be.\n';
  return policy + line.repeat(Math.max(0, Math.round((bytes - policy.length) / line.length)));
}
