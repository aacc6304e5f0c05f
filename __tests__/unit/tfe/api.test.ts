import { expect, test } from '@jest/globals';
import { Api } from '../../../src/tfe/api.ts';
import { FakeClock } from './fake-clock.ts';

test('the latency is the shortest time from a request to its response', async () => {
  const clock = new FakeClock();
  const times = [300, 80, 200];
  const api = new Api({
    origin: 'https://tfe.example.com',
    token: 'a-token',
    parallelism: 1,
    onSecret: () => undefined,
    onFailedSecret: () => undefined,
    transport: async () => {
      await clock.sleep(times.shift() ?? 0);
      return { status: 200, headers: {}, body: Buffer.from('{}') };
    },
    clock,
  });
  const send = () => clock.run(api.send({ method: 'GET', path: '/x' }, () => undefined));
  const latencies: number[] = [];
  for (let request = 1; request <= 3; request++) {
    await send();
    latencies.push(api.latency);
  }
  expect(latencies).toEqual([300, 80, 80]);
});
