import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const script = resolve(import.meta.dirname, '../../sandbox/start.ts');

async function run(
  options: string[],
  then: (addresses: Record<string, string>) => Promise<unknown> = async () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [script, ...options], { env: {} });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (!stdout.includes('GITHUB_GRAPHQL_URL=')) return;
    const addresses = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    );
    void then(addresses).finally(() => child.kill('SIGTERM'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

test('prints the addresses, serves, and ends with SIGTERM', async () => {
  let names: unknown;
  const { code } = await run(
    ['--token', 'token-1', '--policy-set', 'base', '--policy-set', 'rego:opa'],
    async (addresses) => {
      const headers = { authorization: 'Bearer token-1' };
      const url = `${addresses['TFE_HOSTNAME']}/api/v2/organizations/acme/policy-sets?sort=name`;
      const { data } = (await (await fetch(url, { headers })).json()) as { data: { attributes: object }[] };
      names = data.map(({ attributes }) => attributes);
    },
  );
  expect(names).toMatchObject([{ name: 'base' }, { name: 'rego', kind: 'opa', 'agent-enabled': true }]);
  expect(code).toBe(0);
});

test('says what the real service would not have liked', async () => {
  const { code, stderr } = await run([], (addresses) => fetch(`${addresses['TFE_HOSTNAME']}/api/v2/nothing`));
  expect(stderr).toBe('GET /api/v2/nothing: no such endpoint\n');
  expect(code).toBe(1);
});

test('explains itself', async () => {
  expect((await run(['--help'])).stdout).toContain('Usage: node sandbox/start.ts');
  const wrong = await run(['--port', 'x']);
  expect(wrong.stderr).toContain('--port is not a number: x');
  expect(wrong.code).toBe(2);
});
