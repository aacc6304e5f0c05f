/** The sandbox in a process of its own, so that its work does not count as the action's. Started by sandbox.ts. */
import { type HcpTerraform, startHcpTerraform } from '../sandbox/hcp-terraform/server.ts';
import { TOKEN } from './action.ts';

export interface Opening {
  /** Requests a second; null for no limit. */
  readonly limit: number | null;
  /** Milliseconds. */
  readonly latency: number;
  /** Whether the policies of the server that was open before are there again. */
  readonly keep: boolean;
  /** Names of policy sets that are there. */
  readonly policySets: readonly string[];
}

/** What was asked of the server since it was opened or last looked at, by one client. */
export interface Figures {
  /** Of the API, the only ones that the limit counts. */
  readonly requests: number;
  readonly objects: number;
  readonly tooMany: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly complete: number;
  readonly withoutCode: number;
}

export type Order =
  | ({ readonly order: 'open' } & Opening)
  | { readonly order: 'figures'; readonly client: string }
  | { readonly order: 'reset' };

let server: HcpTerraform | undefined;

async function open({ limit, latency, keep, policySets }: Opening): Promise<string> {
  const kept = keep ? (server?.policies() ?? []) : [];
  await server?.close();
  server = await startHcpTerraform({ rateLimit: limit, latency, tokens: [TOKEN] });
  for (const policy of kept) server.seedPolicy(policy);
  for (const name of policySets) server.seedPolicySet({ name });
  // Bodies would fill the memory: all code that was ever sent.
  server.onRequest = (request, phase) => {
    if (phase === 'after-effect') request.body = null;
  };
  return server.url;
}

function figures(client: string): Figures {
  if (server === undefined) throw new Error('no server is open');
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  const asked = server.requests.filter(({ headers }) => headers['user-agent']?.startsWith(client));
  const api = asked.filter((request) => request.server === 'api');
  const complete = server.policies().filter(({ code }) => code !== null).length;
  return {
    requests: api.length,
    objects: asked.length - api.length,
    tooMany: api.filter(({ status }) => status === 429).length,
    firstAt: asked[0]?.startedAt ?? Number.NaN,
    complete,
    withoutCode: server.policies().length - complete,
  };
}

async function carryOut(order: Order): Promise<unknown> {
  if (order.order === 'open') return open(order);
  if (order.order === 'figures') return figures(order.client);
  return server?.reset();
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (answer) => process.send?.({ answer }),
    (error) => process.send?.({ error: String(error) }),
  );
});
