import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { GitHub } from '../../../sandbox/github/server.ts';
import type { RecordedRequest } from '../../../sandbox/http/recording.ts';
import * as events from '../../support/events.ts';
import { bot, type Scenario, scenario, sentinel } from './scenario.ts';

/** Runs differ by how many files they check: the first one, the second two, and so on. Later ones have higher ids. */
const folders = ['first', 'second', 'third'];
const files = Object.fromEntries(
  folders.flatMap((folder, last) =>
    folders.slice(0, last + 1).map((_, index) => [`${folder}/p${index}.sentinel`, sentinel()]),
  ),
);
const FIRST_RUN = 2001;
const heading = (count: number) =>
  `## Terraform policies: ${count} ${count === 1 ? 'file' : 'files'} checked, nothing compared or written`;

const marker = (run: number) => `<!-- publish-terraform-policies:key run=${run}.1 -->`;

/** Rounds under way at the same time, each on a pull request of its own. */
const AT_ONCE = 4;

/** Longest pause before and after what a request does, in milliseconds. */
const PAUSE = 30;

/** Numbers from 0 to 1, the same in each run of the tests (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Conversation = {
  name: string;
  rounds: number;
  /** Runs at once. */
  runs: number;
  /** What each conversation holds before: comments of others, and of ours the runs that wrote them. */
  others?: number;
  own?: number[];
};

const conversations: Conversation[] = [
  { name: 'two runs, no comment before', rounds: 20, runs: 2 },
  { name: 'two runs, a comment of an older run', rounds: 14, runs: 2, own: [1001] },
  { name: 'two runs, two comments that a race left', rounds: 6, runs: 2, own: [1001, 1002] },
  { name: 'two runs behind 250 other comments', rounds: 6, runs: 2, others: 250 },
  {
    name: 'two runs, a comment of an older run behind 250 others',
    rounds: 4,
    runs: 2,
    others: 250,
    own: [1001],
  },
  { name: 'three runs, no comment before', rounds: 5, runs: 3 },
  { name: 'three runs, a comment of an older run', rounds: 4, runs: 3, own: [1001] },
];

/** What a pull request holds before any run: others' comments, two of them with our marker, and own ones. */
function seed(github: GitHub, pull: number, { others = 0, own = [] }: Conversation): void {
  github.seedPull({ number: pull });
  for (const type of ['User', 'Bot'] as const)
    github.seedComment({ pull, login: `mallory-${type}`, type, body: `${marker(9999)}\nquoted` });
  for (let index = 0; index < others; index++)
    github.seedComment({ pull, login: `user-${index % 9}`, body: `Comment ${index}` });
  for (const run of own) github.seedComment({ pull, login: bot, type: 'Bot', body: `${marker(run)}\nold` });
}

/** The pull request that a request is about, where its path tells. */
const pullOf = ({ path }: RecordedRequest) => Number(/\/issues\/(\d+)\/comments/.exec(path)?.[1] ?? 0);

/**
 * Holds each run's first reading of the comments until all runs of its round are there, so that every round is a race
 * however long the processes take to start; from then on each request takes its time.
 */
function delay(github: GitHub, runs: number, random: () => number): void {
  const arrived = new Map<number, { count: number; all: PromiseWithResolvers<void> }>();
  github.onRequest = async (request, phase) => {
    const pull = pullOf(request);
    if (
      phase === 'before-effect' &&
      request.method === 'GET' &&
      pull > 0 &&
      !request.path.includes('page=2')
    ) {
      const start = arrived.get(pull) ?? { count: 0, all: Promise.withResolvers<void>() };
      arrived.set(pull, start);
      start.count += 1;
      if (start.count === runs) start.all.resolve();
      if (start.count <= runs) await start.all.promise;
    }
    await sleep(random() * PAUSE);
  };
}

async function race({ run }: Scenario, pull: number, runs: number) {
  const all = folders.slice(0, runs).map((folder, index) =>
    run({
      event: events.pullRequest({ number: pull }),
      inputs: { token: undefined, 'dry-run': 'true', 'comment-key': 'key', 'working-directory': folder },
      env: { GITHUB_RUN_ID: String(FIRST_RUN + index) },
    }),
  );
  return (await Promise.all(all)).map(({ exitCode, annotations }) => ({
    exitCode,
    warnings: annotations.filter(({ level }) => level !== 'notice').map(({ message }) => message),
  }));
}

/** One round: what it ends with, and what became of the others' comments. */
async function play(s: Scenario, pull: number, conversation: Conversation) {
  seed(s.github, pull, conversation);
  const isOwn = ({ user }: { user: { login: string } }) => user.login === bot;
  const foreign = s.github.comments(pull).filter((comment) => !isOwn(comment));
  const ended = await race(s, pull, conversation.runs);
  const after = s.github.comments(pull);
  return {
    ended,
    own: after.filter(isOwn).map(({ body }) => body.split('\n').slice(0, 2)),
    foreignUntouched: isDeepStrictEqual(
      after.filter((comment) => !isOwn(comment)),
      foreign,
    ),
  };
}

describe('runs that report at once end with one comment, that of the newest run', () => {
  test.each(conversations)(
    '$name: $rounds rounds',
    async (conversation) => {
      const { rounds, runs } = conversation;
      const s = await scenario({ files });
      delay(s.github, runs, randomNumbers(rounds * runs));
      const waiting = Array.from({ length: rounds }, (_, index) => index + 1);
      const outcomes: Awaited<ReturnType<typeof play>>[] = [];
      const worker = async () => {
        for (let pull = waiting.shift(); pull !== undefined; pull = waiting.shift())
          outcomes.push(await play(s, pull, conversation));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const expected = {
        ended: Array.from({ length: runs }, () => ({ exitCode: 0, warnings: [] })),
        own: [[marker(FIRST_RUN + runs - 1), heading(runs)]],
        foreignUntouched: true,
      };
      expect(outcomes).toEqual(Array.from({ length: rounds }, () => expected));
    },
    180_000,
  );
});
