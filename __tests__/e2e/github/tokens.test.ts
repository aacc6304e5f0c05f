import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { seen } from './markdown.ts';
import { scenario } from './scenario.ts';

/** Tokens are opaque: they may hold what Markdown escapes, and look like what is broken up so that it makes no link. */
const tokens = [
  {
    name: 'letters and a dot',
    token: 'abcdefghijklmn.atlasv1.ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijABCDEFGHIJ01234567',
  },
  { name: 'underscores', token: 'tok_with_many_underscores_in_it_and_at_its_end_' },
  { name: 'hexadecimal', token: 'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef' },
  { name: 'punctuation', token: 'a*b_c`d[e]f<g>h|i~j!k\\l#m@n(o)p&q' },
];

describe('a token that the API repeats is shown nowhere', () => {
  test.each(tokens)('$name', async ({ token }) => {
    const { github, terraform, run } = await scenario({ terraform: { tokens: [token] } });
    // So often that a text which is cut somewhere is cut within one of them.
    const detail = `no ${token}, "${token}"; ${`${token} `.repeat(150)}`;
    const body = JSON.stringify({ errors: [{ status: '422', title: token, detail }] });
    terraform.faults.add({ when: { method: 'PUT' }, times: 9, fault: { type: 'status', status: 422, body } });
    const result = await run({ event: events.pullRequest(), inputs: { token } });
    expect(result.exitCode).toBe(1);
    const log = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const shown = {
      comment: github.comments()[0]?.body ?? '',
      summary: result.summary,
      outputs: Object.values(result.outputs).join('\n'),
      log: [...log, result.stderr].join('\n'),
      annotations: result.annotations.map(({ message }) => message).join('\n'),
    };
    // A piece of it is enough to give it away.
    const leaks = Object.entries(shown).filter(([, text]) =>
      [text, seen(text)].some((way) => way.includes(token.slice(0, 20))),
    );
    expect(leaks.map(([where]) => where)).toEqual([]);
    expect(Object.values(shown).every((text) => text.includes('returned 422'))).toBe(true);
  });
});

test('a GitHub token that GitHub repeats is shown nowhere', async () => {
  const token = 'ghs_1234567_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2ln_bmF0-dXJl_0123456789';
  const { github, run } = await scenario({
    github: { tokens: { [token]: { login: 'github-actions[bot]', type: 'Bot', permissions: 'write' } } },
  });
  const body = JSON.stringify({ message: `No rights with ${token}` });
  github.faults.add({
    when: { method: 'POST', path: /comments$/ },
    fault: { type: 'status', status: 403, body },
  });
  const result = await run({ event: events.pullRequest(), inputs: { 'github-token': token } });
  expect(result.exitCode).toBe(0);
  const log = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  for (const text of [result.summary, log.join('\n'), JSON.stringify(result.outputs)]) {
    expect(seen(text)).not.toContain(token.slice(0, 20));
  }
});

test('tokens are masked before anything else is printed', async () => {
  const { run } = await scenario();
  const { stdout, masks } = await run({ env: { TFE_TOKEN: ' other-token-value ' } });
  expect(masks).toContain('other-token-value');
  const [firstOther] = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const before = stdout.slice(0, stdout.indexOf(firstOther ?? ''));
  expect(before.match(/::add-mask::/g)?.length).toBeGreaterThanOrEqual(3);
});
