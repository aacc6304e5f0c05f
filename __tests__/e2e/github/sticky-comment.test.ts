import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { writeFiles } from '../../support/workspace.ts';
import {
  bot,
  githubToken,
  lines,
  person,
  personalToken,
  type Scenario,
  scenario,
  sentinel,
  textOf,
  tokens,
  writes,
} from './scenario.ts';

/** The derived key holds the host, which every scenario has its own of. */
const key = { 'comment-key': 'key' };
const preview = { event: events.pullRequest(), inputs: { ...key, 'dry-run': 'true' } };
const runId = (id: number, attempt = 1) => ({
  GITHUB_RUN_ID: String(id),
  GITHUB_RUN_ATTEMPT: String(attempt),
});

/** A first run has commented. */
async function commented(): Promise<Scenario> {
  const s = await scenario();
  const { exitCode } = await s.run(preview);
  expect(exitCode).toBe(0);
  s.github.reset();
  return s;
}

const markerOf = (run: string) => `<!-- publish-terraform-policies:key run=${run} -->`;
const marker = markerOf('1001.1');

/** A comment of run 1001.1 that says something else than the next run will. */
async function outdated(by = marker): Promise<Scenario> {
  const s = await scenario();
  s.github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `${by}\nold` });
  return s;
}

const listing = 'GET /issues/1/comments?per_page=100';

describe('one comment', () => {
  test('is created once, and its marker is the first line', async () => {
    const { github, run } = await scenario();
    const { outputs, summary } = await run(preview);
    const [comment, ...others] = github.comments();
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ pull: 1, user: { login: bot } });
    expect(comment?.body.startsWith(`${marker}\n## Terraform policies`)).toBe(true);
    expect([textOf(comment?.body), summary.trimEnd()]).toEqual([outputs['summary'], outputs['summary']]);
  });

  test('is not written when the text is the same, in another run either', async () => {
    const { github, run } = await commented();
    const before = github.comments();
    const { outputs } = await run({ ...preview, env: runId(2002) });
    expect(lines(github.requests)).toEqual(['POST /graphql', listing]);
    expect(github.comments()).toEqual(before);
    expect(outputs['comment-url']).toContain(`#issuecomment-${before[0]?.id}`);
  });

  test('is updated in place when the text changes, and names the run that wrote it', async () => {
    const { github, run } = await outdated();
    const [before] = github.comments();
    const { outputs } = await run({ ...preview, env: runId(2002, 3) });
    expect(lines(github.requests)).toEqual([
      'POST /graphql',
      listing,
      `PATCH /issues/comments/${before?.id}`,
      `GET /issues/comments/${before?.id}`,
    ]);
    const [after, ...others] = github.comments();
    expect(others).toEqual([]);
    expect(after?.id).toBe(before?.id);
    expect(after?.body).toContain('run=2002.3 -->\n## Terraform policies: 2 would be created');
    expect(outputs['comment-url']).toContain(`#issuecomment-${before?.id}`);
  });

  test('goes from preview to result as the pull request is merged', async () => {
    const { github, run } = await outdated();
    const [before] = github.comments();
    github.seedPull({ number: 1, state: 'closed', merged: true, mergeCommitSha: events.mergeSha });
    await run({ event: events.push(), inputs: { ...key, 'dry-run': 'auto' }, env: runId(2002) });
    expect(github.comments()).toMatchObject([
      { id: before?.id, body: expect.stringContaining('## Terraform policies: 2 created') },
    ]);
  });

  test('is found behind 250 others', async () => {
    const { github, run, workspace } = await scenario();
    for (let index = 0; index < 250; index++) {
      github.seedComment({ pull: 1, login: `user-${index % 9}`, body: `Comment ${index}` });
    }
    await run(preview);
    await writeFiles(workspace, { 'more.sentinel': sentinel() });
    github.reset();
    await run(preview);
    const own = github.comments().filter(({ user }) => user.login === bot);
    expect(own).toHaveLength(1);
    expect(textOf(own[0]?.body)).toMatch(/^## Terraform policies: 3 would be created/);
    const [, ...rest] = lines(github.requests);
    expect(rest).toEqual([
      expect.stringContaining(listing),
      expect.stringMatching(/^GET \/.*page=2/),
      expect.stringMatching(/^GET \/.*page=3/),
      `PATCH /issues/comments/${own[0]?.id}`,
      `GET /issues/comments/${own[0]?.id}`,
    ]);
  });

  test('of a stranger that carries the marker is left alone', async () => {
    const { github, run } = await scenario();
    for (const type of ['User', 'Bot'] as const) {
      github.seedComment({ pull: 1, login: `mallory-${type}`, type, body: `${marker}\nquoted` });
    }
    const before = github.comments();
    await run(preview);
    expect(github.comments().slice(0, 2)).toEqual(before);
    expect(github.comments().slice(2)).toMatchObject([{ user: { login: bot } }]);
  });

  test('is not mistaken for an own one that only quotes the marker', async () => {
    const { github, run } = await scenario();
    github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `> ${marker}\n> quoted` });
    github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `See:\n${marker}\nquoted` });
    const before = github.comments();
    await run(preview);
    expect(github.comments()).toHaveLength(3);
    expect(github.comments().slice(0, 2)).toEqual(before);
  });

  test('stays of several own ones, the oldest', async () => {
    const { github, run } = await commented();
    const [first] = github.comments();
    const second = github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `${marker}\nold` });
    const third = github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `${marker}\nolder` });
    await run(preview);
    expect(github.comments()).toEqual([first]);
    expect(writes(github.requests).toSorted()).toEqual(
      [`DELETE /issues/comments/${second.id}`, `DELETE /issues/comments/${third.id}`].toSorted(),
    );
  });

  test('that is deleted between reading and writing is made anew', async () => {
    const { github, run } = await outdated();
    const [before] = github.comments();
    github.onRequest = ({ method }, phase) => {
      if (method === 'PATCH' && phase === 'before-effect') github.removeComment(before?.id ?? 0);
    };
    const { exitCode, annotations, outputs } = await run({ ...preview, env: runId(2002) });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    const [after, ...others] = github.comments();
    expect(others).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    expect(after?.body).toContain('2 would be created');
    expect(outputs['comment-url']).toContain(`#issuecomment-${after?.id}`);
  });
});

describe('whose comment it is', () => {
  test('GraphQL tells for the token of a person', async () => {
    const { github, run, workspace } = await scenario();
    const own = { ...preview, inputs: { ...preview.inputs, 'github-token': personalToken } };
    await run(own);
    await writeFiles(workspace, { 'more.sentinel': sentinel() });
    await run(own);
    expect(github.comments()).toMatchObject([
      { user: { login: person }, body: expect.stringContaining('3 would be created') },
    ]);
  });

  test('two tokens of different people keep a comment each', async () => {
    const { github, run } = await outdated();
    await run({ ...preview, inputs: { ...preview.inputs, 'github-token': personalToken } });
    expect(github.comments().map(({ user }) => user.login)).toEqual([bot, person]);
  });

  test('any bot counts where GraphQL does not tell', async () => {
    const { github, run } = await scenario({ github: { viewer: false } });
    const quoted = github.seedComment({ pull: 1, login: 'mallory', body: `${marker}\nquoted` });
    const own = github.seedComment({ pull: 1, login: bot, type: 'Bot', body: `${marker}\nold` });
    const { exitCode, annotations } = await run(preview);
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments()).toMatchObject([
      { id: quoted.id, body: quoted.body },
      { id: own.id, body: expect.stringContaining('2 would be created') },
    ]);
  });

  test("another bot's comment that it may not change gets a new one beside it", async () => {
    const { github, run } = await scenario({ github: { viewer: false } });
    const other = github.seedComment({ pull: 1, login: 'other[bot]', type: 'Bot', body: `${marker}\nold` });
    const refusal = { type: 'status', status: 403, body: '{"message":"Must have admin rights."}' } as const;
    const path = new RegExp(`/issues/comments/${other.id}$`);
    github.faults.add({ when: { path }, times: 9, fault: refusal });
    const { exitCode, outputs } = await run(preview);
    expect(exitCode).toBe(0);
    expect(github.comments()).toMatchObject([
      { id: other.id, body: other.body },
      { user: { login: bot }, body: expect.stringContaining('2 would be created') },
    ]);
    expect(outputs['comment-url']).toContain(`#issuecomment-${github.comments()[1]?.id}`);
  });
});

describe('an older run', () => {
  const newer = () => outdated(markerOf('2002.2'));

  test.each([
    { name: 'a lower run id', env: runId(2001, 9) },
    { name: 'a run id of fewer digits', env: runId(999) },
    { name: 'a lower attempt of the same run', env: runId(2002, 1) },
  ])('does not overwrite what a newer one wrote: $name', async ({ env }) => {
    const { github, run } = await newer();
    const before = github.comments();
    const { exitCode, outputs, annotations } = await run({ ...preview, env });
    expect(github.comments()).toEqual(before);
    expect(writes(github.requests)).toEqual([]);
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(outputs['comment-url']).toContain(`#issuecomment-${before[0]?.id}`);
    expect(outputs['summary']).toContain('2 would be created');
  });

  test.each([
    { name: 'a later run', env: runId(10_000) },
    { name: 'a later attempt of the same run', env: runId(2002, 10) },
    { name: 'the same attempt again', env: runId(2002, 2) },
  ])('is none: $name', async ({ env }) => {
    const { github, run } = await newer();
    await run({ ...preview, env });
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('2 would be created') }]);
  });

  test('overwrites it all the same if it is the one that wrote to Terraform', async () => {
    const { github, run } = await newer();
    await run({ event: events.pullRequest(), inputs: { ...key, 'dry-run': 'false' }, env: runId(1001) });
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining(': 2 created\n') }]);
  });

  test('does not overwrite what a newer one says that wrote, too', async () => {
    const { github, run } = await outdated(markerOf('2002.2 wrote'));
    const before = github.comments();
    const { exitCode } = await run({ event: events.pullRequest(), inputs: key, env: runId(1001) });
    expect(exitCode).toBe(0);
    expect(github.comments()).toEqual(before);
  });

  test('that wrote is followed by a newer one that only looked', async () => {
    const { github, run } = await outdated(markerOf('1001.1 wrote'));
    await run({ ...preview, env: runId(2002) });
    expect(github.comments()).toMatchObject([
      { body: expect.stringMatching(/^<!-- \S+ run=2002\.1 -->\n.*2 would be created/) },
    ]);
  });

  test('overwrites it if what it wrote failed half-way', async () => {
    const { github, terraform, run } = await newer();
    terraform.faults.add({ when: { method: 'PUT' }, times: 9, fault: { type: 'status', status: 422 } });
    const { exitCode } = await run({ event: events.pullRequest(), inputs: key, env: runId(1001) });
    expect(exitCode).toBe(1);
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining(': 2 failed\n') }]);
  });
});

describe('two runs at once', () => {
  test.each([1, 2])('end with one comment, round %i', async () => {
    const { github, run } = await scenario({ github: { latency: 20 } });
    const both = await Promise.all([
      run({ ...preview, env: runId(2001) }),
      run({ ...preview, env: runId(2002) }),
    ]);
    expect(both.map(({ exitCode, annotations }) => ({ exitCode, annotations }))).toEqual([
      { exitCode: 0, annotations: [] },
      { exitCode: 0, annotations: [] },
    ]);
    expect(github.comments()).toHaveLength(1);
    const page = `#issuecomment-${github.comments()[0]?.id}`;
    expect(both.map(({ outputs }) => outputs['comment-url'])).toEqual([
      expect.stringContaining(page),
      expect.stringContaining(page),
    ]);
  });

  test('that both saw no comment end with the older comment and the text of the newer run', async () => {
    const { github, run, workspace } = await scenario({ files: { 'a/x.sentinel': sentinel() } });
    await writeFiles(workspace, { 'b/y.sentinel': sentinel(), 'b/z.sentinel': sentinel() });
    // Each waits with its comment until the other has read the list: of no comments.
    let lists = 0;
    const read = Promise.withResolvers<void>();
    github.onRequest = async ({ method, path }, phase) => {
      if (phase === 'after-effect' && method === 'GET' && /comments/.test(path) && ++lists === 2)
        read.resolve();
      if (phase === 'before-effect' && method === 'POST' && /comments/.test(path)) await read.promise;
    };
    await Promise.all([
      run({ ...preview, inputs: { ...preview.inputs, 'working-directory': 'a' }, env: runId(2001) }),
      run({ ...preview, inputs: { ...preview.inputs, 'working-directory': 'b' }, env: runId(2002) }),
    ]);
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('2 would be created') }]);
  });
});

/**
 * While a run writes its comment, another one writes over it that had read the same old comment. Returns the comments
 * in the end.
 */
async function overtaken({ by, ...changes }: { by: string; wrote: boolean; env: Record<string, string> }) {
  const { github, run } = await outdated(markerOf('901.1'));
  let overtakes = 1;
  github.onRequest = async ({ method, path }, phase) => {
    if (method !== 'PATCH' || phase !== 'after-effect' || overtakes-- <= 0) return;
    await fetch(`${github.url}${path}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${githubToken}` },
      body: JSON.stringify({ body: `${markerOf(by)}\nthe other run` }),
    });
  };
  const { wrote, env } = changes;
  await run({ event: events.pullRequest(), inputs: { ...key, 'dry-run': String(!wrote) }, env });
  return github.comments().map(({ body }) => body.split('\n').slice(0, 2));
}

describe('a run that another one overtakes while it writes', () => {
  const other = (by: string) => [[markerOf(by), 'the other run']];
  const own = (run: string, count: string) => [[markerOf(run), `## Terraform policies: ${count}`]];
  const looked = '2 would be created';
  const wrote = '2 created';

  test.each([
    // Neither wrote to Terraform, or both did: the newer one has the last word.
    { by: '2001.1', wrote: false, id: 2002, end: own('2002.1', looked) },
    { by: '2003.1', wrote: false, id: 2002, end: other('2003.1') },
    { by: '2001.1 wrote', wrote: true, id: 2002, end: own('2002.1 wrote', wrote) },
    { by: '2003.1 wrote', wrote: true, id: 2002, end: other('2003.1 wrote') },
    // One wrote: it has, older or newer.
    { by: '2001.1 wrote', wrote: false, id: 2002, end: other('2001.1 wrote') },
    { by: '2003.1 wrote', wrote: false, id: 2002, end: other('2003.1 wrote') },
    { by: '2001.1', wrote: true, id: 2002, end: own('2002.1 wrote', wrote) },
    { by: '2003.1', wrote: true, id: 2002, end: own('2002.1 wrote', wrote) },
  ])('run=$by over run $id, wrote: $wrote', async ({ by, wrote, id, end }) => {
    expect(await overtaken({ by, wrote, env: runId(id) })).toEqual(end);
  });
});

test('no token ever goes into a comment', async () => {
  const { github } = await commented();
  for (const token of tokens) expect(github.comments()[0]?.body).not.toContain(token);
});
