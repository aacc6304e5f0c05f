import type { CommentSeed, PullSeed } from './options.ts';

export type User = { login: string; type: 'Bot' | 'User' };
export type Pull = Required<PullSeed>;
export type Comment = {
  id: number;
  pull: number;
  user: User;
  body: string;
  createdAt: string;
  updatedAt: string;
};

/** The state of the service. */
export class State {
  readonly pulls = new Map<number, Pull>();
  /** By ascending ID. */
  readonly comments: Comment[] = [];
  #lastId = 1_000_000_000;

  seedPull(seed: PullSeed, repository: string): Pull {
    const merged = seed.merged ?? false;
    const pull = {
      title: `Change ${seed.number}`,
      state: merged ? ('closed' as const) : ('open' as const),
      mergeCommitSha: null,
      headSha: seed.number.toString(16).padStart(40, 'a'),
      headRef: `change-${seed.number}`,
      headRepository: repository,
      baseRef: 'main',
      user: 'octocat',
      locked: false,
      gone: false,
      ...this.pulls.get(seed.number),
      ...seed,
      merged,
    };
    this.pulls.set(pull.number, pull);
    return pull;
  }

  addComment({ pull, login, type = 'User', body }: CommentSeed): Comment {
    this.#lastId += 1 + (this.comments.length % 7);
    const time = timestamp();
    const comment = { id: this.#lastId, pull, user: { login, type }, body, createdAt: time, updatedAt: time };
    this.comments.push(comment);
    return comment;
  }

  removeComment(id: number): void {
    const index = this.comments.findIndex((comment) => comment.id === id);
    if (index >= 0) this.comments.splice(index, 1);
  }
}

/** GitHub's times have no fractions of seconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
