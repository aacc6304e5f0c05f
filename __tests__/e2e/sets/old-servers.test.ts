import { expect, test } from '@jest/globals';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import { outcome, requestLines, writeLines } from '../publish/reading.ts';
import { asBase, asks, asNewBase, publishedSets, publishing, regoLibrary, setOf } from './publishing.ts';

const noIncludes: PlannedFault = {
  when: { path: /include=/ },
  times: Number.POSITIVE_INFINITY,
  fault: { type: 'status', status: 400 },
};

test('a server that does not include versions is asked without them', async () => {
  const { terraform, run } = await publishing();
  terraform.faults.add(noIncludes);
  const first = await run(asNewBase);
  expect(outcome(first)).toMatchObject({ exitCode: 0, created: 1 });
  terraform.reset();
  terraform.faults.add(noIncludes);
  const again = await run(asBase);
  expect(outcome(again)).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
  expect(publishedSets(again)).toMatchObject([{ version: publishedSets(first)[0]?.version }]);
  expect(requestLines(terraform)).toHaveLength(2);
});

test('a server without the kind, which creates a policy set for Sentinel, gets no content', async () => {
  const { terraform, run } = await publishing(regoLibrary, { dialect: 'v202212-1' });
  const inputs = { 'versioned-policy-sets': 'base: rego', 'create-policy-sets': 'true' };
  const result = await run(inputs);
  expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', created: 0, failed: 1 });
  const error = expect.stringMatching(
    /it created "base" for Sentinel policies\. .*requires v202303-1 or later/,
  );
  expect(publishedSets(result)).toMatchObject([{ status: 'failed', version: null, error }]);
  expect(writeLines(terraform)).toEqual([asks.create('base')]);
  const again = await run(inputs);
  expect(publishedSets(again)).toMatchObject([{ error: expect.stringMatching(/is for Sentinel policies/) }]);
});

test('a policy set for OPA that still runs the latest version is published to, on a server that refuses to set that', async () => {
  const { terraform, run } = await publishing(regoLibrary, { omittedSettings: 'reset' });
  terraform.seedPolicySet({
    name: 'base',
    kind: 'opa',
    toolVersion: 'latest',
    files: { 'policies.hcl': '' },
  });
  const inputs = { 'versioned-policy-sets': 'base: rego', 'adopt-policy-sets': 'true' };
  const result = await run({ ...inputs, 'policy-tool-version': '1.4.2' });
  expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1, failed: 0 });
  expect(setOf(terraform)).toMatchObject({ toolVersion: '1.4.2' });
});
