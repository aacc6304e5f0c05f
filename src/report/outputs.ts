import { describeProblem } from '../problem.ts';
import { countOutcomes, type Entry, hasChanges } from './report.ts';

/** Room for `policies` and `summary` together, in UTF-16 units: a job's outputs hold 1 MB (interface.md 7). */
const LIMIT = 400_000;

/** The outputs by name, as `action.yml` declares them. */
export function outputsOf(entries: readonly Entry[], summary: string): Record<string, string> {
  const counts = Object.entries(countOutcomes(entries)).map(([name, count]) => [name, String(count)]);
  return {
    changed: String(hasChanges(entries)),
    ...Object.fromEntries(counts),
    policies: policiesOutput(entries, LIMIT - summary.length),
    summary,
  };
}

/** Unchanged policies go first where there is no room for all, then the last ones of the others. */
function policiesOutput(entries: readonly Entry[], room: number): string {
  const all = JSON.stringify(entries.map(outputEntry));
  if (all.length <= room) return all;
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
  return `[${kept.join(',')}]`;
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
