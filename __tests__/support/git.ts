import { execFileSync } from 'node:child_process';
import { workspace } from './workspace.ts';

/** A Git repository of its own, gone when the tests of the file that asked for it are done. */
export type GitRepository = {
  folder: string;
  /** Runs Git in it, and returns what it printed. */
  git(...words: string[]): string;
  /** Commits whatever is in the folder, and returns the commit's id. */
  commit(message?: string): string;
};

/** None of the machine's own settings counts. */
const env = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** With one commit of these files. */
export async function gitRepository(
  files: Record<string, string | Buffer>,
  { init = [] }: { init?: string[] } = {},
): Promise<GitRepository> {
  const folder = await workspace(files);
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim();
  const commit = (message = 'change') => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main', ...init);
  commit();
  return { folder, git, commit };
}
