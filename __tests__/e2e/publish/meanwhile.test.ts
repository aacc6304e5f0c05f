import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { OnRequest } from '../../../sandbox/http/stand-in.ts';
import { workspace } from '../../support/workspace.ts';
import {
  errors,
  lines,
  members,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'a.sentinel': sentinel('a'), 'cost.sentinel': sentinel('cost') };

/** Acts once, right before the first request that fits has its effect. */
function rightBefore(method: string, path: RegExp, act: () => unknown): OnRequest {
  let acted = false;
  return async (request, phase) => {
    if (acted || phase !== 'before-effect' || request.method !== method || !path.test(request.path)) return;
    acted = true;
    await act();
  };
}

describe('somebody else makes the policy first', () => {
  test('it is taken over: given its code, its settings left alone, no second create', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': files['cost.sentinel'] } });
    terraform.seedPolicySet({ name: 'base' });
    terraform.onRequest = rightBefore('POST', /policies$/, () =>
      terraform.seedPolicy({
        name: 'cost',
        code: sentinel('theirs'),
        enforcementLevel: 'hard-mandatory',
        description: 'Theirs',
      }),
    );
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, failed: 0, changed: 'true' });
    const creates = writeLines(terraform).filter((line) => line.includes('(cost)'));
    expect(creates.every((line) => line.endsWith('422'))).toBe(true);
    expect(requestLines(terraform).slice(-3)).toEqual([
      lines.find('cost'),
      lines.upload('cost'),
      lines.addMembers('base'),
    ]);
    expect(policyStates(terraform)).toMatchObject({
      cost: {
        code: files['cost.sentinel'],
        level: 'hard-mandatory',
        description: 'Theirs',
        sets: ['base'],
      },
    });
    expect(published(result)).toMatchObject([{ enforcementLevel: 'hard-mandatory', status: 'applied' }]);
  });

  test('its level is set where the input states one', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': files['cost.sentinel'] } });
    terraform.seedPolicy({ name: 'other', code: sentinel() });
    terraform.onRequest = rightBefore('POST', /policies$/, () =>
      terraform.seedPolicy({
        name: 'cost',
        code: null,
        enforcementLevel: 'hard-mandatory',
        description: 'Theirs',
      }),
    );
    expect(outcome(await run({ 'enforcement-level': 'advisory' }))).toMatchObject({ exitCode: 0 });
    expect(writeLines(terraform)).toEqual([
      `${lines.create('cost')} → 422`,
      lines.upload('cost'),
      lines.update('cost'),
    ]);
    expect(policyStates(terraform)['cost']).toMatchObject({ level: 'advisory', description: 'Theirs' });
  });

  test('of the other kind: it is left alone, and the others are published', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.onRequest = rightBefore('POST', /policies$/, () =>
      terraform.seedPolicy({ name: 'cost', kind: 'opa', code: rego('theirs') }),
    );
    const result = await run({ 'policy-sets': 'base' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 1, failed: 1 });
    expect(errors(result)).toEqual([{ at: 'cost.sentinel', message: expect.stringContaining('kind opa') }]);
    expect(policyStates(terraform)).toMatchObject({ cost: { kind: 'opa', code: rego('theirs'), sets: [] } });
    expect(members(terraform)).toEqual({ base: ['a'] });
  });
});

describe('somebody else deletes', () => {
  test('the policy before its upload: that fails, the others are published, the next run makes it anew', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older') });
    terraform.onRequest = rightBefore('PUT', /upload/, () => terraform.removePolicy('cost'));
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 1, failed: 1 });
    expect(errors(result)).toEqual([
      { at: 'cost.sentinel', message: expect.stringMatching(/404.*deleted during the run/) },
    ]);
    expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
  });

  test('the code before it is compared: it is uploaded', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': files['cost.sentinel'] } });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.onRequest = rightBefore('GET', /download/, () =>
      terraform.seedPolicy({ name: 'cost', code: null }),
    );
    expect(outcome(await run())).toMatchObject({ exitCode: 0, updated: 1 });
    expect(policyStates(terraform)['cost']).toMatchObject({ code: files['cost.sentinel'] });
  });
});

describe('a file that is another one when it is to be published', () => {
  type Change = (file: string) => Promise<void>;
  const changes: [string, Change][] = [
    ['changed', (file) => writeFile(file, sentinel('swapped'))],
    ['deleted', (file) => rm(file)],
    [
      'replaced by a link out of the workspace',
      async (file) => {
        const outside = await workspace({ 'secret.sentinel': files['cost.sentinel'] });
        await rm(file);
        await symlink(join(outside, 'secret.sentinel'), file);
      },
    ],
  ];

  test.each(changes)('%s while others are published: its policy is not even made', async (_, change) => {
    const { terraform, folder, run } = await scenario({ files });
    terraform.onRequest = rightBefore('POST', /policies$/, () => change(join(folder, 'cost.sentinel')));
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 1, failed: 1 });
    expect(errors(result)).toMatchObject([{ at: 'cost.sentinel' }]);
    expect(published(result)).toMatchObject([{ status: 'applied' }, { status: 'failed', id: null }]);
    expect(Object.keys(policyStates(terraform))).toEqual(['a']);
    expect(writeLines(terraform)).toEqual([lines.create('a'), lines.upload('a')]);
  });

  test.each(changes)(
    '%s while the organization is read: the file is named, and not published',
    async (_, change) => {
      const { terraform, folder, run } = await scenario({ files });
      terraform.onRequest = rightBefore('GET', /policies/, () => change(join(folder, 'cost.sentinel')));
      const result = await run();
      expect(result.exitCode).toBe(1);
      expect(errors(result)).toMatchObject([{ at: 'cost.sentinel' }]);
      expect(result.summary).not.toContain(folder);
      expect(policyStates(terraform)['cost']).toBeUndefined();
    },
  );
});
