import type { Faults } from '../http/faults.ts';
import type { RecordedRequest } from '../http/recording.ts';
import { type OnRequest, StandIn } from '../http/stand-in.ts';
import { Api, graphqlPath } from './api.ts';
import { faultAnswer } from './errors.ts';
import {
  type CommentSeed,
  type GitHubOptions,
  type GitSettings,
  type PullSeed,
  settings,
} from './options.ts';
import { schemas } from './schemas/index.ts';
import type { Service } from './service.ts';
import { type Comment, State } from './state.ts';

export type { Comment, CommentSeed, GitHubOptions, PullSeed };

/** A running stand-in for GitHub: comments, the lookups for them, and the trees and blobs of a repository. */
export type GitHub = {
  /** GITHUB_API_URL */
  url: string;
  /** GITHUB_GRAPHQL_URL */
  graphqlUrl: string;
  /** `127.0.0.1:port` */
  host: string;
  /** Requests since the start or the last reset, in order of arrival. */
  requests: readonly RecordedRequest[];
  violations: readonly string[];
  faults: Faults;
  onRequest: OnRequest | undefined;
  /** Adds a pull request, or changes the given members of the one with that number. */
  seedPull(seed: PullSeed): void;
  seedComment(seed: CommentSeed): Comment;
  removeComment(id: number): void;
  /** Changes the given members of the source of trees and blobs. */
  setGit(changes: Partial<GitSettings>): void;
  /** By ascending ID. Of one pull request, or of all. */
  comments(pull?: number): Comment[];
  /** Clears requests, violations and pending faults. Keeps comments and pull requests. */
  reset(): void;
  close(): Promise<void>;
};

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  schemas();
  const { latency, tls, onRequest, port } = options;
  const standIn = new StandIn({ latency, tls, onRequest, faultAnswer });
  const service: Service = {
    settings: settings(options),
    state: new State(),
    recording: standIn.recording,
    url: '',
  };
  const api = new Api(service);
  const origin = await standIn.listen(
    () => 'github',
    (incoming) => api.handle(incoming),
    port,
  );
  service.url = `${origin}${service.settings.basePath}`;
  const github = facade(service, standIn, origin);
  for (const pull of options.pulls ?? [{ number: 1 }]) github.seedPull(pull);
  for (const comment of options.comments ?? []) github.seedComment(comment);
  return github;
}

function facade({ settings, state, url }: Service, standIn: StandIn, origin: string): GitHub {
  const { basePath, repository } = settings;
  return {
    url,
    graphqlUrl: `${origin}${graphqlPath(basePath)}`,
    host: new URL(origin).host,
    requests: standIn.recording.requests,
    violations: standIn.recording.violations,
    faults: standIn.faults,
    get onRequest() {
      return standIn.onRequest;
    },
    set onRequest(hook) {
      standIn.onRequest = hook;
    },
    seedPull: (seed) => void state.seedPull(seed, repository),
    seedComment: (seed) => ({ ...state.addComment(seed) }),
    removeComment: (id) => state.removeComment(id),
    setGit: (changes) => void Object.assign(settings, changes),
    comments: (pull) =>
      state.comments.filter((comment) => pull === undefined || comment.pull === pull).map((c) => ({ ...c })),
    reset: () => standIn.reset(),
    close: () => standIn.close(),
  };
}
