import { getCACertificates } from 'node:tls';
import type { Dispatcher, fetch } from 'undici';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ProblemsError } from '../model/problem.ts';

export interface ConnectionOptions {
  /** PEM certificates that are trusted beside the system's. */
  readonly certificates: string | undefined;
  /** Without an answer or progress. Milliseconds. */
  readonly timeLimit: number;
}

/**
 * What opens connections: by way of the proxies in HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and to servers of a private
 * authority.
 *
 * @throws ProblemsError where the address of a proxy is malformed
 */
export function openDispatcher({ certificates, timeLimit }: ConnectionOptions): Dispatcher {
  const limits = { headersTimeout: timeLimit, bodyTimeout: timeLimit };
  const tls = certificates === undefined ? {} : { ca: trustedBeside(certificates) };
  const connection = { timeout: timeLimit, ...tls };
  try {
    return new EnvHttpProxyAgent({
      connect: connection,
      requestTls: connection,
      proxyTls: connection,
      // What opens tunnels through a proxy is told by nothing else how long it may wait.
      clientFactory: (origin, options) => new Pool(origin, { ...options, ...limits }),
    });
  } catch {
    // What was thrown may hold the address, and with it a password.
    throw new ProblemsError([
      {
        message: 'The address of the proxy in HTTPS_PROXY or HTTP_PROXY is none.',
        advice:
          'Write it as http://host:port or http://user:password@host:port, special characters percent-encoded.',
      },
    ]);
  }
}

/** Undici's `fetch` over such connections: Node's own takes no dispatcher of another copy of undici. */
export function openFetch(options: ConnectionOptions): typeof fetch {
  const dispatcher = openDispatcher(options);
  return async (input, init) => {
    // Loaded for a private GitHub alone, as it is most of undici.
    const undici = await import(/* webpackChunkName: "undici" */ 'undici');
    return undici.fetch(input, { ...init, dispatcher });
  };
}

/** Given certificates stand instead of Node's own list, so that all have to be named. */
function trustedBeside(certificates: string): string[] {
  return [...getCACertificates('default'), ...getCACertificates('system'), certificates];
}
