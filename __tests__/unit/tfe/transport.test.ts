import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ConnectionError } from '../../../src/tfe/api-error.ts';
import { createTransport, type HttpRequest } from '../../../src/tfe/transport.ts';

const open: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

const serve = (answer: RequestListener) => listen(createServer(answer));

/** Takes connections, and neither reads nor answers. */
const silent = () => listen(createSocketServer((socket) => void socket.pause()));

const get = (url: string): HttpRequest => ({ method: 'GET', url: new URL(url), headers: {} });

const failure = (request: Promise<unknown>): Promise<ConnectionError> =>
  request.then(
    () => {
      throw new Error('the request succeeded');
    },
    (error) => {
      expect(error).toBeInstanceOf(ConnectionError);
      return error;
    },
  );

test('reads a whole answer, whatever its status, and of a repeated header the first value', async () => {
  const url = await serve((_, answer) => {
    answer.writeHead(404, [
      ['X-RateLimit-Limit', '30'],
      ['X-RateLimit-Limit', '60'],
    ]);
    answer.write('not ');
    setTimeout(() => answer.end('found'), 10);
  });
  const { status, headers, body } = await createTransport()(get(url));
  expect({ status, limit: headers['x-ratelimit-limit'], body: body.toString() }).toEqual({
    status: 404,
    limit: '30',
    body: 'not found',
  });
});

test.each<[string, Buffer[]]>([
  ['none', []],
  ['an empty one', [Buffer.alloc(0)]],
  ['a short one', [Buffer.from('terraform')]],
  ['a large one', [Buffer.alloc(200_001, 'terraform')]],
  ['short ones', ['ter', '', 'raform'].map((text) => Buffer.from(text))],
  ['large ones', ['a', 'b', 'c'].map((text) => Buffer.alloc(70_001, text))],
])('sends the pieces of a body byte for byte: %s', async (_, body) => {
  const url = await serve((request, answer) => void request.pipe(answer));
  const whole = Buffer.concat(body);
  const headers = { 'content-length': String(whole.length) };
  const answer = await createTransport()({ method: 'PUT', url: new URL(url), headers, body });
  expect(answer.body.equals(whole)).toBe(true);
});

test('does not follow a redirect', async () => {
  const url = await serve((_, answer) => void answer.writeHead(302, { location: '/elsewhere' }).end());
  const { status, headers } = await createTransport()(get(url));
  expect([status, headers['location']]).toEqual([302, '/elsewhere']);
});

describe('gives up', () => {
  test('a server that does not answer', async () => {
    const { code } = await failure(createTransport({ timeLimit: 200 })(get(await silent())));
    expect(code).toBe('UND_ERR_HEADERS_TIMEOUT');
  });

  test('a server that does not take an upload', async () => {
    const url = new URL(await silent());
    const body = [Buffer.alloc(20_000_000)];
    const upload = createTransport({ timeLimit: 200 })({ method: 'PUT', url, headers: {}, body });
    expect((await failure(upload)).code).toBe('UND_ERR_HEADERS_TIMEOUT');
  });

  test('an answer that stops', async () => {
    const url = await serve((_, answer) => void answer.writeHead(200).write('{'));
    const { code } = await failure(createTransport({ timeLimit: 200 })(get(url)));
    expect(code).toBe('UND_ERR_BODY_TIMEOUT');
  });

  test('an answer that gets on, but too slowly', async () => {
    const url = await serve((_, answer) => {
      const timer = setInterval(() => answer.write(' '), 20);
      answer.on('close', () => clearInterval(timer));
    });
    const { message } = await failure(createTransport({ longest: 300 })(get(url)));
    expect(message).toMatch(/took too long/);
  });

  test('an answer without end', async () => {
    const url = await serve((_, answer) => {
      const more = () => {
        while (answer.write(Buffer.alloc(2 ** 20)));
      };
      answer.on('drain', more);
      more();
    });
    const { message } = await failure(createTransport()(get(url)));
    expect(message).toMatch(/larger than/);
  });

  test.each(['http', 'https'])('a proxy that does not answer, for %s', async (scheme) => {
    const proxy = await silent();
    const before = process.env;
    process.env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    try {
      const transport = createTransport({ timeLimit: 200 });
      const { code } = await failure(transport(get(`${scheme}://tfe.example.com/`)));
      expect(code).toBe('UND_ERR_HEADERS_TIMEOUT');
    } finally {
      process.env = before;
    }
  });
});

test('ends what is under way once it is overdue, and sends nothing any more', async () => {
  let asked = 0;
  const url = await serve(() => {
    asked++;
    overdue.abort(new Error('the run was cancelled'));
  });
  const overdue = new AbortController();
  const transport = createTransport({ overdue: overdue.signal });
  expect((await failure(transport(get(url)))).message).toMatch(/the run was cancelled/);
  expect((await failure(transport(get(url)))).message).toMatch(/the run was cancelled/);
  expect(asked).toBe(1);
});
