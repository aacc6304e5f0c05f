/** What is said where GitHub cannot be reached is what happened. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSignedCertificate } from '../../support/certificate.ts';
import * as events from '../../support/events.ts';
import { writeFiles } from '../../support/workspace.ts';
import { scenario } from './scenario.ts';

const event = events.pullRequest();
const tls = selfSignedCertificate();

describe('a GitHub of a private authority', () => {
  let server: Server;
  let connections = 0;

  beforeEach(async () => {
    connections = 0;
    server = createServer(tls).on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  test('is named as the cause, with both remedies, and not tried again', async () => {
    const { run } = await scenario();
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await run({ event, env: { GITHUB_API_URL: address } });
    expect(result.exitCode).toBe(0);
    const [warning, ...others] = result.annotations;
    expect(others).toEqual([]);
    expect(warning?.message).toMatch(/certificate of 127\.0\.0\.1:\d+ is not trusted.*NODE_EXTRA_CA_CERTS/);
    expect(warning?.message).toContain('`ca-certificate`');
    expect(warning?.message).not.toMatch(/in time|permissions:/);
    expect(connections).toBeLessThanOrEqual(2);
  });
});

test.each(['ca-certificate', 'NODE_EXTRA_CA_CERTS'])('%s makes it trusted', async (way) => {
  const { github, run, workspace } = await scenario({ github: { tls } });
  await writeFiles(workspace, { 'ca.pem': tls.cert });
  const trust =
    way === 'ca-certificate'
      ? { inputs: { 'ca-certificate': 'ca.pem' } }
      : { env: { NODE_EXTRA_CA_CERTS: `${workspace}/ca.pem` } };
  const { exitCode, annotations } = await run({
    event,
    ...trust,
    env: { GITHUB_API_URL: github.url, ...trust.env },
  });
  expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
  expect(github.comments()).toHaveLength(1);
});

test('a refused connection is not called a time-out', async () => {
  const { github, run } = await scenario();
  await github.close();
  const { annotations } = await run({ event });
  expect(annotations).toMatchObject([{ message: expect.stringContaining('refused the connection') }]);
  expect(annotations[0]?.message).not.toContain('in time');
});

test('an address that is none is said, and the run goes on', async () => {
  const { terraform, run } = await scenario();
  const { exitCode, annotations, outputs } = await run({ event, env: { GITHUB_API_URL: 'nonsense' } });
  expect({ exitCode, created: outputs['created'] }).toEqual({ exitCode: 0, created: '2' });
  expect(annotations).toMatchObject([
    { level: 'warning', message: expect.stringContaining('Could not comment') },
  ]);
  expect(terraform.policies()).toHaveLength(2);
});

describe('a file of the runner that cannot be written', () => {
  test.each(['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'])(
    '%s: a warning, and a run that succeeds',
    async (name) => {
      const { github, terraform, run, workspace } = await scenario();
      const { exitCode, annotations } = await run({ event, env: { [name]: `${workspace}/no/such/file` } });
      expect(exitCode).toBe(0);
      expect(annotations).toEqual([{ level: 'warning', message: expect.stringContaining(name) }]);
      expect(terraform.policies()).toHaveLength(2);
      expect(github.comments()).toHaveLength(1);
    },
  );

  test('none of them given: the run succeeds', async () => {
    const { run } = await scenario();
    const env = { GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined };
    expect(await run({ event, env })).toMatchObject({ exitCode: 0, annotations: [] });
  });
});
