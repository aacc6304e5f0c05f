import { mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHubOptions } from '../../../sandbox/github/server.ts';
import type { HcpTerraformOptions } from '../../../sandbox/hcp-terraform/server.ts';
import { gitRepository } from '../../support/git.ts';
import { scenario } from '../github/scenario.ts';
import { asBase, asNewBase, library } from './publishing.ts';

type Files = Record<string, string | Buffer>;

/** A library in a Git checkout, which the sandbox's GitHub serves, and an organization. */
export async function inGit({
  files = library,
  github = {},
  terraform = {},
}: {
  files?: Files;
  github?: GitHubOptions;
  terraform?: HcpTerraformOptions;
} = {}) {
  const git = await gitRepository(files);
  const services = await scenario({
    files: {},
    github: { gitFolder: git.folder, ...github },
    terraform: { ingressDelay: 20, rateLimit: null, ...terraform },
  });
  const run = (
    inputs: Record<string, string | undefined> = {},
    env: NodeJS.ProcessEnv = {},
    workspace = git.folder,
  ) =>
    services.run({
      workspace,
      env: { GITHUB_SHA: git.git('rev-parse', 'HEAD'), ...env },
      inputs: { comment: 'never', ...inputs },
    });
  return {
    ...services,
    git,
    /** Publishes the folder as it is, and forgets the requests. */
    async publish(inputs: Record<string, string | undefined> = asNewBase) {
      const result = await run(inputs);
      if (result.exitCode !== 0) throw new Error(`the publish failed:\n${result.stdout}`);
      services.terraform.reset();
      services.github.reset();
      return result;
    },
    /** A dry run. */
    preview: (inputs: Record<string, string | undefined> = {}, env: NodeJS.ProcessEnv = {}) =>
      run({ ...asBase, 'dry-run': 'true', ...inputs }, env),
    run,
    /** Writes files, or takes them away where they are null. */
    async change(changes: Record<string, string | null>) {
      for (const [path, text] of Object.entries(changes)) {
        const file = join(git.folder, path);
        if (text === null) await rm(file);
        else {
          mkdirSync(join(file, '..'), { recursive: true });
          await writeFile(file, text);
        }
      }
    },
  };
}
