import { getCACertificates } from 'node:tls';
import type { Dispatcher, fetch } from 'undici';
import { ProblemsError } from '../model/problem.ts';
import { EnvHttpProxyAgent, Pool } from './undici.ts';

export interface ConnectionOptions {
  /** PEM certificates that are trusted in addition to the system's. */
  readonly certificates: string | undefined;
  /** Without a response or progress. Milliseconds. */
  readonly timeLimit: number;
}

/**
 * Opens connections through the proxies in HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and to servers with a private
 * certificate authority.
 *
 * @throws ProblemsError if the URL of a proxy is not valid
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
      // Only `clientFactory` applies the timeouts to CONNECT tunnels.
      clientFactory: (origin, options) => new Pool(origin, { ...options, ...limits }),
    });
  } catch {
    // The error may contain the URL, including its password.
    throw new ProblemsError([
      {
        message: 'HTTPS_PROXY or HTTP_PROXY is not a valid URL.',
        advice:
          'Use http://host:port or http://user:password@host:port, with special characters percent-encoded.',
      },
    ]);
  }
}

/** Undici's `fetch` over such connections: the one in Node does not accept a dispatcher from another copy of undici. */
export function openFetch(options: ConnectionOptions): typeof fetch {
  const dispatcher = openDispatcher(options);
  return async (input, init) => {
    // Loaded for a private GitHub alone, as it is most of undici.
    const undici = await import(/* webpackChunkName: "undici" */ 'undici');
    return undici.fetch(input, { ...init, dispatcher });
  };
}

/** `ca` replaces Node's own list, so all certificates must be listed. */
function trustedBeside(certificates: string): string[] {
  return [...getCACertificates('default'), ...getCACertificates('system'), certificates];
}
