/** Runners other than GitHub's start actions with whatever Node.js there is. */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { runAction } from '../../support/run-action.ts';
import { workspace } from '../../support/workspace.ts';

const dist = resolve(import.meta.dirname, '../../../dist');

/** Nothing but what the runner starts: had it loaded more before it looked at the version, it would fail. */
async function entryAlone(): Promise<string> {
  const folder = join(await workspace({}), 'dist');
  await mkdir(folder);
  for (const name of ['index.js', 'package.json']) await cp(join(dist, name), join(folder, name));
  return join(folder, 'index.js');
}

const as = (version: string) => {
  const script = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
};

test.each(['16.20.2', '20.20.2', '22.17.1'])(
  'Node.js %s: an error that names both versions',
  async (version) => {
    const entry = await entryAlone();
    const result = await runAction({ workspace: await workspace({}), entry, nodeArguments: as(version) });
    expect(result).toMatchObject({ exitCode: 1, stderr: '', lines: [] });
    expect(result.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining(version) }]);
    expect(result.annotations[0]?.message).toContain('requires Node.js 24');
  },
);

test('Node.js 22.18.0 is new enough', async () => {
  const result = await runAction({ workspace: await workspace({}), nodeArguments: as('22.18.0') });
  expect(result.annotations.map(({ message }) => message).join('\n')).not.toContain('requires Node.js');
  expect(result.outputs).toHaveProperty('changed', 'false');
});
