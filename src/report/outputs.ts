import { describeProblem } from '../model/problem.ts';
import { countOutcomes, type Entry, hasChanges, outcomesOf, type Report, type SetEntry } from './report.ts';

/** Maximum length of `policies` and `summary` together, in UTF-16 units (docs/behavior.md#outputs). */
const LIMIT = 400_000;

/** The outputs by name, as `action.yml` declares them. */
export function outputsOf(report: Pick<Report, 'entries' | 'sets'>, summary: string): Record<string, string> {
  const outcomes = outcomesOf(report);
  const counts = Object.entries(countOutcomes(outcomes)).map(([name, count]) => [name, String(count)]);
  const { sets = [] } = report;
  const policySets = JSON.stringify(sets.map(setOutput));
  const policies = [...report.entries.map(policyOutput), ...sets.flatMap(policiesOfSet)];
  return {
    changed: String(hasChanges(outcomes)),
    ...Object.fromEntries(counts),
    ...policiesOutputs(policies, LIMIT - summary.length - policySets.length),
    'policy-sets': policySets,
    summary,
  };
}

/** One object of `policies` as text, and whether it is among the first to be omitted. */
interface PolicyOutput {
  readonly json: string;
  readonly isUnchanged: boolean;
}

const policyOutput = (entry: Entry): PolicyOutput => ({
  json: JSON.stringify(outputEntry(entry)),
  isUnchanged: entry.action === 'unchanged',
});

/**
 * The policies, and the number of those that were omitted. Unchanged policies are omitted first, then the last ones of
 * the others.
 */
function policiesOutputs(policies: readonly PolicyOutput[], room: number): Record<string, string> {
  const all = `[${policies.map(({ json }) => json).join(',')}]`;
  if (all.length <= room) return { policies: all, 'policies-omitted': '0' };
  const kept: string[] = [];
  let left = room - '[]'.length;
  for (const { json, isUnchanged } of policies) {
    if (isUnchanged) continue;
    left -= json.length + 1;
    if (left < 0) break;
    kept.push(json);
  }
  return { policies: `[${kept.join(',')}]`, 'policies-omitted': String(policies.length - kept.length) };
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

function setOutput(entry: SetEntry): object {
  const { name, id, kind, folder, action, changes, version, digest, status, error } = entry;
  return {
    name,
    id: id ?? null,
    kind,
    path: folder,
    action,
    changes,
    version: version ?? null,
    digest,
    status,
    error: error === undefined ? null : describeProblem(error),
  };
}

const policiesOfSet = ({ name: policySet, status, action, policies }: SetEntry): PolicyOutput[] =>
  policies.map(({ name, kind, path, enforcementLevel, change }) => ({
    json: JSON.stringify({
      name,
      kind,
      path: path ?? null,
      enforcementLevel: change?.action === 'delete' ? null : (enforcementLevel ?? null),
      policySet,
      status,
      ...(change && { action: change.action, changes: change.changes }),
    }),
    isUnchanged: action === 'unchanged' || change?.action === 'unchanged',
  }));
