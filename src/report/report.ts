import type { CodeDiff } from '../model/code-diff.ts';
import { KINDS, type PolicyKind } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { ChangedPart } from '../model/policy.ts';
import type { ChangedSetPart } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { amount, plural } from '../runtime/amount.ts';

/** What a run did, would do, or could not do, ready to be shown anywhere. */
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
  /** Address of the run, whose page shows the job summary. */
  readonly runUrl: string | undefined;
  /** The policies that are published by themselves. */
  readonly entries: readonly Entry[];
  /** The versioned policy sets; undefined in a run that publishes policies by themselves. */
  readonly sets?: readonly SetEntry[] | undefined;
  /** Whether the organization had to be as the repository has it. */
  readonly expectNoChanges: boolean;
  /** How many policies the run found, sound or not. */
  readonly policyCount: number;
  /** What is in the repository, but not published. */
  readonly leftOut: readonly LeftOut[];
  /** Why the files were only checked. */
  readonly checkReason: Problem | undefined;
  /** Why nothing was published although the event would have: its branch is not one to publish from. */
  readonly previewOnly: Problem | undefined;
  /** What ended the run before its first write. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export interface Commit {
  readonly sha: string;
  /** Where the repository's pages at this commit lie; undefined outside a repository. */
  readonly url: string | undefined;
  /** Address of a file at this commit. */
  fileUrl(path: string): string | undefined;
  /** Address of a folder at this commit. */
  folderUrl(path: string): string | undefined;
}

export type Action = 'create' | 'update' | 'unchanged' | 'delete' | 'check';
export type Status = 'applied' | 'planned' | 'failed' | 'skipped';

/** What becomes of one policy or one policy set. */
export interface Outcome {
  readonly name: string;
  readonly id: string | undefined;
  readonly kind: PolicyKind;
  readonly action: Action;
  readonly status: Status;
  /** Whether anything of it was written, even if it failed afterwards. */
  readonly wrote: boolean;
  /** Whether it is other than before although it failed; undefined where anything written makes it so. */
  readonly altered?: boolean | undefined;
  readonly error: Problem | undefined;
  /** What writing it took, in milliseconds. */
  readonly duration?: number | undefined;
}

/** One policy of the report. */
export interface Entry extends Outcome {
  readonly path: string;
  readonly changes: readonly ChangedPart[];
  readonly enforcementLevel: {
    readonly before: string | undefined;
    readonly after: string | undefined;
    /** False where nothing states a level, and it is left as it is. */
    readonly stated: boolean;
    /** The place that states it: `sentinel.hcl:12`, `input`, `default`. */
    readonly source?: string | undefined;
    /** What it should have become, where the policy failed before that. */
    readonly missed?: string | undefined;
  };
  /** Names of the policy sets that it becomes a member of. */
  readonly joins: readonly string[];
  /** Names of the policy sets that it is a member of no more, as it is deleted. */
  readonly leaves: readonly string[];
  /** Name of the policy that has its code now, or had it before. */
  readonly renamed?: { readonly from: string } | { readonly to: string } | undefined;
  /** How its code changes. */
  readonly diff?: CodeDiff | undefined;
  /** How its description changes. */
  readonly description?: CodeDiff | undefined;
  /** How its query changes; it may have had none before. */
  readonly query?: { readonly before: string | undefined; readonly after: string } | undefined;
}

/** One versioned policy set of the report. */
export interface SetEntry extends Outcome {
  /** From the workspace, as the input has it: `policies`, `policies//azure`; empty: the workspace itself. */
  readonly folder: string;
  readonly changes: readonly ChangedSetPart[];
  /** Whether what is in force is known to be this content. */
  readonly content: 'same' | 'differs' | 'not known' | 'none yet' | 'not compared';
  /** A configuration that is packed at the root of the archive; undefined where it is packed as it is. */
  readonly moved?: MovedEntry | undefined;
  /** Id of the version that is in force. */
  readonly version: string | undefined;
  /** SHA-256 of what is packed. */
  readonly digest: string;
  readonly toolVersion: { readonly before: string | undefined; readonly after: string | undefined };
  /** Whether agents run its policies with that version; undefined where there is nothing to choose, or to know. */
  readonly agentMode: { readonly before: boolean | undefined; readonly after: boolean | undefined };
  /** What it is attached to, as far as can be seen; undefined for a set that is not there yet. */
  readonly scope:
    | {
        readonly global: boolean;
        readonly workspaces: number | undefined;
        readonly projects: number | undefined;
        readonly hasTagSelectors: boolean;
      }
    | undefined;
  /** Why it is not known what changes: a cause to put behind a colon, and what to do. */
  readonly unknown?: { readonly cause: string; readonly advice: string } | undefined;
  /** What changes of the files that are packed; undefined where that is not known. */
  readonly fileChanges?: readonly FileChangeEntry[] | undefined;
  /** Why the differences of some of these are missing, as a sentence. */
  readonly notShown?: string | undefined;
  /** Those that go come last. */
  readonly policies: readonly SetPolicyEntry[];
  /** What is packed, in the order of the archive. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** A configuration that is packed elsewhere, and the sources in it that are written in another way there. */
export interface MovedEntry {
  /** From the workspace. */
  readonly from: string;
  /** In the archive. */
  readonly to: string;
  readonly sources: readonly {
    readonly line: number;
    /** Undefined where it was left out. */
    readonly before: string | undefined;
    readonly after: string;
  }[];
}

/** One policy of a versioned policy set. */
export interface SetPolicyEntry {
  /** What tells it from the others of its set. */
  readonly id: string;
  readonly name: string;
  /** What it is called where its name alone does not say enough. */
  readonly title?: string | undefined;
  readonly kind: PolicyKind;
  /** From the workspace, or where its code comes from; undefined where no file is named. */
  readonly path: string | undefined;
  /** What it is enforced at; of one that goes, what it was. Undefined where only a run can say. */
  readonly enforcementLevel: string | undefined;
  /** What decides that where the policy does not state it: `default`, or an expression. */
  readonly levelFrom?: string | undefined;
  /** What becomes of it; undefined where the content before is not known. */
  readonly change?: SetPolicyChange | undefined;
}

export interface SetPolicyChange {
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  /** Of `code`, `enforcement-level`, `params`, `query`, `source`. */
  readonly changes: readonly string[];
  readonly levelBefore: string | undefined;
  readonly query?: { readonly before: string; readonly after: string } | undefined;
  /** Changed files that it needs beside its own. */
  readonly touchedBy: readonly string[];
}

/** A file of the archive that an upload changes. */
export interface FileChangeEntry {
  readonly kind: 'added' | 'removed' | 'changed' | 'mode' | 'moved';
  readonly path: string;
  /** Where it was before. */
  readonly from?: string | undefined;
  readonly diff?: CodeDiff | undefined;
}

/** What the run is counted by. */
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

/** Whether anything was changed, or in a dry run would be. */
export const hasChanges = (entries: readonly Outcome[]): boolean =>
  entries.some(({ wrote, status, action }) => wrote || (status === 'planned' && action !== 'unchanged'));

/** All that nobody must overlook although it fails nothing, the most important first. */
export const warningsOf = ({ previewOnly, warnings }: Report): readonly Problem[] =>
  previewOnly === undefined ? warnings : [previewOnly, ...warnings];

export const hasFailed = (report: Report): boolean =>
  report.problems.length > 0 ||
  hasDrifted(report) ||
  outcomesOf(report).some((entry) => entry.status === 'failed' || isHeldBack(entry));

/** Whether a drift check found the organization changed. */
export const hasDrifted = (report: Report): boolean =>
  report.expectNoChanges && hasChanges(outcomesOf(report));

/** Was to be written, but not even begun. */
export const isHeldBack = ({ status, action }: Outcome): boolean =>
  status === 'skipped' && action !== 'check' && action !== 'unchanged';

const subjectOf = ({ sets }: Report): string =>
  sets === undefined ? 'Terraform policies' : 'Terraform policy sets';

/** What the report is called, in its heading and at the end of the log. */
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

/** The entries whose enforcement gets stricter or looser: what a reviewer must not miss. */
export function enforcementShifts(entries: readonly Entry[]): {
  stricter: readonly Entry[];
  looser: readonly Entry[];
} {
  const shifted = (sign: number) => entries.filter((entry) => Math.sign(shift(entry)) === sign);
  return { stricter: shifted(1), looser: shifted(-1) };
}

/** Policies that policy sets get at a level that can stop a run: new ones, or ones that were in fewer sets. */
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

/** Policies that go, or went: nothing else has their code. */
export const removed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(
    ({ action, status, renamed }) =>
      action === 'delete' && renamed === undefined && (status === 'planned' || status === 'applied'),
  );

/** Steps up in the kind's levels; a level that is not known shifts nothing. A new policy is no shift. */
function shift({ kind, enforcementLevel: { before, after } }: Entry): number {
  const levels: readonly (string | undefined)[] = KINDS[kind].levels;
  const [from, to] = [levels.indexOf(before), levels.indexOf(after)];
  return from < 0 || to < 0 ? 0 : to - from;
}

/** What happened to a policy, in a word or two; in a dry run, what would. */
export function outcome({ mode }: Report, { action, status, wrote, altered = wrote }: Outcome): string {
  if (status === 'failed') return altered ? `${action}d, incomplete` : `${action} failed`;
  if (action === 'check') return 'checked';
  if (action === 'unchanged') return 'unchanged';
  if (status === 'skipped') return `${action} not attempted`;
  return mode === 'dry-run' ? `would ${action}` : `${action}d`;
}
