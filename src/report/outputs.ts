import { describeProblem } from '../problem.ts';
import { countOutcomes, type Entry, hasChanges } from './report.ts';

/** Room for `policies` and `summary` together, in UTF-16 units: a job's outputs hold 1 MB (interface.md 7). */
const LIMIT = 400_000;

/** The outputs by name, as `action.yml` declares them. */
export function outputsOf(entries: readonly Entry[], summary: string): Record<string, string> {
  const counts = Object.entries(countOutcomes(entries)).map(([name, count]) => [name, String(count)]);
  const listed = listPolicies(entries, LIMIT - summary.length);
  return {
    changed: String(hasChanges(entries)),
    ...Object.fromEntries(counts),
    policies: `[${listed.join(',')}]`,
    'policies-omitted': String(entries.length - listed.length),
    summary,
  };
}

/** Unchanged policies go first where there is no room for all, then the last ones of the others. */
function listPolicies(entries: readonly Entry[], room: number): string[] {
  const all = entries.map(json);
  if (lengthOf(all) <= room) return all;
  const kept: string[] = [];
  let left = room - '[]'.length;
  for (const each of entries.filter(({ action }) => action !== 'unchanged').map(json)) {
    left -= each.length + 1;
    if (left < 0) break;
    kept.push(each);
  }
  return kept;
}

const json = (entry: Entry): string => JSON.stringify(outputEntry(entry));

/** As a JSON array, in UTF-16 units. */
const lengthOf = (items: readonly string[]): number =>
  items.reduce((sum, item) => sum + item.length + ','.length, '[]'.length) - (items.length > 0 ? 1 : 0);

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
