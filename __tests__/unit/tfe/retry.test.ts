import { describe, expect, test } from '@jest/globals';
import { ApiError, ConnectionError, DecodeError } from '../../../src/tfe/api-error.ts';
import {
  backOffDelay,
  isUnclear,
  Patience,
  RETRY_CEILING,
  retryDelay,
  withRetries,
} from '../../../src/tfe/retry.ts';
import { FakeClock } from './fake-clock.ts';

const LINE = { method: 'GET', path: '/api/v2/policies/pol-1' };
const api = (status: number) => new ApiError(LINE, status, [], undefined);
const lost = (code: string) => new ConnectionError(LINE, Object.assign(new Error('lost'), { code }));
const nonsense = new DecodeError(LINE, 'a JSON:API document');

describe('isUnclear', () => {
  test.each<[string, unknown, boolean]>([
    ['500', api(500), true],
    ['502', api(502), true],
    ['503', api(503), true],
    ['504', api(504), true],
    ['400', api(400), false],
    ['401', api(401), false],
    ['404', api(404), false],
    ['422', api(422), false],
    ['429', api(429), false],
    ['a redirect', api(302), false],
    ['a lost connection', lost('ECONNRESET'), true],
    ['a refused connection', lost('ECONNREFUSED'), true],
    ['no answer in time', lost('UND_ERR_HEADERS_TIMEOUT'), true],
    ['a name server that is down', lost('EAI_AGAIN'), true],
    ['no such host', lost('ENOTFOUND'), false],
    ['a certificate that has expired', lost('CERT_HAS_EXPIRED'), false],
    ['a certificate of its own', lost('DEPTH_ZERO_SELF_SIGNED_CERT'), false],
    ['a certificate that nobody knows', lost('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), false],
    ['a certificate for another name', lost('ERR_TLS_CERT_ALTNAME_INVALID'), false],
    ['an answer that is no document', nonsense, true],
    ['a defect', new TypeError('x is not a function'), false],
  ])('%s', (_, error, expected) => {
    expect(isUnclear(error)).toBe(expected);
  });
});

test.each([
  [1, 0, 250],
  [1, 1, 500],
  [2, 0, 500],
  [2, 1, 1_000],
  [3, 0.5, 1_500],
  [6, 1, 16_000],
  [7, 1, 30_000],
  [40, 0, 15_000],
  [2_000, 1, 30_000],
])('after %d failures, with jitter %d, the delay is %d ms', (failures, jitter, delay) => {
  expect(backOffDelay(failures, jitter)).toBe(delay);
});

describe('retryDelay', () => {
  const again = { failures: 1, elapsed: 0, repeatable: true };
  const create = { ...again, repeatable: false };

  test.each<[string, unknown, Parameters<typeof retryDelay>[1], number | undefined]>([
    ['429: the pacer waits', api(429), again, 0],
    ['429 of a create', api(429), create, 0],
    ['429 for the 20th time', api(429), { ...again, failures: 20, elapsed: 60_000 }, 0],
    ['425', api(425), again, 500],
    ['425 of a create', api(425), create, 500],
    ['500', api(500), again, 500],
    ['500 for the 6th time', api(500), { ...again, failures: 6 }, 16_000],
    ['500 for the 7th time', api(500), { ...again, failures: 7 }, undefined],
    ['500 of a create', api(500), create, undefined],
    ['a lost connection', lost('ECONNRESET'), again, 500],
    ['a lost connection of a create', lost('ECONNRESET'), create, undefined],
    ['no such host', lost('ENOTFOUND'), again, undefined],
    ['nonsense', nonsense, again, 500],
    ['nonsense for a create', nonsense, create, undefined],
    ['400', api(400), again, undefined],
    ['401', api(401), again, undefined],
    ['403', api(403), again, undefined],
    ['404', api(404), again, undefined],
    ['409', api(409), again, undefined],
    ['413', api(413), again, undefined],
    ['422', api(422), again, undefined],
    ['a defect', new TypeError('x'), again, undefined],
    ['429 at the ceiling', api(429), { ...again, elapsed: RETRY_CEILING }, undefined],
    ['500 just below the ceiling', api(500), { ...again, elapsed: RETRY_CEILING - 501 }, 500],
    ['500 that would pass the ceiling', api(500), { ...again, elapsed: RETRY_CEILING - 500 }, undefined],
  ])('%s', (_, error, attempt, delay) => {
    expect(retryDelay(error, attempt, 1)).toBe(delay);
  });
});

describe('withRetries', () => {
  /** Fails with these errors in turn, the last one for ever; undefined stands for success. */
  async function attempts(errors: readonly (Error | undefined)[], repeatable = true) {
    const clock = new FakeClock();
    let count = 0;
    const outcome = withRetries(
      async () => {
        const error = errors[Math.min(count++, errors.length - 1)];
        await clock.sleep(1_000);
        if (error !== undefined) throw error;
        return 'done';
      },
      { repeatable, clock },
    ).catch((error: unknown) => error);
    const time = await clock.run(outcome);
    return { outcome: await outcome, count, time };
  }

  test('asks again until it succeeds', async () => {
    expect(await attempts([api(503), lost('ECONNRESET'), api(429), undefined])).toMatchObject({
      outcome: 'done',
      count: 4,
    });
  });

  test('asks a server that is down seven times', async () => {
    const down = api(503);
    const { outcome, count, time } = await attempts([down]);
    expect(outcome).toBe(down);
    expect(count).toBe(7);
    expect(time).toBeLessThan(60_000);
  });

  test('asks once where it makes no difference', async () => {
    expect(await attempts([api(404), undefined])).toMatchObject({ outcome: api(404), count: 1 });
  });

  test('creates once', async () => {
    expect(await attempts([api(503), undefined], false)).toMatchObject({ outcome: api(503), count: 1 });
  });

  test.each([429, 425])('gives up on %d after five minutes', async (status) => {
    const { outcome, time } = await attempts([api(status)]);
    expect(outcome).toEqual(api(status));
    expect(time).toBeGreaterThan(RETRY_CEILING - 60_000);
    expect(time).toBeLessThanOrEqual(RETRY_CEILING + 1_000);
  });
});

describe('a server that is down', () => {
  const down = () => Promise.reject(new ConnectionError({ method: 'GET', path: '/' }, new Error('down')));

  async function attemptsOf(patience: Patience, attempt: () => Promise<unknown> = down): Promise<number> {
    let attempts = 0;
    const counted = () => {
      attempts++;
      return attempt();
    };
    const clock = { now: () => 0, sleep: async () => undefined };
    await withRetries(counted, { repeatable: true, clock, patience }).catch(() => undefined);
    return attempts;
  }

  test('is asked often twice, then once by each request, then not at all', async () => {
    const patience = new Patience();
    const attempts: number[] = [];
    for (let request = 0; request < 12; request++) attempts.push(await attemptsOf(patience));
    expect(attempts).toEqual([7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  test('is trusted again after one answer', async () => {
    const patience = new Patience();
    for (let request = 0; request < 5; request++) await attemptsOf(patience);
    expect(await attemptsOf(patience, async () => 'here')).toBe(1);
    expect(await attemptsOf(patience)).toBe(7);
  });
});
