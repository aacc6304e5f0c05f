import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
import {
  amount,
  type FileChangeEntry,
  plural,
  type Report,
  type SetEntry,
  type SetPolicyEntry,
} from '../report.ts';
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
const BARE = ['Policy', 'File', 'Enforcement level'];

/** One row for each versioned policy set, what failed first. */
export function setTable(report: Report): Block[] {
  const sets = (report.sets ?? []).toSorted((a, b) => rank(a) - rank(b));
  return tableBlock(
    COLUMNS,
    sets.map((entry) => [outcomeWords(report, entry), ...setRow(report, entry)]),
  );
}

const rank = ({ status, action }: SetEntry): number =>
  status === 'failed' ? 0 : action === 'unchanged' ? 2 : 1;

function setRow({ organization, commit }: Report, entry: SetEntry): PhrasingContent[][] {
  const { name, folder } = entry;
  return [
    [link(code(name), organization?.policySetsUrl)],
    [link(folder === '' ? text('the root') : code(folder), commit?.folderUrl(folder))],
    changeWords(entry),
  ];
}

const CONTENT: Readonly<Record<SetEntry['content'], string>> = {
  same: 'content is the same',
  differs: 'content',
  'not known': 'content, replaced whole',
  'none yet': 'content, for the first time',
  'not compared': 'not compared',
};

function changeWords({
  action,
  changes,
  content,
  toolVersion,
  version,
  status,
}: SetEntry): PhrasingContent[] {
  if (action === 'check') return [text(CONTENT['not compared'])];
  if (action === 'unchanged') return [text('–')];
  const parts = changes.map((part): PhrasingContent[] => {
    if (part === 'content') return [text(CONTENT[content])];
    if (part !== 'policy-tool-version') return [text(part.replace('-', ' '))];
    const { before, after } = toolVersion;
    return [text(`tool version ${before ?? 'none'} → `), strong(text(after ?? 'none'))];
  });
  const said = action === 'create' ? [[text('new policy set')]] : parts;
  const joined = said.flatMap((part, index) => (index === 0 ? part : [text(', '), ...part]));
  return status === 'applied' && version !== undefined
    ? [...joined, text('; version '), code(version)]
    : joined;
}

/** What each set holds and what changes of it, those that change first. */
export const setSections = (report: Report): Block[] =>
  (report.sets ?? []).toSorted((a, b) => rank(a) - rank(b)).flatMap((entry) => sectionOf(report, entry));

function sectionOf(report: Report, entry: SetEntry): Block[] {
  return [
    { kind: 'fixed', text: render(heading(3, code(entry.name)), paragraph(text(factsOf(entry)))) },
    ...unknownContent(entry),
    ...changedPolicies(report, entry),
    ...otherPolicies(report, entry),
    ...changedFiles(entry),
    ...packedFiles(entry),
  ];
}

/** `Sentinel 0.40.0 in agent mode. Attached to 3 workspaces and 1 project. 281 policies in 2,686 files (9.1 MB).` */
function factsOf(entry: SetEntry): string {
  const { kind, toolVersion, agentMode, policies, files } = entry;
  const version = toolVersion.after === undefined ? '' : ` ${toolVersion.after}`;
  const before = toolVersion.before === toolVersion.after ? '' : ` (was ${toolVersion.before ?? 'not set'})`;
  const agent =
    agentMode.after === undefined ? '' : agentMode.after ? ', in agent mode' : ', not in agent mode';
  const was =
    agentMode.before === agentMode.after || agentMode.before === undefined
      ? ''
      : ` (was ${agentMode.before ? 'on' : 'off'})`;
  const there = policies.filter(({ change }) => change?.action !== 'delete');
  const count = there.length === 1 ? '1 policy' : `${amount(there.length)} policies`;
  return `${KINDS[kind].label}${version}${before}${agent}${was}. ${scopeOf(entry)}${count} in ${plural(files.length, 'file')} (${sizeWords(sizeOf(files))}).`;
}

/** Never that it applies to nothing: Stacks and the like cannot be seen. */
function scopeOf({ scope }: SetEntry): string {
  if (scope === undefined) return '';
  if (scope.global) return 'Global. ';
  const parts = [
    scope.workspaces === undefined ? '' : plural(scope.workspaces, 'workspace'),
    scope.projects === undefined ? '' : plural(scope.projects, 'project'),
    scope.hasTagSelectors ? 'what its tag selectors choose' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Attached to ${parts.join(', ')}. `;
}

function unknownContent({ unknown, status }: SetEntry): Block[] {
  if (unknown === undefined) return [];
  const replaces =
    status === 'planned' ? 'The upload replaces everything in it.' : 'The upload replaced everything in it.';
  const shown = words(
    `What changes cannot be shown: ${unknown.cause}. ${status === 'planned' || status === 'applied' ? `${replaces} ` : ''}${unknown.advice}`.trim(),
  );
  return [{ kind: 'fixed', text: render(paragraph(...shown)) }];
}

const isChanged = ({ change }: SetPolicyEntry): boolean =>
  change !== undefined && change.action !== 'unchanged';

const ACTIONS = { create: 'new', update: 'changed', delete: 'gone', unchanged: 'unchanged' } as const;

function changedPolicies(report: Report, { policies }: SetEntry): Block[] {
  const rows = policies.filter(isChanged).map((policy) => {
    const [name, file, level] = policyRow(report, policy);
    return [
      [text(policy.change === undefined ? '' : ACTIONS[policy.change.action])],
      name ?? [],
      level ?? [],
      policyChange(policy),
      file ?? [],
    ];
  });
  return tableBlock(['', 'Policy', 'Enforcement level', 'What changes', 'File'], rows);
}

function otherPolicies(report: Report, { name, policies }: SetEntry): Block[] {
  const others = policies.filter((policy) => !isChanged(policy));
  if (others.length === 0) return [];
  const isKnown = others.some(({ change }) => change !== undefined);
  const count = `${amount(others.length)}${isKnown ? ' unchanged' : ''} ${others.length === 1 ? 'policy' : 'policies'}`;
  const rows = others.map((policy) => policyRow(report, policy));
  return [
    {
      kind: 'list',
      text: render(...folded(count, table(BARE, rows))),
      what: `the list of ${count} of ${name}`,
    },
  ];
}

function policyRow(
  { commit }: Report,
  { name, path, enforcementLevel, change }: SetPolicyEntry,
): PhrasingContent[][] {
  const before = change?.levelBefore;
  const level =
    change?.action === 'update' && before !== undefined && before !== enforcementLevel
      ? [text(`${before} → `), strong(text(enforcementLevel))]
      : [text(enforcementLevel)];
  return [[code(name)], [path === undefined ? text('–') : link(code(path), urlOf(path, commit))], level];
}

/** What comes from elsewhere has no page in the repository. */
const urlOf = (path: string, commit: Report['commit']): string | undefined =>
  /^[\w.+-]+:/.test(path) ? undefined : commit?.fileUrl(path);

const MOST_TOUCHING = 3;

function policyChange({ change }: SetPolicyEntry): PhrasingContent[] {
  if (change === undefined || change.action !== 'update')
    return [text(change?.action === 'delete' ? 'no longer enforced by this policy set' : '–')];
  const { changes, query, touchedBy } = change;
  const parts = changes.map((part): PhrasingContent[] =>
    part === 'query' && query !== undefined
      ? [text('query '), code(query.before), text(' → '), code(query.after)]
      : [text(part.replace('-', ' '))],
  );
  const more = touchedBy.length - MOST_TOUCHING;
  const touching = touchedBy
    .slice(0, MOST_TOUCHING)
    .flatMap((path, index) => [text(index === 0 ? 'what it needs: ' : ', '), code(path)]);
  const needs =
    touchedBy.length === 0 ? [] : [[...touching, text(more > 0 ? ` and ${amount(more)} more` : '')]];
  return [...parts, ...needs].flatMap((part, index) => (index === 0 ? part : [text(', '), ...part]));
}

/** The difference of each file, folded; those of which there is none to show in one list. */
function changedFiles({ name, fileChanges, notShown }: SetEntry): Block[] {
  if (fileChanges === undefined || fileChanges.length === 0) return [];
  const withDiff = fileChanges.filter((file) => isShown(file));
  const others = fileChanges.filter((file) => !isShown(file));
  return [
    ...withDiff.flatMap((file) => diffOf(file)),
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'list' as const,
            text: render(
              ...folded(
                plural(others.length, withDiff.length === 0 ? 'changed file' : 'more changed file'),
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

function diffOf({ kind, path, diff }: FileChangeEntry): Block[] {
  if (diff?.kind !== 'patch' && diff?.kind !== 'new') return [];
  const shown = fence(diff.kind === 'patch' ? 'diff' : languageOf(path), diff.text);
  const what = kind === 'removed' ? 'removed' : sizeOfDiff(diff);
  return [{ kind: 'diff', text: render(...folded(`${path}: ${what}`, shown)) }];
}

const languageOf = (path: string): string =>
  Object.values(KINDS).find(({ ending }) => path.endsWith(ending))?.fence ??
  (/\.hcl$/.test(path) ? 'hcl' : 'text');

const KIND_WORDS = {
  added: 'new',
  removed: 'removed',
  changed: 'changed',
  mode: 'whether it is a program',
} as const;

function fileWords({ kind, path, from, diff }: FileChangeEntry): PhrasingContent[] {
  if (kind === 'moved') return [code(path), text(' (moved from '), code(from ?? ''), text(')')];
  const size =
    diff?.kind === 'counts'
      ? `, ${amount(diff.before)} → ${plural(diff.after, 'line')}`
      : diff?.kind === 'line-ends'
        ? `, line ends only, ${diff.lineEnds}`
        : '';
  return [code(path), text(` (${KIND_WORDS[kind]}${size})`)];
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

const sizeOf = (files: SetEntry['files']): number => files.reduce((sum, { size }) => sum + size, 0);

const sizeWords = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
