import { describe, expect, test } from '@jest/globals';
import type { PolicySetVersion, VersionedSet } from '../../../src/model/policy-set.ts';
import { awaitInForce, awaitReady } from '../../../src/policy-sets/await-version.ts';
import { aSet, aVersion } from './builders.ts';

const version: PolicySetVersion = {
  id: 'polsetver-2',
  source: 'tfe-api',
  status: 'pending',
  error: undefined,
};

/** A clock that stands still but for the waits. */
function timer() {
  const waits: number[] = [];
  let now = 0;
  return {
    waits,
    now: () => now,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

const never = () => Promise.reject(new Error('not asked for'));

function waitingFor(statuses: readonly Partial<PolicySetVersion>[], latency = 0) {
  const clock = timer();
  const seen: string[] = [];
  let asked = 0;
  const store = {
    readVersion: async () => ({ ...version, ...statuses[Math.min(asked++, statuses.length - 1)] }),
    readAgain: never,
    latency,
  };
  return { clock, seen, waiting: { store, timer: clock, onStatus: (status: string) => seen.push(status) } };
}

describe('a version', () => {
  test('is read after half a second, then in growing intervals', async () => {
    const statuses = [...Array.from({ length: 9 }, () => ({ status: 'ingressing' })), { status: 'ready' }];
    const { clock, seen, waiting } = waitingFor(statuses);
    await awaitReady(aSet(), version, waiting);
    expect(clock.waits.slice(0, 4)).toEqual([500, 250, 375, 562.5]);
    expect(Math.max(...clock.waits)).toBe(5000);
    expect(seen).toHaveLength(9);
  });

  test.each([
    [80, 420],
    [700, 0],
  ])('is read earlier by the time that a request takes: %d ms', async (latency, wait) => {
    const { clock, waiting } = waitingFor([{ status: 'ready' }], latency);
    await awaitReady(aSet(), version, waiting);
    expect(clock.waits).toEqual([wait]);
  });

  test.each([
    [{ status: 'errored', error: 'bad_archive: no sentinel.hcl' }, 'bad_archive: no sentinel.hcl'],
    [{ status: 'errored', error: undefined }, 'without an error message'],
    [{ status: 'canceled', error: undefined }, '(canceled)'],
  ])('that is %j fails with the words of the server', async (answer, words) => {
    const { waiting } = waitingFor([{ status: 'pending' }, answer]);
    const failed = awaitReady(aSet(), version, waiting);
    await expect(failed).rejects.toThrow(words);
    await expect(failed).rejects.toThrow('The policy set still has no current version.');
  });

  test('that fails leaves the previous version current, and says so', async () => {
    const { waiting } = waitingFor([{ status: 'errored' }]);
    const set = aSet({ currentVersion: aVersion('polsetver-1') });
    await expect(awaitReady(set, version, waiting)).rejects.toThrow(
      'Version polsetver-1 remains the current version.',
    );
  });

  test.each([{ status: 'ingressing' }, { status: 'unheard-of' }, { status: undefined }])(
    'that stays %j is given up after five minutes',
    async (answer) => {
      const { clock, waiting } = waitingFor([answer]);
      await expect(awaitReady(aSet(), version, waiting)).rejects.toThrow('not ready after 5 minutes');
      expect(clock.now()).toBeGreaterThanOrEqual(300_000);
      expect(clock.now()).toBeLessThan(306_000);
    },
  );
});

function inForce(current: readonly (string | undefined)[], newest?: string) {
  const clock = timer();
  let asked = 0;
  const before = aSet({ currentVersion: aVersion('polsetver-1') });
  const readAgain = async (): Promise<VersionedSet> => {
    const id = current[Math.min(asked++, current.length - 1)];
    return aSet({
      currentVersion: id === undefined ? undefined : aVersion(id),
      newestVersion: newest === undefined ? undefined : aVersion(newest),
    });
  };
  const waiting = {
    store: { readVersion: never, readAgain, latency: 0 },
    timer: clock,
    onStatus: () => undefined,
  };
  return { clock, reached: awaitInForce(before, version, waiting) };
}

describe('the current version', () => {
  test('is the new version, perhaps after a moment', async () => {
    await expect(inForce(['polsetver-2']).reached).resolves.toMatchObject({
      currentVersion: { id: 'polsetver-2' },
    });
    const { clock, reached } = inForce(['polsetver-1', 'polsetver-1', 'polsetver-2']);
    await reached;
    expect(clock.waits).toEqual([250, 375]);
  });

  test.each([['polsetver-9'], [undefined]])('is %s: another publisher was faster', async (id) => {
    await expect(inForce(['polsetver-1', id]).reached).rejects.toThrow('Another publisher was faster');
  });

  test('may be the one of an interrupted run, before the newest one', async () => {
    const { clock, reached } = inForce(['polsetver-1', 'polsetver-0', 'polsetver-2'], 'polsetver-2');
    await reached;
    expect(clock.waits).toEqual([250, 375]);
  });

  test('that was created earlier and stays current is another publisher’s', async () => {
    const { clock, reached } = inForce(['polsetver-0'], 'polsetver-2');
    await expect(reached).rejects.toThrow('Another publisher was faster');
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
  });

  test('is read for ten seconds at most', async () => {
    const { clock, reached } = inForce(['polsetver-1']);
    await expect(reached).rejects.toThrow('did not become the current version');
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(clock.now()).toBeLessThan(20_000);
  });
});
