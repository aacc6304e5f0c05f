/** The sandbox in a process of its own, so that its work does not count as the action's. Started by sandbox.ts. */
import type { Ingress } from '../sandbox/hcp-terraform/options.ts';
import { type HcpTerraform, startHcpTerraform } from '../sandbox/hcp-terraform/server.ts';
import type { Fault } from '../sandbox/http/faults.ts';
import { TOKEN } from './action.ts';
import { INGRESS_DELAY, SET } from './set-workspace.ts';

/** What goes wrong once. */
export interface Mishap {
  /** The answer to the creation of a policy is lost; code or an archive is refused; so is what the archive holds. */
  readonly with: 'create' | 'code' | 'archive' | 'content';
  /** Which one of them; the first is 1. */
  readonly number: number;
}

export interface Opening {
  /** Requests a second; null for no limit. */
  readonly limit: number | null;
  /** Milliseconds. */
  readonly latency: number;
  /** Whether the policies of the server that was open before are there again. */
  readonly keep: boolean;
  /** Names of policy sets that are there. */
  readonly policySets: readonly string[];
  readonly mishap: Mishap | undefined;
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
  /** Policy sets, and how many of them have a version in force. */
  readonly sets: number;
  readonly setsInForce: number;
}

export type Order =
  | ({ readonly order: 'open' } & Opening)
  | { readonly order: 'figures'; readonly client: string }
  | { readonly order: 'reset' }
  /** From now on nothing goes wrong. */
  | { readonly order: 'relent' };

let server: HcpTerraform | undefined;

/** What the server does to archives, which may change while it is open. */
const ingress: Record<string, Ingress> = {};

async function open({ limit, latency, keep, policySets, mishap }: Opening): Promise<string> {
  const kept = keep ? (server?.policies() ?? []) : [];
  await server?.close();
  relent();
  server = await startHcpTerraform({
    ...{ rateLimit: limit, latency, ingress },
    tokens: [TOKEN],
    ingressDelay: INGRESS_DELAY,
  });
  if (mishap !== undefined) prepare(server, mishap);
  for (const policy of kept) server.seedPolicy(policy);
  for (const name of policySets) server.seedPolicySet({ name });
  // Bodies would fill the memory: all code that was ever sent.
  server.onRequest = (request, phase) => {
    if (phase === 'after-effect') request.body = null;
  };
  return server.url;
}

function prepare({ faults }: HcpTerraform, { with: what, number }: Mishap): void {
  if (what === 'content') {
    ingress[SET] = { status: 'errored', error: 'failed to read sentinel.hcl' };
    return;
  }
  const fault: Fault =
    what === 'create' ? { type: 'lose', effect: 'after' } : { type: 'status', status: 422 };
  faults.add({ when: { ...REQUESTS[what], request: number }, fault });
}

const REQUESTS = {
  create: { method: 'POST', path: /\/policies$/ },
  code: { method: 'PUT', path: /\/policies\/[^/]+\/upload$/ },
  archive: { method: 'PUT', server: 'object-store' },
} as const;

function relent(): void {
  delete ingress[SET];
  server?.faults.clear();
}

function figures(client: string): Figures {
  if (server === undefined) throw new Error('no server is open');
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  const asked = server.requests.filter(({ headers }) => headers['user-agent']?.startsWith(client));
  const api = asked.filter((request) => request.server === 'api');
  const sets = server.policySets();
  const complete = server.policies().filter(({ code }) => code !== null).length;
  return {
    requests: api.length,
    objects: asked.length - api.length,
    tooMany: api.filter(({ status }) => status === 429).length,
    firstAt: asked[0]?.startedAt ?? Number.NaN,
    complete,
    withoutCode: server.policies().length - complete,
    sets: sets.length,
    setsInForce: sets.filter(({ id }) => server?.policySet(id).currentVersion !== null).length,
  };
}

async function carryOut(order: Order): Promise<unknown> {
  if (order.order === 'open') return open(order);
  if (order.order === 'figures') return figures(order.client);
  return order.order === 'relent' ? relent() : server?.reset();
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (answer) => process.send?.({ answer }),
    (error) => process.send?.({ error: String(error) }),
  );
});
