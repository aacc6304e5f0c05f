import { describe, expect, test } from '@jest/globals';
import { errors, lines, nothing, outcome, requestLines, writeLines } from './reading.ts';
import { scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel() };

describe('the object store that holds the code', () => {
  test.each([
    { objectStore: 'other-origin', redirectStatus: 302 },
    { objectStore: 'same-host', redirectStatus: 302 },
    { objectStore: 'same-host', redirectStatus: 307 },
  ] as const)(
    'is asked without the token, at a masked address: $objectStore, $redirectStatus',
    async (server) => {
      const { terraform, run } = await scenario({ files, server });
      terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
      const result = await run({}, { env: { RUNNER_DEBUG: '1' } });

      expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 1 });
      expect(requestLines(terraform)).toEqual([lines.list(), lines.download('cost'), lines.object]);
      const download = terraform.requests[2];
      expect(download?.headers.authorization).toBeUndefined();
      expect(result.masks).toContain(`${terraform.objectStore}${download?.path}`);
      const secret = download?.path.split('/').at(-1) ?? '';
      const shown = result.stdout.replaceAll(/^::add-mask::.*$/gm, '') + result.stderr + result.summary;
      expect(shown).not.toContain(secret);
    },
  );

  test('is asked again when it is out of order for a moment', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.faults.add({ when: { server: 'object-store' }, fault: { type: 'status', status: 503 } });
    terraform.faults.add({ when: { server: 'object-store', request: 2 }, fault: { type: 'truncate' } });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(requestLines(terraform)).toEqual([
      lines.list(),
      lines.download('cost'),
      `${lines.object} → 503`,
      `${lines.object} → lost`,
      lines.object,
    ]);
  });

  test('is asked at a new address when the old one has expired', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.faults.add({ when: { server: 'object-store' }, fault: { type: 'status', status: 403 } });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(requestLines(terraform)).toEqual([
      lines.list(),
      lines.download('cost'),
      `${lines.object} → 403`,
      lines.download('cost'),
      lines.object,
    ]);
  });

  test('that keeps refusing ends the run before any write, without showing its address', async () => {
    const { terraform, run } = await scenario({ files: { ...files, 'new.sentinel': sentinel() } });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.faults.add({
      when: { server: 'object-store' },
      times: 99,
      fault: { type: 'status', status: 403 },
    });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([
      { message: expect.stringMatching(/download → object store returned 403/) },
    ]);
    expect(writeLines(terraform)).toEqual([]);
    const secrets = terraform.requests
      .filter(({ server }) => server === 'object-store')
      .map(({ path }) => path.split('/').at(-1) ?? '');
    const shown = result.stdout.replaceAll(/^::add-mask::.*$/gm, '') + result.stderr + result.summary;
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  });
});
