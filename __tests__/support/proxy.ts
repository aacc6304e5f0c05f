import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type TunnelProxy = {
  /** With its credentials, if it asks for any. */
  url: string;
  /** `host:port` of each tunnel that was opened. */
  tunnels: string[];
  /** Requests that were turned away for their credentials. */
  refused: number;
  close(): Promise<void>;
};

/** A proxy that tunnels, as companies put between their runners and everything else. */
export async function startProxy({
  user,
  password,
}: {
  user?: string;
  password?: string;
} = {}): Promise<TunnelProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex | Socket>();
  const proxy = { refused: 0 };
  const expected =
    user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer((_, answer) => {
    answer.writeHead(501).end();
  });
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    if (expected !== undefined && headers['proxy-authorization'] !== expected) {
      proxy.refused++;
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
      return;
    }
    tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client);
      client.pipe(target);
    });
    sockets.add(target);
    target.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = user === undefined ? '' : `${user}:${password}@`;
  return {
    url: `http://${credentials}127.0.0.1:${port}`,
    tunnels,
    get refused() {
      return proxy.refused;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
