import { diffDescription } from '../model/diff.ts';
import { FIRST_KIND, isKind } from '../model/kinds.ts';
import { type ChangedPart, hasQuery, type Policy, type PolicyFile } from '../model/policy.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import type { Deleted, Result } from '../policies/apply.ts';
import { type Change, newSettings, type WantedSettings, wantedSettings } from '../policies/plan.ts';
import type { Deletion } from '../policies/prune.ts';
import type { Entry } from '../report/report.ts';
import { explainFailure, isMissingPolicySet } from '../tfe/explain.ts';

/** The entry of a policy that a dry run would write. */
export function plannedEntry(change: Change): Entry {
  if (change.action === 'refused') {
    return { ...describeChange(change), status: 'failed', wrote: false, error: change.problem };
  }
  return { ...describeChange(change), status: 'planned', wrote: false, error: undefined };
}

/** The entry of a policy after publishing. */
export function resultEntry({ change, policy, wrote, error, skipped, duration }: Result): Entry {
  const planned = describeChange(change);
  const { before, after } = planned.enforcementLevel;
  const failed = error !== undefined;
  // A failed policy has the level that it reached.
  const reached = policy?.enforcementLevel ?? (failed || skipped ? before : after);
  return {
    ...planned,
    id: policy?.id,
    wrote,
    duration,
    status: failed ? 'failed' : skipped ? 'skipped' : 'applied',
    enforcementLevel: {
      ...planned.enforcementLevel,
      after: reached,
      ...(failed && reached !== after ? { missed: after } : {}),
    },
    error: failed ? problemOf(error, change, wrote) : undefined,
  };
}

/** The entry of a file in a run that only checks files. */
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
    leaves: [],
    error: undefined,
  };
}

/** The entry of a policy that a dry run would delete. */
export function plannedDeletion({ policy, leaves, renamedTo, problem }: Deletion): Entry {
  return {
    name: policy.name,
    kind: isKind(policy.kind) ? policy.kind : FIRST_KIND,
    path: policy.stamp.path,
    id: policy.id,
    action: 'delete',
    status: problem === undefined ? 'planned' : 'failed',
    wrote: false,
    changes: [],
    enforcementLevel: { before: policy.enforcementLevel, after: undefined, stated: false },
    joins: [],
    leaves: leaves.map(({ name }) => name),
    renamed: renamedTo === undefined ? undefined : { to: renamedTo },
    error: problem,
  };
}

/** The entry of a policy after its deletion was attempted. */
export function deletedEntry({ deletion, wrote, error, skipped }: Deleted): Entry {
  const failed = error !== undefined;
  return {
    ...plannedDeletion(deletion),
    wrote,
    status: failed ? 'failed' : skipped ? 'skipped' : 'applied',
    error: failed ? (deletion.problem ?? explainFailure(error)) : undefined,
  };
}

const describeFile = ({ name, kind, path }: PolicyFile) => ({ name, kind, path });

function describeChange(change: Change): Omit<Entry, 'status' | 'error' | 'wrote'> {
  const existing = change.action === 'create' ? undefined : change.policy;
  const wanted = settingsOf(change, existing);
  const replaces = 'replaces' in change ? change.replaces : undefined;
  const renamed = replaces === undefined ? undefined : { from: replaces.name };
  return {
    ...describeFile(change.file),
    id: existing?.id,
    action: change.action === 'refused' ? (existing === undefined ? 'create' : 'update') : change.action,
    changes: changedParts(change),
    enforcementLevel: levelChange(change, existing, wanted),
    joins: 'joins' in change ? change.joins.map(({ name }) => name) : [],
    leaves: [],
    renamed,
    ...changedTexts(change, wanted),
  };
}

function levelChange(
  change: Change,
  existing: Policy | undefined,
  { enforcementLevel: wanted }: WantedSettings,
): Entry['enforcementLevel'] {
  const before = existing?.enforcementLevel;
  const stated = change.action === 'refused' ? undefined : change.file.enforcementLevel?.source;
  const unstated = isRenamed(change) ? 'kept' : 'default';
  return {
    before,
    after: wanted ?? before,
    stated: wanted !== undefined,
    source: stated ?? (wanted === undefined ? undefined : unstated),
  };
}

const isRenamed = (change: Change): boolean => 'replaces' in change && change.replaces !== undefined;

function settingsOf(change: Change, existing: Policy | undefined): WantedSettings {
  if (change.action === 'create') return newSettings(change);
  if (change.action === 'refused') return {};
  return wantedSettings(change.file, existing, 'replaces' in change ? change.replaces : undefined);
}

/** Old and new values of settings that are texts. */
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

/** The parts that a change affects. A new policy has all parts that are stated. */
function changedParts(change: Change): readonly ChangedPart[] {
  if (change.action === 'unchanged' || change.action === 'refused') return [];
  if (change.action === 'update') return change.changes;
  const described: ChangedPart[] = change.file.description === undefined ? [] : ['description'];
  const query: ChangedPart[] = hasQuery(change.file) ? ['query'] : [];
  const joins: ChangedPart[] = change.joins.length > 0 ? ['policy-sets'] : [];
  const stamp: ChangedPart[] = change.stamps ? ['stamp'] : [];
  return ['code', 'enforcement-level', ...described, ...query, ...joins, ...stamp];
}

function problemOf(error: unknown, { action, file }: Change, wrote: boolean): Problem {
  if (error instanceof ProblemsError && error.problems[0] !== undefined) return error.problems[0];
  const problem: Problem = { ...explainFailure(error), place: { file: file.path } };
  if (!wrote || (error instanceof Error && isMissingPolicySet(error.cause))) return problem;
  const begun = action === 'create' ? 'It was created but is not complete' : 'It was partly changed';
  return { ...problem, advice: `${problem.advice ?? ''} ${begun}: the next run completes it.`.trim() };
}
