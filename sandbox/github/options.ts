import type { OnRequest } from '../http/stand-in.ts';

export type TokenOptions = {
  login: string;
  type: 'Bot' | 'User';
  /** What it may do with issues and pull requests. */
  permissions: 'write' | 'read';
  /** What it may do with Git's objects; `hidden`: it does not even see that there is a private repository. */
  contents?: 'read' | 'none' | 'hidden';
};

/** Where trees and blobs come from. */
export type GitSettings = {
  /** A work tree or bare repository; null: a repository without any commit. */
  gitFolder: string | null;
  /** Entries of a tree in one answer: more are left out by GitHub, and are on further pages with Gitea. */
  treeLimit: number;
  /** Bytes of the largest blob that is answered. */
  blobLimit: number;
  /** Ids of commits, trees and blobs that are no longer there, although Git has them. */
  goneObjects: string[];
  /** Whether what no branch or tag leads to is still answered, as usual for a time after a force push. */
  keepsUnreachable: boolean;
};

export type PullSeed = {
  number: number;
  title?: string;
  state?: 'open' | 'closed';
  merged?: boolean;
  mergeCommitSha?: string | null;
  headSha?: string;
  headRef?: string;
  /** `owner/name`; null when the fork is gone. */
  headRepository?: string | null;
  baseRef?: string;
  user?: string;
  /** Comments are refused with 403. */
  locked?: boolean;
  /** Everything about it answers 410. */
  gone?: boolean;
};

export type CommentSeed = { pull: number; login: string; type?: 'Bot' | 'User'; body: string };

export type GitHubOptions = Partial<GitSettings> & {
  repository?: string;
  tokens?: Record<string, TokenOptions>;
  /** What must never be seen here: the tokens of other services. */
  foreignSecrets?: string[];
  port?: number;
  /** Whose answers these are. */
  dialect?: 'github' | 'gitea';
  /** `''` for api.github.com, `/api/v3` for GitHub Enterprise Server, `/api/v1` for Gitea. */
  basePath?: '' | '/api/v3' | '/api/v1';
  /** Of the links in the answers. */
  serverUrl?: string;
  /** Whether GraphQL answers who the token is; 403 otherwise. */
  viewer?: boolean;
  /** Whether `GET /user` answers in the dialect of Gitea; 403 otherwise, as for a token without `read:user`. */
  ownUser?: boolean;
  pulls?: PullSeed[];
  comments?: CommentSeed[];
  /** Which pull requests a commit belongs to; those whose head or merge commit it is when left out. */
  commits?: Record<string, number[]>;
  /** The commits that branches are at, by name. */
  branches?: Record<string, string>;
  /** Characters a comment may have. */
  bodyLimit?: number;
  /** Milliseconds before a request has its effect. */
  latency?: number;
  tls?: { key: string; cert: string };
  onRequest?: OnRequest;
};

export type Settings = Required<
  Omit<GitHubOptions, 'port' | 'pulls' | 'comments' | 'latency' | 'tls' | 'onRequest'>
>;

export function settings(options: GitHubOptions): Settings {
  return {
    repository: options.repository ?? 'acme/policies',
    tokens: options.tokens ?? {
      'github-token': { login: 'github-actions[bot]', type: 'Bot', permissions: 'write' },
    },
    foreignSecrets: options.foreignSecrets ?? [],
    dialect: options.dialect ?? 'github',
    basePath: options.basePath ?? (options.dialect === 'gitea' ? '/api/v1' : ''),
    serverUrl: options.serverUrl ?? 'https://github.com',
    viewer: options.viewer ?? true,
    ownUser: options.ownUser ?? true,
    commits: options.commits ?? {},
    branches: options.branches ?? {},
    bodyLimit: options.bodyLimit ?? 65_536,
    ...gitSettings(options),
  };
}

/** The limits are those that each service has by itself. */
function gitSettings(options: GitHubOptions): GitSettings {
  const gitea = options.dialect === 'gitea';
  return {
    gitFolder: options.gitFolder ?? null,
    treeLimit: options.treeLimit ?? (gitea ? 1000 : 100_000),
    blobLimit: options.blobLimit ?? (gitea ? 10 * 2 ** 20 : 100 * 10 ** 6),
    goneObjects: options.goneObjects ?? [],
    keepsUnreachable: options.keepsUnreachable ?? true,
  };
}
