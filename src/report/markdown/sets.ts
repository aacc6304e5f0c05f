import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
import { configuredFolder, readSetFolder } from '../../model/set-folder.ts';
import {
  amount,
  type FileChangeEntry,
  plural,
  type Report,
  type SetEntry,
  type SetPolicyEntry,
} from '../report.ts';
import { contentWords, factsOf, levelWords, movedWords, sizeWords, titleOf } from '../set-words.ts';
import { sizeOfDiff } from './diffs.ts';
import type { Block } from './fit.ts';
import {
  bullets,
  code,
  fence,
  folded,
  heading,
  link,
  paragraph,
  render,
  strong,
  table,
  text,
  words,
} from './nodes.ts';
import { outcomeWords, tableBlock } from './table.ts';

const COLUMNS = ['', 'Policy set', 'Folder', 'What changes'];

/** One row per versioned policy set that changed, would change, failed or was only checked. Failures come first. */
export function setTable(report: Report): Block[] {
  return tableBlock(
    COLUMNS,
    shownSets(report).map((entry) => [
      outcomeWords(report, entry),
      ...nameCells(report, entry),
      changeWords(entry),
    ]),
  );
}

const shownSets = ({ sets = [] }: Report): readonly SetEntry[] =>
  sets.filter((entry) => !isUnchanged(entry)).toSorted((a, b) => rank(a) - rank(b));

const isUnchanged = ({ action, status }: SetEntry): boolean => action === 'unchanged' && status !== 'failed';

const rank = ({ status }: SetEntry): number => (status === 'failed' ? 0 : status === 'skipped' ? 2 : 1);

function nameCells({ organization, commit }: Report, { name, folder }: SetEntry): PhrasingContent[][] {
  return [
    [link(code(name), organization?.policySetsUrl)],
    [
      link(
        folder === '' ? text('the root') : code(folder),
        commit?.folderUrl(configuredFolder(readSetFolder(folder))),
      ),
    ],
  ];
}

/** The unchanged policy sets, collapsed. */
export function unchangedSets(report: Report): Block[] {
  const sets = (report.sets ?? []).filter(isUnchanged);
  if (sets.length === 0) return [];
  const rows = sets.map((entry) => [...nameCells(report, entry), [text(factsOf(entry))]]);
  const count = `${amount(sets.length)} unchanged policy set${sets.length === 1 ? '' : 's'}`;
  return [
    {
      kind: 'list',
      text: render(...folded(count, table(['Policy set', 'Folder', 'Contents'], rows))),
      what: `the list of ${count}`,
    },
  ];
}

function changeWords(entry: SetEntry): PhrasingContent[] {
  const { action, changes, version, status } = entry;
  if (action === 'check') return [text('not compared')];
  const parts =
    action === 'create' ? [[text('new policy set')]] : changes.map((part) => partWords(part, entry));
  if (parts.length === 0) return [text('–')];
  const joined = separated(parts, '; ');
  return status === 'applied' && version !== undefined
    ? [...joined, text('; version '), code(version)]
    : joined;
}

const separated = (parts: readonly PhrasingContent[][], by: string): PhrasingContent[] =>
  parts.flatMap((part, index) => (index === 0 ? part : [text(by), ...part]));

function partWords(part: SetEntry['changes'][number], entry: SetEntry): PhrasingContent[] {
  const { before, after } = entry.toolVersion;
  if (part === 'content') return [text(contentWords(entry))];
  if (part !== 'policy-tool-version') return [text(part.replace('-', ' '))];
  // If the version stays the same, the change is that agents run it.
  if (before === after) return [text('agent mode')];
  return [text(`tool version ${before ?? 'not set'} → `), strong(text(after ?? 'not set'))];
}

/** The content and changes of each policy set in the table. */
export const setSections = (report: Report): Block[] =>
  shownSets(report).flatMap((entry) => sectionOf(report, entry));

function sectionOf(report: Report, entry: SetEntry): Block[] {
  return [
    { kind: 'fixed', text: render(heading(3, code(entry.name)), paragraph(text(factsOf(entry)))) },
    ...unknownContent(entry),
    ...notInForce(entry),
    ...changedPolicies(report, entry),
    ...affectedPolicies(report, entry),
    ...otherPolicies(report, entry),
    ...changedFiles(entry),
    ...movedConfiguration(report, entry),
    ...packedFiles(entry),
  ];
}

/** The details of a policy set that was not changed are not its current content. */
function notInForce({ status, altered, action, policies, fileChanges = [] }: SetEntry): Block[] {
  const isShown = fileChanges.length > 0 || (action === 'create' && policies.length > 0);
  if (status !== 'failed' || altered === true || !isShown) return [];
  return [{ kind: 'fixed', text: render(paragraph(text('The changes below have not taken effect.'))) }];
}

function unknownContent({ unknown, status }: SetEntry): Block[] {
  if (unknown === undefined) return [];
  const replaces =
    status === 'planned'
      ? 'The upload replaces everything in the policy set.'
      : 'The upload replaced everything in the policy set.';
  const shown = words(
    `The changes cannot be shown: ${unknown.cause}. ${status === 'planned' || status === 'applied' ? `${replaces} ` : ''}${unknown.advice}`.trim(),
  );
  return [{ kind: 'fixed', text: render(paragraph(...shown)) }];
}

const isChanged = ({ change }: SetPolicyEntry): boolean =>
  change !== undefined && change.action !== 'unchanged';

/** The policy itself does not change, only files that it depends on. */
const isAffected = ({ change }: SetPolicyEntry): boolean =>
  change?.action === 'update' && change.changes.length === 0;

const CHANGES = ['Policy', 'Enforcement level', 'What changes'];

/** Maximum number of rows. More are collapsed if they contain little information. */
const FEW_ROWS = 10;

/** Looser enforcement comes first. */
function changedPolicies(report: Report, { policies }: SetEntry): Block[] {
  const changed = policies.filter((policy) => isChanged(policy) && !isAffected(policy));
  const sorted = changed.toSorted((a, b) => weight(a) - weight(b));
  return tableBlock(
    CHANGES,
    sorted.map((policy) => changeRow(report, policy)),
  );
}

function weight({ change, enforcementLevel }: SetPolicyEntry): number {
  if (change?.action === 'delete') return 0;
  if (change?.action === 'update' && change.levelBefore !== enforcementLevel) return 1;
  return change?.action === 'create' ? 2 : 3;
}

function affectedPolicies(report: Report, { name, policies }: SetEntry): Block[] {
  const affected = policies.filter(isAffected);
  const rows = affected.map((policy) => changeRow(report, policy));
  if (affected.length <= FEW_ROWS) return tableBlock(CHANGES, rows);
  const count = `${plural(affected.length, 'policy')} affected by changed files`;
  return [
    {
      kind: 'list',
      text: render(...folded(count, table(CHANGES, rows))),
      what: `the list of ${count} of ${name}`,
    },
  ];
}

function changeRow({ commit }: Report, policy: SetPolicyEntry): PhrasingContent[][] {
  const { path } = policy;
  const url = path === undefined ? undefined : urlOf(path, commit);
  return [[link(code(titleOf(policy)), url)], levelOf(policy), policyChange(policy)];
}

/** Shown if the previous content is not known, otherwise collapsed. */
function otherPolicies(report: Report, entry: SetEntry): Block[] {
  const { name, policies } = entry;
  const others = policies.filter((policy) => !isChanged(policy));
  if (others.length === 0) return [];
  const isKnown = others.some(({ change }) => change !== undefined);
  const rows = others.map((policy) => policyRow(report, policy, entry));
  const columns = ['Policy', 'Enforcement level', 'File'];
  if (!isKnown && others.length <= FEW_ROWS) return tableBlock(columns, rows);
  const count = isKnown
    ? `${amount(others.length)} unchanged ${others.length === 1 ? 'policy' : 'policies'}`
    : plural(others.length, 'policy');
  return [
    {
      kind: 'list',
      text: render(...folded(count, table(columns, rows))),
      what: `the list of ${count} of ${name}`,
    },
  ];
}

function policyRow({ commit }: Report, policy: SetPolicyEntry, entry: SetEntry): PhrasingContent[][] {
  const { path } = policy;
  const { folder } = readSetFolder(entry.folder);
  // The folder is shown above.
  const shown = path?.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const file = shown === undefined || path === undefined ? text('–') : link(code(shown), urlOf(path, commit));
  return [[code(titleOf(policy))], levelOf(policy), [file]];
}

function levelOf(policy: SetPolicyEntry): PhrasingContent[] {
  const { enforcementLevel, change } = policy;
  const before = change?.levelBefore;
  const words = text(levelWords(policy));
  return change?.action === 'update' && before !== undefined && before !== enforcementLevel
    ? [text(`${before} → `), strong(words)]
    : [words];
}

/** Remote code has no page in the repository. */
const urlOf = (path: string, commit: Report['commit']): string | undefined =>
  /^[\w.+-]+:/.test(path) ? undefined : commit?.fileUrl(path);

const MOST_TOUCHING = 3;

function policyChange({ change }: SetPolicyEntry): PhrasingContent[] {
  if (change?.action === 'delete') return [text('no longer enforced by this policy set')];
  if (change?.action !== 'update') return [text('new policy')];
  const { changes, query, touchedBy } = change;
  const parts = changes.map((part): PhrasingContent[] =>
    part === 'query' && query !== undefined
      ? [text('query '), code(query.before), text(' → '), code(query.after)]
      : [text(part.replace('-', ' '))],
  );
  return separated([...parts, ...touchWords(touchedBy)], ', ');
}

/** The changed files that it depends on. */
function touchWords(touchedBy: readonly string[]): PhrasingContent[][] {
  if (touchedBy.length === 0) return [];
  const names = touchedBy.slice(0, MOST_TOUCHING).map((path) => [code(path)]);
  const more = touchedBy.length - names.length;
  const rest = more > 0 ? [text(` and ${amount(more)} more`)] : [];
  return [[text('affected by '), ...separated(names, ', '), ...rest]];
}

/** The diff of each file, collapsed, and one list of the files without a diff. */
function changedFiles({ name, fileChanges, notShown, moved }: SetEntry): Block[] {
  if (fileChanges === undefined || fileChanges.length === 0) return [];
  const withDiff = fileChanges.filter((file) => isShown(file));
  const others = fileChanges.filter((file) => !isShown(file));
  return [
    ...withDiff.flatMap((file) => diffOf(file, moved)),
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'list' as const,
            text: render(
              ...folded(
                `${plural(others.length, 'changed file')} without a diff`,
                ...(notShown === undefined ? [] : [paragraph(...words(notShown))]),
                bullets(others.map(fileWords)),
              ),
            ),
            what: `the list of ${plural(others.length, 'changed file')} of ${name}`,
          },
        ]),
  ];
}

const isShown = ({ diff }: FileChangeEntry): boolean => diff?.kind === 'patch' || diff?.kind === 'new';

function diffOf({ kind, path, diff }: FileChangeEntry, moved: SetEntry['moved']): Block[] {
  if (diff?.kind !== 'patch' && diff?.kind !== 'new') return [];
  const shown = fence(diff.kind === 'patch' ? 'diff' : languageOf(path), diff.text);
  const what = kind === 'removed' ? 'removed' : sizeOfDiff(diff);
  const shownPath = moved !== undefined && path === moved.to ? `${path} (from ${moved.from})` : path;
  return [{ kind: 'diff', text: render(...folded(`${shownPath}: ${what}`, shown)) }];
}

const languageOf = (path: string): string =>
  Object.values(KINDS).find(({ ending }) => path.endsWith(ending))?.fence ??
  (/\.hcl$/.test(path) ? 'hcl' : 'text');

const KIND_WORDS = {
  added: 'new',
  removed: 'removed',
  changed: 'changed',
  mode: 'file mode only',
} as const;

/** A short text would be shown, so this file is not text. */
const FEW_LINES = 60;

function fileWords({ kind, path, from, diff }: FileChangeEntry): PhrasingContent[] {
  if (kind === 'moved') return [code(path), text(', moved from '), code(from ?? '')];
  return [code(path), text(` (${KIND_WORDS[kind]}${lengthWords(kind, diff)})`)];
}

function lengthWords(kind: FileChangeEntry['kind'], diff: FileChangeEntry['diff']): string {
  if (diff?.kind === 'line-ends') return `, line ends only, ${diff.lineEnds}`;
  if (diff?.kind !== 'counts' || Math.max(diff.before, diff.after) <= FEW_LINES) return '';
  if (kind === 'added') return `, ${plural(diff.after, 'line')}`;
  return kind === 'removed' ? '' : `, ${amount(diff.before)} → ${plural(diff.after, 'line')}`;
}

/** Says that the packed configuration differs from the one in the repository, and where. */
function movedConfiguration({ commit }: Report, { name, moved }: SetEntry): Block[] {
  if (moved === undefined) return [];
  const url = commit?.fileUrl(moved.from);
  const items = moved.sources.map(({ line, before, after }) => [
    link(text(`line ${line}`), url && `${url}#L${line}`),
    ...(before === undefined ? [text(': no source → ')] : [text(': '), code(before), text(' → ')]),
    code(after),
  ]);
  const file = paragraph(link(code(moved.from), url));
  return [
    {
      kind: 'list',
      text: render(...folded(movedWords(moved), ...(items.length === 0 ? [file] : [file, bullets(items)]))),
      what: `the list of adjusted sources of ${name}`,
      goesFirst: true,
    },
  ];
}

function packedFiles({ name, files, digest }: SetEntry): Block[] {
  if (files.length === 0) return [];
  const items = files.map(({ path, size }) => [code(path), text(` (${sizeWords(size)})`)]);
  const count = `${plural(files.length, 'file')} packed`;
  const about = paragraph(text('Digest '), code(digest));
  return [
    {
      kind: 'list',
      text: render(...folded(count, about, bullets(items))),
      what: `the list of ${count} for ${name}`,
      goesFirst: true,
    },
  ];
}
