import { type Answer, type Incoming, textAnswer } from '../http/exchange.ts';
import type { Service } from './service.ts';
import { versionedSnapshot } from './snapshot.ts';
import { byName } from './state.ts';

const prefix = '/sandbox/policy-sets';

/** Endpoints for tests and the demo, outside the API: the content of policy sets. */
export function isHookPath(path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** All sets, or the one whose name or id comes last: as `HcpTerraform.policySet` has it, bytes in Base64. */
export function hookAnswer({ state }: Service, { method, url }: Incoming): Answer {
  const key = decodeURIComponent(url.pathname.slice(prefix.length + 1));
  const sets = byName([...state.policySets.values()]).filter(
    ({ id, name }) => key === '' || id === key || name === key,
  );
  if (method !== 'GET' || (key !== '' && sets.length === 0)) {
    return textAnswer(404, 'text/plain', 'not found\n');
  }
  const shown = sets.map((set) => versionedSnapshot(state, set));
  return textAnswer(200, 'application/json', JSON.stringify(key === '' ? shown : shown[0], inBase64));
}

/** Buffers arrive in the form of their `toJSON`. */
function inBase64(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  return Buffer.isBuffer(own) ? own.toString('base64') : value;
}
