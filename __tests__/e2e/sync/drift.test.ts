import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import {
  errors,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from '../publish/reading.ts';
import { type GivenInputs, scenario, sentinel } from '../publish/scenario.ts';
import { digest, seedStamped } from './syncing.ts';

const check = { 'expect-no-changes': 'true' };

const files = { 'cost.sentinel': sentinel('cost'), 'size.sentinel': sentinel('size') };

/** As a run with stamps leaves it. */
function seedAll(terraform: HcpTerraform): void {
  for (const name of ['cost', 'size']) {
    seedStamped(terraform, { name, code: sentinel(name), enforcementLevel: 'hard-mandatory' });
  }
}

describe('a drift check', () => {
  test.each<GivenInputs>([{}, { stamp: 'true' }, { prune: 'true', 'enforcement-level': 'hard-mandatory' }])(
    'of an organization that is as it shall be downloads everything and succeeds: %j',
    async (inputs) => {
      const { terraform, run } = await scenario({ files });
      seedAll(terraform);
      const result = await run({ ...check, ...inputs });
      expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, unchanged: 2 });
      expect(errors(result)).toEqual([]);
      expect(requestLines(terraform).slice(1)).toEqual([
        lines.download('cost'),
        lines.object,
        lines.download('size'),
        lines.object,
      ]);
    },
  );

  const drifts: [string, (terraform: HcpTerraform) => void, GivenInputs, object][] = [
    [
      'other code under a stamp that was made to fit',
      (terraform) => {
        terraform.seedPolicy({ name: 'cost', code: sentinel('theirs') });
        const updatedAt = terraform.policies().find(({ name }) => name === 'cost')?.updatedAt ?? '';
        seedStamped(terraform, {
          name: 'cost',
          code: sentinel('theirs'),
          updatedAt,
          stamp: { sha256: digest(sentinel('cost')), 'updated-at': updatedAt },
        });
      },
      {},
      { action: 'update', changes: ['code'] },
    ],
    [
      'another level',
      (terraform) => terraform.seedPolicy({ name: 'cost', enforcementLevel: 'advisory' }),
      { 'enforcement-level': 'hard-mandatory' },
      { action: 'update', changes: ['enforcement-level'] },
    ],
    [
      'no stamp',
      (terraform) => terraform.seedPolicy({ name: 'cost', description: 'By hand' }),
      { stamp: 'true' },
      { action: 'update', changes: ['stamp'] },
    ],
    ['a policy missing', (terraform) => terraform.removePolicy('cost'), {}, { action: 'create' }],
  ];

  test.each(drifts)('finds %s, fails and writes nothing', async (_name, drift, inputs, entry) => {
    const { terraform, run } = await scenario({ files });
    seedAll(terraform);
    drift(terraform);
    const before = policyStates(terraform);
    const result = await run({ ...check, ...inputs });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 0, unchanged: 1 });
    expect(published(result)).toMatchObject([
      { name: 'cost', status: 'planned', ...entry },
      { name: 'size' },
    ]);
    expect(writeLines(terraform)).toEqual([]);
    expect(policyStates(terraform)).toEqual(before);
  });

  test('with `prune` finds a policy whose file is gone', async () => {
    const { terraform, run } = await scenario({ files });
    seedAll(terraform);
    seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
    expect(outcome(await run(check))).toMatchObject({ exitCode: 0, changed: 'false' });
    const result = await run({ ...check, prune: 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', unchanged: 2, deleted: 1 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test.each<GivenInputs>([{}, { 'dry-run': 'true' }])('needs a token: %j', async (inputs) => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ ...check, ...inputs, token: undefined });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ at: 'input token' }]);
    expect(requestLines(terraform)).toEqual([]);
  });
});
