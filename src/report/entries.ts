import type { Result } from '../plan/apply.ts';
import { diffDescription } from '../plan/diff.ts';
import { type Change, type ChangedPart, type WantedSettings, wantedSettings } from '../plan/plan.ts';
import type { PolicyFile } from '../policy.ts';
import { type Problem, ProblemsError } from '../problem.ts';
import { explainFailure } from '../tfe/explain.ts';
import type { Entry } from './report.ts';

/** The entry of a policy that a dry run would write. */
export function plannedEntry(change: Change): Entry {
  return { ...describeChange(change), status: 'planned', wrote: false, error: undefined };
}

/** The entry of a policy after the plan was carried out. */
export function resultEntry({ change, policy, wrote, error, duration }: Result): Entry {
  const planned = describeChange(change);
  const { before, after } = planned.enforcementLevel;
  const failed = error !== undefined;
  // What failed has the level that it got as far as.
  const reached = policy?.enforcementLevel ?? (failed ? before : after);
  return {
    ...planned,
    id: policy?.id,
    wrote,
    duration,
    status: failed ? 'failed' : 'applied',
    enforcementLevel: {
      ...planned.enforcementLevel,
      after: reached,
      ...(failed && reached !== after ? { missed: after } : {}),
    },
    error: failed ? problemOf(error, change, wrote) : undefined,
  };
}

/** The entry of a file in a run that only checks. */
export function checkedEntry(file: PolicyFile): Entry {
  return {
    ...describeFile(file),
    id: undefined,
    action: 'check',
    status: 'skipped',
    wrote: false,
    changes: [],
    enforcementLevel: {
      before: undefined,
      after: file.enforcementLevel?.value,
      stated: file.enforcementLevel !== undefined,
      source: file.enforcementLevel?.source,
    },
    joins: [],
    error: undefined,
  };
}

const describeFile = ({ name, kind, path }: PolicyFile) => ({ name, kind, path });

function describeChange(change: Change): Omit<Entry, 'status' | 'error' | 'wrote'> {
  const existing = change.action === 'create' ? undefined : change.policy;
  const wanted = wantedSettings(change.file, existing);
  return {
    ...describeFile(change.file),
    id: existing?.id,
    action: change.action,
    changes: changedParts(change),
    enforcementLevel: {
      before: existing?.enforcementLevel,
      after: wanted.enforcementLevel ?? existing?.enforcementLevel,
      stated: wanted.enforcementLevel !== undefined,
      source:
        change.file.enforcementLevel?.source ??
        (wanted.enforcementLevel === undefined ? undefined : 'default'),
    },
    joins: 'joins' in change ? change.joins.map(({ name }) => name) : [],
    ...changedTexts(change, wanted),
  };
}

/** The old and the new of those settings that are words. */
function changedTexts(
  change: Change,
  { description, query }: WantedSettings,
): Pick<Entry, 'description' | 'query'> {
  if (change.action !== 'update') return {};
  const { policy, changes } = change;
  const described = changes.includes('description') && description !== undefined;
  const queried = changes.includes('query') && query !== undefined;
  return {
    ...(described ? { description: diffDescription(policy.description ?? '', description) } : {}),
    ...(queried ? { query: { before: policy.query || undefined, after: query } } : {}),
  };
}

/** What a change touches; a create touches everything that it states. */
function changedParts(change: Change): readonly ChangedPart[] {
  if (change.action === 'unchanged') return [];
  if (change.action === 'update') return change.changes;
  const described: ChangedPart[] = change.file.description === undefined ? [] : ['description'];
  const query: ChangedPart[] = change.file.kind === 'opa' ? ['query'] : [];
  const joins: ChangedPart[] = change.joins.length > 0 ? ['policy-sets'] : [];
  return ['code', 'enforcement-level', ...described, ...query, ...joins];
}

function problemOf(error: unknown, { action, file }: Change, wrote: boolean): Problem {
  if (error instanceof ProblemsError && error.problems[0] !== undefined) return error.problems[0];
  const problem: Problem = { ...explainFailure(error), place: { file: file.path } };
  if (!wrote) return problem;
  const begun = action === 'create' ? 'It was created, but is not complete' : 'It was changed in part';
  return { ...problem, advice: `${problem.advice ?? ''} ${begun}: the next run completes it.`.trim() };
}
