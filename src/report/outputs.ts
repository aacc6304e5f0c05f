import { describeProblem } from '../model/problem.ts';
import { countOutcomes, type Entry, hasChanges } from './report.ts';

/** Room for `policies` and `summary` together, in UTF-16 units (docs/behavior.md#outputs). */
const LIMIT = 400_000;

/** The outputs by name, as `action.yml` declares them. */
export function outputsOf(entries: readonly Entry[], summary: string): Record<string, string> {
  const counts = Object.entries(countOutcomes(entries)).map(([name, count]) => [name, String(count)]);
  return {
    changed: String(hasChanges(entries)),
    ...Object.fromEntries(counts),
    ...policiesOutputs(entries, LIMIT - summary.length),
    summary,
  };
}

/**
 * The policies, and how many of them there was no room for. Unchanged policies go first, then the last ones of the
 * others.
 */
function policiesOutputs(entries: readonly Entry[], room: number): Record<string, string> {
  const all = JSON.stringify(entries.map(outputEntry));
  if (all.length <= room) return { policies: all, 'policies-omitted': '0' };
  const changed = entries
    .filter(({ action }) => action !== 'unchanged')
    .map((entry) => JSON.stringify(outputEntry(entry)));
  const kept: string[] = [];
  let left = room - '[]'.length;
  for (const json of changed) {
    left -= json.length + 1;
    if (left < 0) break;
    kept.push(json);
  }
  return { policies: `[${kept.join(',')}]`, 'policies-omitted': String(entries.length - kept.length) };
}

function outputEntry({ enforcementLevel, error, ...entry }: Entry): object {
  return {
    name: entry.name,
    id: entry.id ?? null,
    kind: entry.kind,
    path: entry.path,
    action: entry.action,
    changes: entry.changes,
    enforcementLevel: enforcementLevel.after ?? null,
    status: entry.status,
    error: error === undefined ? null : describeProblem(error),
  };
}
