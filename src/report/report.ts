import type { CodeDiff } from '../model/code-diff.ts';
import { KINDS, type PolicyKind } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { ChangedPart } from '../model/policy.ts';
import type { ChangedSetPart } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { amount, plural } from '../runtime/amount.ts';

/** What a run did, would do or could not do, independent of how it is shown. */
export interface Report {
  readonly mode: 'publish' | 'dry-run' | 'check';
  readonly organization:
    | {
        readonly name: string;
        readonly url: string;
        readonly policiesUrl: string;
        readonly policySetsUrl: string;
      }
    | undefined;
  readonly commit: Commit | undefined;
  /** URL of the run, whose page shows the job summary. */
  readonly runUrl: string | undefined;
  /** The individually managed policies. */
  readonly entries: readonly Entry[];
  /** The versioned policy sets. Undefined in a run that publishes individually managed policies. */
  readonly sets?: readonly SetEntry[] | undefined;
  /** Whether the run fails if the organization differs from the repository. */
  readonly expectNoChanges: boolean;
  /** Number of policies found, including those with problems. */
  readonly policyCount: number;
  /** Files that are not published. */
  readonly leftOut: readonly LeftOut[];
  /** Why the files were only checked. */
  readonly checkReason: Problem | undefined;
  /** Why a run whose event would publish does not: its branch is not one to publish from. */
  readonly previewOnly: Problem | undefined;
  /** The problems that ended the run before its first write. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export interface Commit {
  readonly sha: string;
  /** Base URL of the repository's pages at this commit. Undefined outside a repository. */
  readonly url: string | undefined;
  /** URL of a file at this commit. */
  fileUrl(path: string): string | undefined;
  /** URL of a folder at this commit. */
  folderUrl(path: string): string | undefined;
}

export type Action = 'create' | 'update' | 'unchanged' | 'delete' | 'check';
export type Status = 'applied' | 'planned' | 'failed' | 'skipped';

/** What happens to a policy or a policy set. */
export interface Outcome {
  readonly name: string;
  readonly id: string | undefined;
  readonly kind: PolicyKind;
  readonly action: Action;
  readonly status: Status;
  /** Whether anything was written to it, even if it failed afterwards. */
  readonly wrote: boolean;
  /** Whether it changed although it failed. Undefined if every write is a change. */
  readonly altered?: boolean | undefined;
  readonly error: Problem | undefined;
  /** Duration of the writes. Milliseconds. */
  readonly duration?: number | undefined;
}

/** A policy in the report. */
export interface Entry extends Outcome {
  readonly path: string;
  readonly changes: readonly ChangedPart[];
  readonly enforcementLevel: {
    readonly before: string | undefined;
    readonly after: string | undefined;
    /** False if nothing defines a level, so it stays the same. */
    readonly stated: boolean;
    /** The place that defines it: `sentinel.hcl:12`, `input`, `default`. */
    readonly source?: string | undefined;
    /** The intended level, if the policy failed before it was set. */
    readonly missed?: string | undefined;
  };
  /** Names of the policy sets that it is added to. */
  readonly joins: readonly string[];
  /** Names of the policy sets that it leaves because it is deleted. */
  readonly leaves: readonly string[];
  /** Name of the policy that has its code now, or had it before a rename. */
  readonly renamed?: { readonly from: string } | { readonly to: string } | undefined;
  /** The change of its code. */
  readonly diff?: CodeDiff | undefined;
  /** The change of its description. */
  readonly description?: CodeDiff | undefined;
  /** The change of its query. A policy may have had none. */
  readonly query?: { readonly before: string | undefined; readonly after: string } | undefined;
}

/** A versioned policy set in the report. */
export interface SetEntry extends Outcome {
  /** From the workspace, as in the input: `policies`, `policies//azure`. Empty for the workspace itself. */
  readonly folder: string;
  readonly changes: readonly ChangedSetPart[];
  /** Whether the current version is known to have this content. */
  readonly content: 'same' | 'differs' | 'not known' | 'none yet' | 'not compared';
  /** A configuration that is moved to the root of the archive. Undefined if it is packed unchanged. */
  readonly moved?: MovedEntry | undefined;
  /** ID of the current version. */
  readonly version: string | undefined;
  /** SHA-256 of the packed files. */
  readonly digest: string;
  readonly toolVersion: { readonly before: string | undefined; readonly after: string | undefined };
  /** Whether agents run its policies with that version. Undefined if there is no choice, or it is not known. */
  readonly agentMode: { readonly before: boolean | undefined; readonly after: boolean | undefined };
  /** Its visible scope. Undefined for a policy set that does not exist yet. */
  readonly scope:
    | {
        readonly global: boolean;
        readonly workspaces: number | undefined;
        readonly projects: number | undefined;
        readonly hasTagSelectors: boolean;
      }
    | undefined;
  /** Why the changes are not known: a cause, as a clause that follows a colon, and what to do. */
  readonly unknown?: { readonly cause: string; readonly advice: string } | undefined;
  /** The changes of the packed files. Undefined if they are not known. */
  readonly fileChanges?: readonly FileChangeEntry[] | undefined;
  /** Why the diffs of some files are missing, as a sentence. */
  readonly notShown?: string | undefined;
  /** Removed policies come last. */
  readonly policies: readonly SetPolicyEntry[];
  /** The packed files, in the order of the archive. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** A moved configuration and the sources that were rewritten in it. */
export interface MovedEntry {
  /** From the workspace. */
  readonly from: string;
  /** In the archive. */
  readonly to: string;
  readonly sources: readonly {
    readonly line: number;
    /** Undefined if it was omitted. */
    readonly before: string | undefined;
    readonly after: string;
  }[];
}

/** A policy of a versioned policy set. */
export interface SetPolicyEntry {
  /** Unique in its policy set. */
  readonly id: string;
  readonly name: string;
  /** Its name in reports, if the name alone is not clear. */
  readonly title?: string | undefined;
  readonly kind: PolicyKind;
  /** Its file, from the workspace, or the URL of its code. Undefined if neither is known. */
  readonly path: string | undefined;
  /** Its level. For a removed policy, the previous one. Undefined if it is only known in a run. */
  readonly enforcementLevel: string | undefined;
  /** Where the level comes from if the policy does not state it: `default` or an expression. */
  readonly levelFrom?: string | undefined;
  /** What happens to it. Undefined if the previous content is not known. */
  readonly change?: SetPolicyChange | undefined;
}

export interface SetPolicyChange {
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  /** Of `code`, `enforcement-level`, `params`, `query`, `source`. */
  readonly changes: readonly string[];
  readonly levelBefore: string | undefined;
  readonly query?: { readonly before: string; readonly after: string } | undefined;
  /** Changed files that it depends on. */
  readonly touchedBy: readonly string[];
}

/** A file of the archive that an upload changes. */
export interface FileChangeEntry {
  readonly kind: 'added' | 'removed' | 'changed' | 'mode' | 'moved';
  readonly path: string;
  /** Its previous path. */
  readonly from?: string | undefined;
  readonly diff?: CodeDiff | undefined;
}

/** The outcomes that are counted. */
export const outcomesOf = ({ sets, entries }: Pick<Report, 'sets' | 'entries'>): readonly Outcome[] =>
  sets ?? entries;

export interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly failed: number;
}

/** Counts by outcome (docs/behavior.md#outputs). */
export function countOutcomes(entries: readonly Outcome[]): Counts {
  const count = (action: Action) =>
    entries.filter(
      (entry) => entry.action === action && (entry.status === 'applied' || entry.status === 'planned'),
    ).length;
  return {
    created: count('create'),
    updated: count('update'),
    deleted: count('delete'),
    unchanged: count('unchanged'),
    failed: entries.filter((entry) => entry.status === 'failed').length,
  };
}

/** Whether anything was changed, or would be in a dry run. */
export const hasChanges = (entries: readonly Outcome[]): boolean =>
  entries.some(({ wrote, status, action }) => wrote || (status === 'planned' && action !== 'unchanged'));

/** Changes and warnings that must not be overlooked although nothing fails. The most important come first. */
export const warningsOf = ({ previewOnly, warnings }: Report): readonly Problem[] =>
  previewOnly === undefined ? warnings : [previewOnly, ...warnings];

export const hasFailed = (report: Report): boolean =>
  report.problems.length > 0 ||
  hasDrifted(report) ||
  outcomesOf(report).some((entry) => entry.status === 'failed' || isHeldBack(entry));

/** Whether a drift check found the organization changed. */
export const hasDrifted = (report: Report): boolean =>
  report.expectNoChanges && hasChanges(outcomesOf(report));

/** Whether a write was planned but not attempted. */
export const isHeldBack = ({ status, action }: Outcome): boolean =>
  status === 'skipped' && action !== 'check' && action !== 'unchanged';

const subjectOf = ({ sets }: Report): string =>
  sets === undefined ? 'Terraform policies' : 'Terraform policy sets';

/** The title of the report, in its heading and at the end of the log. */
export const titleOf = (report: Report): string =>
  `${report.previewOnly === undefined ? '' : 'Preview only – '}${subjectOf(report)}: ${headline(report)}`;

/** The outcome in words: `3 created, 1 updated, 14 unchanged, 1 warning`. */
export function headline(report: Report): string {
  const { problems, warnings } = report;
  const warned = warnings.length === 0 ? '' : plural(warnings.length, 'warning');
  if (problems.length === 0) return `${outcomeLine(report)}${warned === '' ? '' : `, ${warned}`}`;
  const found = `${plural(problems.length, 'problem')}${warned === '' ? '' : ` and ${warned}`}`;
  return `failed with ${found}, nothing was written`;
}

function outcomeLine(report: Report): string {
  const { mode, sets } = report;
  const entries = outcomesOf(report);
  if (mode === 'check') {
    const noun = sets === undefined ? 'file' : 'policy set';
    return `${plural(entries.length, noun)} checked, nothing compared or written`;
  }
  const { created, updated, deleted, unchanged, failed } = countOutcomes(entries);
  const heldBack = entries.filter(isHeldBack).length;
  const would = mode === 'dry-run' ? 'would be ' : '';
  const parts = [
    failed > 0 ? `${amount(failed)} failed` : '',
    created > 0 ? `${amount(created)} ${would}created` : '',
    updated > 0 ? `${amount(updated)} ${would}updated` : '',
    deleted > 0 ? `${amount(deleted)} ${would}deleted` : '',
    heldBack > 0 ? `${amount(heldBack)} not attempted` : '',
    unchanged > 0 ? `${amount(unchanged)} unchanged` : '',
  ].filter((part) => part !== '');
  if (failed + created + updated + deleted + heldBack === 0)
    return `nothing to do, ${amount(unchanged)} unchanged`;
  return parts.join(', ');
}

export { amount, plural };

/** The entries whose enforcement becomes stricter or looser, which a reviewer must not miss. */
export function enforcementShifts(entries: readonly Entry[]): {
  stricter: readonly Entry[];
  looser: readonly Entry[];
} {
  const shifted = (sign: number) => entries.filter((entry) => Math.sign(shift(entry)) === sign);
  return { stricter: shifted(1), looser: shifted(-1) };
}

/** Policies that are added to policy sets at a level that can stop a run. */
export function newlyEnforced(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => {
    const levels: readonly (string | undefined)[] = KINDS[entry.kind].levels;
    return (
      entry.joins.length > 0 &&
      entry.renamed === undefined &&
      entry.status !== 'failed' &&
      entry.status !== 'skipped' &&
      levels.indexOf(entry.enforcementLevel.after) > 0 &&
      shift(entry) <= 0
    );
  });
}

/** Policies that are or were deleted, without those that were renamed. */
export const removed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(
    ({ action, status, renamed }) =>
      action === 'delete' && renamed === undefined && (status === 'planned' || status === 'applied'),
  );

/**
 * Number of levels by which the enforcement becomes stricter, negative if it becomes looser. 0 for a new policy, or if a
 * level is not known.
 */
function shift({ kind, enforcementLevel: { before, after } }: Entry): number {
  const levels: readonly (string | undefined)[] = KINDS[kind].levels;
  const [from, to] = [levels.indexOf(before), levels.indexOf(after)];
  return from < 0 || to < 0 ? 0 : to - from;
}

/** What happened to a policy, or would happen in a dry run, in a word or two. */
export function outcome({ mode }: Report, { action, status, wrote, altered = wrote }: Outcome): string {
  if (status === 'failed') return altered ? `${action}d, incomplete` : `${action} failed`;
  if (action === 'check') return 'checked';
  if (action === 'unchanged') return 'unchanged';
  if (status === 'skipped') return `${action} not attempted`;
  return mode === 'dry-run' ? `would ${action}` : `${action}d`;
}
