import { describe, expect, test } from '@jest/globals';
import { Pacer } from '../../../src/tfe/pacer.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/tfe/transport.ts';
import { FakeClock } from './fake-clock.ts';
import { type Latency, RateLimitedServer, type ServerOptions } from './rate-limited-server.ts';

const REQUEST: HttpRequest = { method: 'GET', url: new URL('https://tfe.example.com/api/v2/x'), headers: {} };

/** Numbers from 0 to 1 that come the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

async function send(
  count: number,
  { parallelism = 10, ...options }: ServerOptions & { readonly parallelism?: number },
) {
  const clock = new FakeClock();
  const server = new RateLimitedServer(clock, options);
  const paced = new Pacer(parallelism, clock).wrap(server.transport);
  const time = await clock.run(Promise.all(Array.from({ length: count }, () => paced(REQUEST))));
  return { server, time };
}

const constant = (up: number, down: number) => (): Latency => ({ up, down });

function jittered(up: [number, number], down: [number, number], seed = 7): (index: number) => Latency {
  const random = randomNumbers(seed);
  const between = ([least, most]: [number, number]) => Math.round(least + random() * (most - least));
  return () => ({ up: between(up), down: between(down) });
}

describe.each(['fixed', 'sliding'] as const)('before a %s window', (counts) => {
  test.each<[string, (index: number) => Latency, number, number?]>([
    ['a server nearby', constant(1, 1), 10],
    ['a server far away', constant(60, 60), 10],
    ['a slow way there', constant(150, 5), 10],
    ['a slow way back', constant(5, 150), 10],
    ['many at once', constant(40, 40), 50],
    ['unequal ways there', jittered([5, 120], [10, 10]), 10],
    ['unequal ways back', jittered([10, 10], [5, 120]), 10],
    ['unequal ways both', jittered([5, 100], [5, 100]), 20],
    ['connections to open first', constant(20, 20), 10, 300],
    ['many connections to open first', constant(20, 20), 50, 300],
  ])('never runs into 429 by itself: %s', async (_, latency, parallelism, handshake = 0) => {
    const { server } = await send(400, { counts, latency, parallelism, handshake });
    expect(server.refusals).toEqual([]);
    expect(server.arrivals).toHaveLength(400);
  });

  test.each<[string, number, (index: number) => Latency, number]>([
    ['30', 30, constant(20, 20), 10],
    ['30, unequal ways', 30, jittered([10, 60], [10, 60]), 10],
    ['30, many at once', 30, constant(40, 40), 50],
    ['100', 100, constant(20, 20), 20],
  ])('comes close to a limit of %s a second', async (_, limit, latency, parallelism) => {
    const count = limit * 12;
    const { server, time } = await send(count, { counts, limit, latency, parallelism });
    expect(server.refusals).toEqual([]);
    expect((count / time) * 1000).toBeGreaterThan(limit * 0.88);
  });

  test('lets small runs pass without a wait: one request looks, then ten at once', async () => {
    const { time } = await send(28, { counts, latency: constant(20, 20) });
    expect(time).toBe(4 * 40);
  });

  test('learns the limit from the header', async () => {
    const slow = await send(300, { counts, limit: 60, latency: constant(10, 10) });
    expect(slow.server.refusals).toEqual([]);
    const fast = await send(300, { counts, limit: 200, latency: constant(10, 10) });
    expect(fast.server.refusals).toEqual([]);
    expect(fast.time).toBeLessThan(slow.time / 2);
  });
});

describe('right after another run', () => {
  /** From what leaves the second run most of the server's second, to what takes two. */
  const [LEAST, MOST] = [10, 40];

  /** Two runs of so many requests, each with connections of its own, the second begun `gap` milliseconds later. */
  async function sendTwice(
    count: number,
    { gap, ...options }: Omit<ServerOptions, 'counts'> & { readonly gap: number },
  ): Promise<RateLimitedServer> {
    const clock = new FakeClock();
    const server = new RateLimitedServer(clock, { counts: 'fixed', ...options });
    const run = async () => {
      server.closeConnections();
      const paced = new Pacer(10, clock).wrap(server.transport);
      await Promise.all(Array.from({ length: count }, () => paced(REQUEST)));
    };
    await clock.run(run());
    await clock.run(clock.sleep(gap));
    await clock.run(run());
    return server;
  }

  test.each<[string, (index: number) => Latency, number]>([
    ['a server nearby', constant(1, 1), 0],
    ['a server far away', constant(60, 60), 0],
    ['a connection to open first', constant(78, 2), 15],
    ['a connection that takes long to open', constant(40, 40), 240],
    ['a connection to open first, and jitter', jittered([70, 80], [2, 8]), 15],
    ['a slow way back', constant(5, 75), 240],
  ])('never runs into 429 by itself: %s', async (_, latency, handshake) => {
    for (let count = LEAST; count <= MOST; count += 3) {
      for (let gap = 0; gap < 1_000; gap += 90) {
        const { refusals } = await sendTwice(count, { gap, latency, handshake });
        expect({ count, gap, refusals }).toEqual({ count, gap, refusals: [] });
      }
    }
  });
});

test.each([1, 2, 3])('keeps to a limit of %s a second, once it is known', async (limit) => {
  const clock = new FakeClock();
  const server = new RateLimitedServer(clock, { counts: 'fixed', limit, latency: constant(10, 10) });
  const paced = new Pacer(10, clock).wrap(server.transport);
  await clock.run(paced(REQUEST));
  await clock.run(Promise.all(Array.from({ length: 6 }, () => paced(REQUEST))));
  expect(server.refusals).toEqual([]);
  expect(server.arrivals).toHaveLength(7);
});

describe('after a silence', () => {
  /** When four requests after a silence were sent, counted from the first of them; that one takes so long. */
  async function sendAgain(first: number): Promise<number[]> {
    const clock = new FakeClock();
    const sent: number[] = [];
    const paced = new Pacer(10, clock).wrap(async () => {
      sent.push(clock.now());
      await clock.sleep(sent.length === 2 ? first : 50);
      return { status: 200, headers: { 'x-ratelimit-limit': '30' }, body: Buffer.alloc(0) };
    });
    await clock.run(paced(REQUEST));
    await clock.run(clock.sleep(400));
    await clock.run(Promise.all(Array.from({ length: 4 }, () => paced(REQUEST))));
    return sent.slice(1).map((time) => time - (sent[1] ?? 0));
  }

  test('one goes ahead, and its answer is waited for', async () => {
    expect(await sendAgain(50)).toEqual([0, 50, 50, 50]);
  });

  test('but not for long', async () => {
    expect(await sendAgain(20_000)).toEqual([0, 1_020, 1_020, 1_020]);
  });
});

describe.each(['fixed', 'sliding'] as const)('beside others, before a %s window', (counts) => {
  type Client = {
    readonly transport: Transport;
    readonly asked: () => number;
    readonly refused: () => number;
  };

  function clientOf(server: RateLimitedServer): Client {
    let [asked, refused] = [0, 0];
    const transport: Transport = async (request) => {
      const answer = await server.transport(request);
      asked++;
      if (answer.status === 429) refused++;
      return answer;
    };
    return { transport, asked: () => asked, refused: () => refused };
  }

  /** Asks until it was not refused, as the retries around the pacer do. */
  async function askAll(count: number, transport: Transport): Promise<void> {
    const ask = async () => {
      while ((await transport(REQUEST)).status === 429);
    };
    await Promise.all(Array.from({ length: count }, ask));
  }

  /** So many requests a second, and none after 429 until the reset. */
  async function askSteadily(clock: FakeClock, transport: Transport, perSecond: number, seconds: number) {
    for (let left = perSecond * seconds; left > 0; left--) {
      const turn = clock.now() + 1000 / perSecond;
      const answer = await transport(REQUEST);
      const reset = answer.status === 429 ? Number(answer.headers['x-ratelimit-reset']) * 1000 : 0;
      await clock.sleep(Math.max(turn - clock.now(), reset));
    }
  }

  const latencies = jittered([35, 45], [35, 45]);

  test.each([
    ['from the start', 0, 15],
    ['from later on', 5_000, 15],
    ['with a few requests', 0, 5],
  ])('a tool that uses the limit %s', async (_, delay, perSecond) => {
    const clock = new FakeClock();
    const server = new RateLimitedServer(clock, { counts, latency: latencies });
    const [ours, theirs] = [clientOf(server), clientOf(server)];
    const paced = new Pacer(10, clock).wrap(ours.transport);
    const tool = clock.sleep(delay).then(() => askSteadily(clock, theirs.transport, perSecond, 60));
    const time = await clock.run(askAll(400, paced));
    await clock.run(tool);
    expect(ours.refused() / ours.asked()).toBeLessThan(1 / 50);
    expect((ours.refused() + theirs.refused()) / (ours.asked() + theirs.asked())).toBeLessThan(1 / 50);
    // What the tool leaves is used: never less than half of the limit.
    expect(time).toBeLessThan((400 / 15) * 1000 * 1.3);
  });

  test('another run of the action', async () => {
    const clock = new FakeClock();
    const server = new RateLimitedServer(clock, { counts, latency: latencies });
    const clients = [clientOf(server), clientOf(server)];
    const runs = clients.map(({ transport }) => askAll(300, new Pacer(10, clock).wrap(transport)));
    const time = await clock.run(Promise.all(runs));
    const asked = clients.reduce((total, client) => total + client.asked(), 0);
    expect((asked - 600) / asked).toBeLessThan(1 / 25);
    expect(time).toBeLessThan((600 / 30) * 1000 * 1.5);
  });
});

test('knows no limit where the server tells none', async () => {
  const { time } = await send(500, { counts: 'sliding', limited: false, latency: constant(10, 10) });
  expect(time).toBe(20 + 50 * 20);
});

test('keeps to the number of requests in flight', async () => {
  const clock = new FakeClock();
  let [inFlight, most] = [0, 0];
  const transport: Transport = async () => {
    most = Math.max(most, ++inFlight);
    await clock.sleep(10);
    inFlight--;
    return { status: 200, headers: {}, body: Buffer.alloc(0) };
  };
  const paced = new Pacer(3, clock).wrap(transport);
  await clock.run(Promise.all(Array.from({ length: 20 }, () => paced(REQUEST))));
  expect(most).toBe(3);
});

test('keeps the order', async () => {
  const clock = new FakeClock();
  const order: string[] = [];
  const paced = new Pacer(2, clock).wrap(async ({ url }) => {
    order.push(url.hash);
    await clock.sleep(10);
    return { status: 200, headers: {}, body: Buffer.alloc(0) };
  });
  const hashes = Array.from({ length: 9 }, (_, index) => `#${index}`);
  const requests = hashes.map((hash) => ({ ...REQUEST, url: new URL(hash, REQUEST.url) }));
  await clock.run(Promise.all(requests.map((request) => paced(request))));
  expect(order).toEqual(hashes);
});

describe('after 429', () => {
  const ANSWER: HttpResponse = { status: 200, headers: { 'x-ratelimit-limit': '30' }, body: Buffer.alloc(0) };

  /** When the requests after the first were sent, counted from the first one's answer. */
  async function waits(first: HttpResponse): Promise<number[]> {
    const clock = new FakeClock();
    const sent: number[] = [];
    const paced = new Pacer(10, clock).wrap(async () => {
      sent.push(clock.now());
      await clock.sleep(100);
      return sent.length === 1 ? first : ANSWER;
    });
    await clock.run(paced(REQUEST));
    const answered = clock.now();
    await clock.run(Promise.all([paced(REQUEST), paced(REQUEST), paced(REQUEST)]));
    return sent.slice(1).map((time) => time - answered);
  }

  const refused = (headers: Record<string, string>): HttpResponse => ({ ...ANSWER, status: 429, headers });

  test.each<[string, Record<string, string>, number]>([
    ['the reset', { 'x-ratelimit-limit': '30', 'x-ratelimit-reset': '2' }, 2_000],
    ['the decimals of the reset', { 'x-ratelimit-reset': '0.513' }, 513],
    ['retry-after', { 'retry-after': '3' }, 3_000],
    ['the reset rather than retry-after', { 'x-ratelimit-reset': '0.5', 'retry-after': '3' }, 500],
    ['a second where nothing is said', {}, 1_000],
    ['a second where nonsense is said', { 'x-ratelimit-reset': 'soon' }, 1_000],
    ['a minute at most', { 'x-ratelimit-reset': '1770000000' }, 60_000],
    ['a moment where the reset is past', { 'x-ratelimit-reset': '-1' }, 100],
  ])('waits for %s', async (_, headers, wait) => {
    const [first, ...others] = await waits(refused(headers));
    expect(first).toBe(wait);
    expect(Math.min(...others)).toBeGreaterThan(wait);
  });

  test('holds back everything, also what was waiting already', async () => {
    const clock = new FakeClock();
    const options = { counts: 'sliding', latency: constant(20, 20) } as const;
    // Others use up the whole limit for a while, once the first request has found it free.
    const others = Array.from({ length: 30 }, (_, index) => 1_055 + index / 10);
    const server = new RateLimitedServer(clock, { ...options, others });
    const paced = new Pacer(10, clock).wrap(server.transport);
    await clock.run(Promise.all(Array.from({ length: 40 }, () => paced(REQUEST))));
    // Ten were on their way; nothing else was sent before the others' second was over.
    expect(server.refusals).toHaveLength(10);
    const early = server.sent.filter((time) => time > 1_080 && time < 2_015);
    expect(early).toEqual([]);
  });
});

test('goes on after a lost connection, which counts as a request', async () => {
  const clock = new FakeClock();
  let sent = 0;
  const paced = new Pacer(1, clock).wrap(async () => {
    await clock.sleep(1);
    if (++sent <= 40) throw new Error('lost');
    return { status: 200, headers: { 'x-ratelimit-limit': '30' }, body: Buffer.alloc(0) };
  });
  const results = Promise.allSettled(Array.from({ length: 41 }, () => paced(REQUEST)));
  expect(await clock.run(results)).toBeGreaterThan(1_000);
  expect((await results).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('leaves half of the limit to others after 429, and takes it back by and by', async () => {
  const clock = new FakeClock();
  const sent: number[] = [];
  const answer: HttpResponse = { status: 200, headers: { 'x-ratelimit-limit': '30' }, body: Buffer.alloc(0) };
  const paced = new Pacer(50, clock).wrap(async () => {
    sent.push(clock.now());
    const refused = sent.length === 1;
    return refused ? { ...answer, status: 429, headers: { 'x-ratelimit-reset': '1' } } : answer;
  });
  const busy = Promise.all(Array.from({ length: 900 }, () => paced(REQUEST)));
  await clock.run(busy);
  const during = (from: number, to: number) => sent.filter((time) => time >= from && time < to).length;
  const after = sent.find((time) => time > (sent[0] ?? 0)) ?? 0;
  expect(during(after, after + 1000)).toBeLessThanOrEqual(16);
  expect(during(after + 20_000, after + 30_000)).toBeGreaterThan(250);
});
