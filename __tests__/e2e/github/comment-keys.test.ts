import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { scenario, sentinel } from './scenario.ts';

const files = { 'a/x.sentinel': sentinel(), 'b/y.sentinel': sentinel() };
const event = events.pullRequest();
const dryRun = { 'dry-run': 'true' };

/** Runs with these inputs, every other run at once with the next; tells how many comments there are in the end. */
async function commentsOf(...uses: Record<string, string | undefined>[]): Promise<number> {
  const organizations = [{ name: 'acme' }, { name: 'other' }];
  const { github, terraform, run } = await scenario({ files, terraform: { organizations } });
  const act = async (use: Record<string, string | undefined>) => {
    const { hostname, ...inputs } = use;
    const host =
      hostname === undefined ? {} : { hostname: `http://${hostname}:${new URL(terraform.url).port}` };
    const { exitCode } = await run({ event, inputs: { ...dryRun, ...inputs, ...host } });
    expect(exitCode).toBe(0);
  };
  for (let at = 0; at < uses.length; at += 2) await Promise.all(uses.slice(at, at + 2).map(act));
  return github.comments().length;
}

describe('uses of the action that keep a comment each', () => {
  test('differ in what tells them apart, and find their own again', async () => {
    const uses = [
      {},
      { 'comment-key': 'plan' },
      { organization: 'other' },
      { hostname: 'localhost' },
      { 'name-prefix': 'dev-' },
      { 'working-directory': 'a' },
      { policies: 'a/**' },
    ];
    expect(await commentsOf(...uses)).toBe(uses.length);
    expect(await commentsOf({}, ...uses.slice(1, 2), {}, ...uses.slice(1, 2))).toBe(2);
  });

  test('have keys that HTML comments could not hold as they are', async () => {
    const keys = ['a', 'a run=9.9', '--><b>', 'ä/%2D', '-'.repeat(100)];
    const { github, run } = await scenario();
    await Promise.all(keys.map((key) => run({ event, inputs: { ...dryRun, 'comment-key': key } })));
    await Promise.all(keys.map((key) => run({ event, inputs: { ...dryRun, 'comment-key': key } })));
    expect(github.comments()).toHaveLength(keys.length);
    for (const { body } of github.comments()) {
      const [, inside = ''] = /^<!--(.*)-->\n## Terraform policies/.exec(body) ?? [];
      expect(inside).toMatch(/^ publish-terraform-policies:\S+ run=1001\.1(?: wrote)? $/);
      expect(inside).not.toMatch(/--|>/);
    }
  });
});

describe('uses of the action that share a comment', () => {
  test.each([
    {
      name: 'the folder is written in another way',
      one: { 'working-directory': 'a' },
      other: { 'working-directory': './a/' },
    },
    { name: 'the default `policies` are given', one: {}, other: { policies: '**/*.sentinel\n**/*.rego\n' } },
    {
      name: '`dry-run`, level and `parallelism` differ',
      one: {},
      other: { 'enforcement-level': 'advisory', parallelism: '3' },
    },
    {
      name: 'the given key is the same',
      one: { 'comment-key': 'k' },
      other: { 'comment-key': ' k ', 'name-prefix': 'x-' },
    },
  ])('$name', async ({ one, other }) => {
    expect(await commentsOf(one, other)).toBe(1);
  });

  test('the organization comes from the environment', async () => {
    const { github, run } = await scenario({ files });
    await run({ event, inputs: dryRun });
    const env = { TF_CLOUD_ORGANIZATION: 'acme' };
    await run({ event, inputs: { ...dryRun, organization: undefined }, env });
    expect(github.comments()).toHaveLength(1);
  });
});
