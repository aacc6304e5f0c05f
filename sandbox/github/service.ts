import type { Answer, Incoming } from '../http/exchange.ts';
import type { Recording } from '../http/recording.ts';
import { ApiError, notAccessible, notFound } from './errors.ts';
import type { Settings, TokenOptions } from './options.ts';
import type { SchemaName } from './schemas/index.ts';
import type { Pull, State } from './state.ts';

export type Service = {
  settings: Settings;
  state: State;
  recording: Recording;
  /** GITHUB_API_URL */
  url: string;
};

export type Call = Service & {
  incoming: Incoming;
  params: Record<string, string>;
  query: URLSearchParams;
  /** The parsed body. Undefined if there is none. */
  document: unknown;
  /** The user of the token. */
  caller: TokenOptions;
};

export type Route = {
  method: string;
  /** Below the base path. */
  path: string;
  request?: SchemaName;
  answer?: SchemaName;
  handle: (call: Call) => Answer | Promise<Answer>;
};

export function requireRepository({ params, settings }: Call): void {
  const asked = `${params['owner']}/${params['repo']}`.toLowerCase();
  if (asked !== settings.repository.toLowerCase()) throw notFound();
}

export function requireWrite({ caller }: Call): void {
  if (caller.permissions !== 'write') throw notAccessible('issues=write; pull_requests=write');
}

export function pullOf(call: Call): Pull {
  requireRepository(call);
  const pull = call.state.pulls.get(Number(call.params['number']));
  if (pull === undefined) throw notFound();
  if (pull.gone) throw new ApiError(410, 'This issue was deleted');
  return pull;
}
