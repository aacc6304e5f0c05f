import type { VersionedSet } from '../model/policy-set.ts';
import { describeReference } from '../model/policy-set.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { describeSetFolder } from '../model/set-folder.ts';
import type { LocalSet, SetPolicy } from '../policy-sets/local-set.ts';
import { contentOf, type SetChange } from '../policy-sets/plan.ts';
import type { PolicyChange } from '../policy-sets/preview/policy-change.ts';
import type { KnownChanges, SetPreview } from '../policy-sets/preview/preview.ts';
import type { SetResult } from '../policy-sets/publish.ts';
import type { SetEntry, SetPolicyChange } from '../report/report.ts';
import { explainFailure } from '../tfe/explain.ts';

/** The entry of a folder in a run that only checks files. */
export const checkedSet = (local: LocalSet): SetEntry => ({
  ...describeLocal(local),
  ...UNKNOWN,
  name: describeReference(local.reference),
  action: 'check',
  status: 'skipped',
});

/** The entry of a policy set that a dry run would write. */
export function plannedSet(change: SetChange): SetEntry {
  const planned = describeChange(change);
  if (change.action === 'refused') return { ...planned, status: 'failed', error: change.problem };
  return { ...planned, status: 'planned' };
}

/** The entry of a policy set after publishing. */
export function resultSet({ change, set, wrote, error, skipped, duration }: SetResult): SetEntry {
  const planned = describeChange(change);
  return {
    ...planned,
    id: set?.id ?? planned.id,
    name: set?.name ?? planned.name,
    version: set?.currentVersion?.id ?? planned.version,
    wrote,
    // A version that does not become current leaves the policy set unchanged.
    altered: change.action === 'update' ? set?.currentVersion?.id !== planned.version : undefined,
    duration,
    status: error !== undefined ? 'failed' : skipped ? 'skipped' : 'applied',
    error: error === undefined ? undefined : failureOf(error),
  };
}

/** Problems found by the action have their own place. */
function failureOf(error: unknown): Problem {
  const [problem, ...others] = error instanceof ProblemsError ? error.problems : [];
  return problem !== undefined && others.length === 0 ? problem : { place: INPUT, ...explainFailure(error) };
}

const INPUT = { input: 'versioned-policy-sets' };

const UNKNOWN = {
  id: undefined,
  changes: [],
  content: 'not compared',
  version: undefined,
  toolVersion: { before: undefined, after: undefined },
  agentMode: { before: undefined, after: undefined },
  scope: undefined,
  wrote: false,
  error: undefined,
} as const;

const describeLocal = ({ kind, digest, policies, files, moved, ...local }: LocalSet) => ({
  kind,
  folder: describeSetFolder(local),
  moved: moved && { from: moved.from, to: moved.to, sources: moved.sources },
  digest,
  policies: policies.map(policyEntry),
  files: files.map(({ path, size }) => ({ path, size })),
});

const policyEntry = ({ id, name, title, kind, path, enforcementLevel, levelFrom }: SetPolicy) => ({
  id,
  name,
  title,
  kind,
  path,
  enforcementLevel,
  levelFrom,
});

function describeChange(change: SetChange): Omit<SetEntry, 'status'> {
  const { local } = change;
  const set: VersionedSet | undefined = 'set' in change ? change.set : undefined;
  const before = set?.settings.toolVersion;
  return {
    ...describeLocal(local),
    ...UNKNOWN,
    name: set?.name ?? describeReference(local.reference),
    id: set?.id,
    action: change.action === 'refused' ? change.instead : change.action,
    changes: change.action === 'update' ? change.changes : [],
    content: contentOf(local, set),
    version: set?.currentVersion?.id,
    toolVersion: { before, after: 'wanted' in change ? change.wanted.toolVersion : before },
    agentMode: {
      before: set?.settings.agentEnabled,
      // For kinds that always run on agents, nothing is written.
      after: ('wanted' in change ? change.wanted.agentEnabled : undefined) ?? set?.settings.agentEnabled,
    },
    scope: set?.scope,
  };
}

/** Adds the changes to the content to an entry. */
export function withPreview(entry: SetEntry, preview: SetPreview | undefined): SetEntry {
  if (preview?.state === 'unknown') return { ...entry, unknown: preview.why };
  if (preview?.state === 'same')
    return { ...entry, policies: entry.policies.map((policy) => ({ ...policy, change: UNCHANGED })) };
  return preview?.state === 'known' ? withChanges(entry, preview) : entry;
}

const UNCHANGED = { action: 'unchanged', changes: [], levelBefore: undefined, touchedBy: [] } as const;

function withChanges(entry: SetEntry, { policies, files, diffs, notShown }: KnownChanges): SetEntry {
  const changes = new Map(policies.map((change) => [change.id, change]));
  const gone = policies.filter(({ action }) => action === 'delete');
  return {
    ...entry,
    policies: [
      ...entry.policies.map((policy) => ({ ...policy, change: changeOf(changes.get(policy.id)) })),
      ...gone.map((change) => ({
        id: change.id,
        name: change.name,
        title: change.title,
        kind: entry.kind,
        path: undefined,
        enforcementLevel: change.level.before,
        change: changeOf(change),
      })),
    ],
    notShown,
    fileChanges: files.map((file) => ({
      kind: file.kind,
      path: file.path,
      from: file.kind === 'moved' ? file.from : undefined,
      diff: diffs.get(file.path),
    })),
  };
}

function changeOf(change: PolicyChange | undefined): SetPolicyChange | undefined {
  if (change === undefined) return undefined;
  const { action, changes, level, query, touchedBy } = change;
  return { action, changes, levelBefore: level.before, query, touchedBy };
}
