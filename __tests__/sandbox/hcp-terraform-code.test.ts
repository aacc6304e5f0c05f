import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { ask, upload } from './client.ts';

let terraform: HcpTerraform;
afterEach(() => terraform.close());

async function start(options: HcpTerraformOptions = {}): Promise<HcpTerraform> {
  terraform = await startHcpTerraform({ rateLimit: null, ...options });
  return terraform;
}

const bytes = Buffer.from([0x23, 0x20, 0xc3, 0xa4, 0x0d, 0x0a, 0x00, 0xff]);

describe('upload', () => {
  test('fills enforce, the download link and the time', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a', enforcementLevel: 'advisory' });
    const answer = await upload(terraform, id, bytes);
    expect(answer.status).toBe(200);
    expect(answer.at('data', 'attributes')).toMatchObject({
      enforce: [{ path: 'a.sentinel', mode: 'advisory' }],
      'updated-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
    });
    expect(answer.at('data', 'links', 'download')).toBe(`/api/v2/policies/${id}/download`);
    expect(terraform.policies()[0]?.code).toEqual(bytes);
    expect(terraform.violations).toEqual([]);
  });

  test('two uploads never share a time', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a' });
    const times = [await upload(terraform, id, 'x'), await upload(terraform, id, 'y')];
    const [first, second] = times.map((answer) => answer.at('data', 'attributes', 'updated-at'));
    expect(first).not.toBe(second);
  });

  test('no bytes at all are code too', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a' });
    expect((await upload(terraform, id, '')).status).toBe(200);
    expect(terraform.policies()[0]?.code).toEqual(Buffer.alloc(0));
    expect((await ask(terraform, `/policies/${id}/download`)).status).toBe(302);
  });

  test('10 MiB are the limit; above it the old code stays', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a', code: 'old' });
    const limit = 10 * 2 ** 20;
    expect((await upload(terraform, id, Buffer.alloc(limit + 1, 'x'))).status).toBe(413);
    expect(terraform.policies()[0]?.code?.toString()).toBe('old');
    expect((await upload(terraform, id, Buffer.alloc(limit, 'x'))).status).toBe(200);
  });

  test('the answer may be empty', async () => {
    await start({ emptyUploadAnswer: true });
    const { id } = terraform.seedPolicy({ name: 'a' });
    expect(await upload(terraform, id, 'x')).toMatchObject({ status: 200, text: '' });
  });

  test('an unknown policy is 404', async () => {
    await start();
    expect((await upload(terraform, 'pol-1', 'x')).status).toBe(404);
  });
});

describe('download', () => {
  test('is 404 until something was uploaded', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a' });
    expect((await ask(terraform, `/policies/${id}/download`)).status).toBe(404);
  });

  test.each([
    ['other-origin', 302, /^\/v1\/object\/[\w-]{20,}$/],
    ['same-host', 307, /^\/_archivist\/v1\/object\/[\w-]{20,}$/],
  ] as const)('%s: redirects to a secret address with the exact bytes', async (objectStore, status, path) => {
    await start({ objectStore, redirectStatus: status });
    const { id } = terraform.seedPolicy({ name: 'a', code: bytes });
    const answer = await ask(terraform, `/policies/${id}/download`);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(answer.status).toBe(status);
    expect(location.origin === terraform.url).toBe(objectStore === 'same-host');
    expect(location.origin).toBe(terraform.objectStore);
    expect(location.pathname).toMatch(path);
    const object = await fetch(location);
    expect(Buffer.from(await object.arrayBuffer())).toEqual(bytes);
    expect(terraform.requests.at(-1)?.server).toBe('object-store');
    expect(terraform.violations).toEqual([]);
  });

  test.each(['other-origin', 'same-host'] as const)('%s: the store refuses tokens', async (objectStore) => {
    await start({ objectStore });
    const { id } = terraform.seedPolicy({ name: 'a', code: bytes });
    const { headers } = await ask(terraform, `/policies/${id}/download`);
    const location = headers.get('location') ?? '';
    expect((await fetch(location, { headers: { authorization: 'Bearer terraform-token' } })).status).toBe(
      400,
    );
    expect((await fetch(`${location}?token=terraform-token`)).status).toBe(200);
    expect(terraform.violations).toEqual([
      expect.stringContaining('Authorization was sent to the object store'),
      expect.stringContaining('a token was sent to the object store in the address'),
    ]);
  });

  test('an address keeps what it was made for', async () => {
    await start();
    const { id } = terraform.seedPolicy({ name: 'a', code: 'old' });
    const { headers } = await ask(terraform, `/policies/${id}/download`);
    await upload(terraform, id, 'new');
    const object = await fetch(headers.get('location') ?? '');
    expect(await object.text()).toBe('old');
    expect((await fetch(`${terraform.objectStore}/v1/object/unknown`)).status).toBe(404);
  });
});
