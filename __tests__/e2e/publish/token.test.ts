import { describe, expect, test } from '@jest/globals';
import { errors, nothing, outcome, requestLines } from './reading.ts';
import { scenario, sentinel, token } from './scenario.ts';

const files = { 'cost.sentinel': sentinel() };

describe('the token', () => {
  test('is masked before anything else is printed', async () => {
    const { run } = await scenario({ files });
    const result = await run({ 'github-token': 'github-token-0123456789' });
    expect(result.stdout.startsWith(`::add-mask::${token}\n`)).toBe(true);
    const first = result.commands.findIndex(({ name }) => name !== 'add-mask');
    expect(result.commands.slice(0, first).map(({ message }) => message)).toEqual(
      expect.arrayContaining([token, 'github-token-0123456789']),
    );
  });

  test('is shown nowhere, not in a debug log and not when it is refused', async () => {
    const { run } = await scenario({ files, server: { tokens: ['another-token'] } });
    const result = await run({}, { env: { RUNNER_DEBUG: '1' } });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(result.commands.some(({ name, message }) => name === 'debug' && message.includes('401'))).toBe(
      true,
    );
  });

  test('is shown nowhere when a server repeats it in its answer', async () => {
    const { terraform, run } = await scenario({ files });
    const body = JSON.stringify({ errors: [{ status: '422', title: 'bad', detail: `You sent ${token}` }] });
    terraform.faults.add({ when: { method: 'GET' }, fault: { type: 'status', status: 418, body } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('You sent ***') }]);
  });

  test('may have white space around it', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ token: `\n  ${token}\r\n` });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(terraform.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(result.masks).toContain(token);
  });

  test.each(['first-half-of-it\nsecond-half-of-it', 'first-half-of-it–second-half-of-it'])(
    'that no header can carry is an error which does not show it: %j',
    async (given) => {
      const { terraform, run } = await scenario({ files });
      const result = await run({ token: given });
      expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
      expect(errors(result)).toEqual([
        { at: 'input token', message: expect.stringContaining('white space') },
      ]);
      expect(result.masks).toContain(given);
      const shown = result.stdout.replaceAll(/^::add-mask::.*$/gm, '') + result.stderr + result.summary;
      expect(shown).not.toMatch(/first-half|second-half/);
      expect(requestLines(terraform)).toEqual([]);
    },
  );
});
