import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { members, outcome, policyStates } from './reading.ts';
import { type Files, scenario, sentinel } from './scenario.ts';

const names = ['a', 'b', 'c', 'd'];
const files: Files = Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel()]));

describe.each(['SIGINT', 'SIGTERM'] as const)('on %s', (killSignal) => {
  test('what is begun is finished, nothing else begins, and the report says so', async () => {
    const cancel = new AbortController();
    const { terraform, run } = await scenario({
      files,
      server: {
        onRequest: async ({ method }) => {
          if (method !== 'PUT' || cancel.signal.aborted) return;
          cancel.abort();
          // Until the process has surely heard of it.
          await setTimeout(1000);
        },
      },
    });
    terraform.seedPolicySet({ name: 'production' });
    const result = await run({ 'policy-sets': 'production' }, { signal: cancel.signal, killSignal });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
    expect(Object.entries(policyStates(terraform)).map(([name, { code }]) => [name, code])).toEqual([
      ['a', sentinel()],
    ]);
    expect(members(terraform)).toEqual({ production: [] });
    expect(result.summary).toContain('The run was cancelled');
    expect(result.summary).toContain('3 not attempted');

    const again = await run({ 'policy-sets': 'production' });
    expect(outcome(again)).toMatchObject({ exitCode: 0, created: 3, updated: 1 });
    expect(members(terraform)).toEqual({ production: names });
  });

  test('while the organization is read, nothing is written', async () => {
    const cancel = new AbortController();
    const { terraform, run } = await scenario({
      files,
      server: { latency: 500, onRequest: () => cancel.abort() },
    });
    const result = await run({}, { signal: cancel.signal, killSignal });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'false' });
    expect(result.summary).toContain('cancelled');
    expect(terraform.policies()).toEqual([]);
  });
});

// Windows knows no signals that stop a process.
const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix('a signal that comes together with the last answer before the writes is heard', async () => {
  let pid = 0;
  const { terraform, run } = await scenario({
    files,
    server: {
      onRequest: ({ method }, phase) => {
        if (method !== 'GET' || phase !== 'before-effect') return;
        // What is asleep finds both when it wakes up.
        process.kill(pid, 'SIGSTOP');
        setTimeout(500).then(() => {
          process.kill(pid, 'SIGINT');
          process.kill(pid, 'SIGCONT');
        });
      },
    },
  });
  const onStart = (started: number) => {
    pid = started;
  };
  const result = await run({}, { onStart });
  expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'false' });
  expect(result.summary).toContain('cancelled');
  expect(terraform.policies()).toEqual([]);
});

test('a server that does not answer does not keep a cancelled run', async () => {
  const cancel = new AbortController();
  const { terraform, run } = await scenario({
    files,
    server: {
      onRequest: ({ method }) => {
        if (method === 'PUT') cancel.abort();
      },
    },
  });
  terraform.faults.add({ when: { method: 'PUT' }, fault: { type: 'hang', effect: 'before' } });
  const result = await run({}, { signal: cancel.signal, killSignal: 'SIGINT' });
  expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
  expect(result.summary).toContain('The run was cancelled');
});
