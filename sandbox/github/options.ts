import type { OnRequest } from '../http/stand-in.ts';

export type TokenOptions = {
  login: string;
  type: 'Bot' | 'User';
  /** Permission for issues and pull requests. */
  permissions: 'write' | 'read';
  /** Permission for Git objects. `hidden`: not even the existence of the private repository is visible. */
  contents?: 'read' | 'none' | 'hidden';
};

/** The source of trees and blobs. */
export type GitSettings = {
  /** A work tree or bare repository. Null: a repository without commits. */
  gitFolder: string | null;
  /** Maximum entries of a tree in a response. GitHub omits the others, Gitea has more pages. */
  treeLimit: number;
  /** Maximum size of a blob in a response. Bytes. */
  blobLimit: number;
  /** IDs of commits, trees and blobs that count as deleted, although Git has them. */
  goneObjects: string[];
  /** Whether objects without a branch or tag still exist, as for some time after a force push. */
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
  /** `owner/name`. Null if the fork was deleted. */
  headRepository?: string | null;
  baseRef?: string;
  user?: string;
  /** Comments are refused with 403. */
  locked?: boolean;
  /** Every request for it returns 410. */
  gone?: boolean;
};

export type CommentSeed = { pull: number; login: string; type?: 'Bot' | 'User'; body: string };

export type GitHubOptions = Partial<GitSettings> & {
  repository?: string;
  tokens?: Record<string, TokenOptions>;
  /** Secrets that must never be sent here: the tokens of other services. */
  foreignSecrets?: string[];
  port?: number;
  /** The product whose responses these are. */
  dialect?: 'github' | 'gitea';
  /** `''` for api.github.com, `/api/v3` for GitHub Enterprise Server, `/api/v1` for Gitea. */
  basePath?: '' | '/api/v3' | '/api/v1';
  /** For links in the responses. */
  serverUrl?: string;
  /** Whether GraphQL returns the token's user. 403 otherwise. */
  viewer?: boolean;
  /** Whether `GET /user` works in the dialect of Gitea. 403 otherwise, as for a token without `read:user`. */
  ownUser?: boolean;
  pulls?: PullSeed[];
  comments?: CommentSeed[];
  /** The pull requests of a commit. Default: those with this head or merge commit. */
  commits?: Record<string, number[]>;
  /** The commits of branches, by name. */
  branches?: Record<string, string>;
  /** Maximum length of a comment. Characters. */
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

/** The default limits are those of each service. */
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
