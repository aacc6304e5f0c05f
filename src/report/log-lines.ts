import { describeWhat, type Problem } from '../model/problem.ts';
import { oneLine } from '../runtime/safe-text.ts';
import type { Alert, AlertItem } from './alert.ts';
import { alertsOf } from './alerts.ts';
import { problemLines, requestOf, withoutIds, wordsOf } from './groups.ts';
import {
  type Entry,
  type FileChangeEntry,
  outcome,
  plural,
  type Report,
  type SetEntry,
  type SetPolicyEntry,
  warningsOf,
} from './report.ts';
import { contentWords, factsOf, levelWords, movedWords, titleOf } from './set-words.ts';

/** The report for the log: failures come first, and a common cause is one line. Only the summary has diffs. */
export function logLines(report: Report): string[] {
  const said = (level: string, problems: readonly Problem[]) =>
    problemLines(problems, report.policyCount).map((line) => `${level}: ${line}`);
  const fine = report.entries.filter(({ error }) => error === undefined);
  return [
    ...said('error', report.problems),
    ...failureLines(report),
    ...alertsOf(report).map(alertLine),
    ...fine.map((entry) => entryLine(report, entry)),
    ...(report.sets ?? []).flatMap((entry) => setLines(report, entry)),
    ...report.leftOut.map(({ path, why }) => `left out: ${path} ${why}`),
    ...said('warning', warningsOf(report)),
    ...said('notice', report.notices),
  ];
}

function failureLines(report: Report): string[] {
  const failed = report.entries.flatMap((entry) =>
    entry.error === undefined ? [] : [{ entry, error: entry.error }],
  );
  const alike = Map.groupBy(failed, ({ entry, error }) => `${outcome(report, entry)}: ${wordsOf(error)}`);
  return [...alike.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    if (others.length === 0) return [entryLine(report, first.entry)];
    const policies = group.map(
      ({ entry, error }) => `${entry.name} — ${entry.path}${requestOf(error.message)}`,
    );
    const why = describeWhat({ ...first.error, message: withoutIds(first.error.message) });
    return [`${outcome(report, first.entry)}: ${group.length} policies: ${why} ${policies.join(', ')}`];
  });
}

function entryLine(report: Report, entry: Entry): string {
  const { name, path, joins, error, duration } = entry;
  const what = changesOf(entry);
  const changes = what.length === 0 ? '' : ` (${what.join(', ')})`;
  const sets = joins.length === 0 ? '' : `, joins ${joins.join(', ')}`;
  // The file has already been named.
  const why = error === undefined ? '' : `: ${describeWhat(error)}`;
  const time = duration === undefined || duration === 0 ? '' : ` (${Math.round(duration)} ms)`;
  return oneLine(`${outcome(report, entry)}: ${name}${changes}${sets} — ${path}${time}${why}`);
}

/** The changes, with old and new values if they are short. */
function changesOf({
  action,
  changes,
  enforcementLevel: { before, after },
  query,
  renamed,
}: Entry): string[] {
  if (renamed !== undefined)
    return ['from' in renamed ? `renamed from ${renamed.from}` : `renamed to ${renamed.to}`];
  if (action === 'create') return after === undefined ? [] : [after];
  if (action !== 'update') return [];
  return changes.map((part) => {
    if (part === 'enforcement-level') return `enforcement level ${before ?? 'none'} → ${after ?? 'none'}`;
    if (part === 'query' && query !== undefined) return `query ${query.before ?? 'none'} → ${query.after}`;
    return part;
  });
}

/** All problems, because the log contains what other places omit. */
const alertLine = ({ title, items, rest }: Alert): string =>
  oneLine(`${title}: ${items.map(itemWords).join(', ')}.${rest === undefined ? '' : ` ${rest}`}`);

function itemWords({ name, before, after, sets }: AlertItem): string {
  const level = [before, after].filter((each) => each !== undefined).join(' → ');
  const where = sets.length === 0 ? '' : `in ${sets.join(', ')}`;
  const detail = [level, where].filter((part) => part !== '').join(' ');
  return detail === '' ? name : `${name} (${detail})`;
}

/** One line for the policy set, followed by one line for each detail. */
function setLines(report: Report, entry: SetEntry): string[] {
  const { action, status, policies, unknown, moved, fileChanges = [] } = entry;
  if (action === 'unchanged' && status !== 'failed') return [setLine(report, entry)];
  const why = unknown === undefined ? [] : [`the changes are unknown: ${unknown.cause}. ${unknown.advice}`];
  const packed = moved === undefined ? [] : [`${movedWords(moved)}.`];
  const below = [
    factsOf(entry),
    ...packed,
    ...why,
    ...policies.flatMap(policyLine),
    ...fileLines(fileChanges),
  ];
  return [setLine(report, entry), ...below.map((line) => `  ${oneLine(line.trim())}`)];
}

function setLine(report: Report, entry: SetEntry): string {
  const { name, folder, action, version, error, duration } = entry;
  const what = action === 'update' && entry.changes.length > 0 ? ` (${changeWords(entry)})` : '';
  const where = folder === '' ? 'the root of the workspace' : folder;
  const why = error === undefined ? '' : `: ${describeWhat(error)}`;
  const time = duration === undefined || duration === 0 ? '' : ` (${Math.round(duration)} ms)`;
  const inForce = version === undefined ? '' : `, version ${version}`;
  const size = `${plural(entry.policies.length, 'policy')}, ${plural(entry.files.length, 'file')}`;
  return oneLine(`${outcome(report, entry)}: ${name}${what} — ${where}, ${size}${inForce}${time}${why}`);
}

function changeWords(entry: SetEntry): string {
  const { before, after } = entry.toolVersion;
  const parts = entry.changes.map((part) => {
    if (part === 'content') return contentWords(entry);
    if (part !== 'policy-tool-version') return part;
    return before === after ? 'agent mode' : `tool version ${before ?? 'not set'} → ${after ?? 'not set'}`;
  });
  return parts.join('; ');
}

/** For policies that change or may change. The others are only counted. */
function policyLine(policy: SetPolicyEntry): string[] {
  const { change } = policy;
  const [name, after] = [titleOf(policy), levelWords(policy)];
  if (change?.action === 'unchanged') return [];
  const before = change?.levelBefore;
  if (change === undefined) return [`policy ${name}: ${after}`];
  if (change.action === 'delete') return [`policy ${name}: removed (${after})`];
  if (change.action === 'create') return [`policy ${name}: new (${after})`];
  const level = before === undefined || before === policy.enforcementLevel ? after : `${before} → ${after}`;
  const what = change.changes.map((part) =>
    part === 'query' && change.query !== undefined
      ? `query ${change.query.before} → ${change.query.after}`
      : part,
  );
  const touched = change.touchedBy.length === 0 ? [] : [`affected by ${change.touchedBy.join(', ')}`];
  return [`policy ${name}: ${[...what, ...touched].join(', ')} (${level})`];
}

/** The job summary shows more. */
const MOST_FILES = 200;

function fileLines(files: readonly FileChangeEntry[]): string[] {
  const shown = files
    .slice(0, MOST_FILES)
    .map(({ kind, path, from }) =>
      kind === 'moved' ? `file ${path}: moved from ${from}` : `file ${path}: ${kind}`,
    );
  const more = files.length - shown.length;
  return more > 0 ? [...shown, `and ${plural(more, 'more changed file')}`] : shown;
}
