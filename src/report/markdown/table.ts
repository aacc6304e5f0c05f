import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
import { amount, type Entry, type Outcome, outcome, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { code, folded, link, render, strong, table, text } from './nodes.ts';

/** Unchanged policies, and those that were only checked, have no other details. */
const BARE = ['Policy', 'Enforcement level', 'Kind', 'File'];

/** The most important columns come first, because a pull request is narrow and readers must scroll to the last ones. */
const COLUMNS = ['', 'Policy', 'Enforcement level', 'What changes', 'Kind', 'File'];

/** The changes, or planned changes, in the order of the table: failures first. */
export function changedEntries({ entries }: Report): Entry[] {
  const rank = ({ status }: Entry) => (status === 'failed' ? 0 : 1);
  return entries
    .filter(({ action, status }) => ['create', 'update', 'delete'].includes(action) || status === 'failed')
    .sort((a, b) => rank(a) - rank(b));
}

export function changeTable(report: Report): Block[] {
  return tableBlock(
    COLUMNS,
    changedEntries(report).map((entry) => [
      outcomeWords(report, entry),
      policyWords(report, entry),
      levelWords(report, entry),
      changeWords(entry),
      kindWords(entry),
      fileWords(report, entry),
    ]),
  );
}

/** Does not wrap in a narrow column, except after a comma. */
export const outcomeWords = (report: Report, entry: Outcome): PhrasingContent[] => [
  text(outcome(report, entry).replaceAll(/(?<!,) /g, '\u00a0')),
];

export function checkTable(report: Report): Block[] {
  const entries = report.entries.filter(({ action }) => action === 'check');
  return tableBlock(
    BARE,
    entries.map((entry) => bareRow(report, entry)),
  );
}

/** The unchanged policies, collapsed. */
export function unchangedTable(report: Report): Block[] {
  const entries = report.entries.filter(
    ({ action, status }) => action === 'unchanged' && status !== 'failed',
  );
  if (entries.length === 0) return [];
  const rows = entries.map((entry) => bareRow(report, entry));
  return [
    {
      kind: 'list',
      text: render(...folded(`${amount(entries.length)} unchanged`, table(BARE, rows))),
      what: `the list of ${amount(entries.length)} unchanged policies`,
    },
  ];
}

export function tableBlock(columns: readonly string[], cells: readonly PhrasingContent[][][]): Block[] {
  if (cells.length === 0) return [];
  const [head = '', separator = '', ...rows] = render(table(columns, cells)).split('\n');
  return [{ kind: 'rows', head: [head, separator], rows, what: (count) => plural(count, 'row') }];
}

const bareRow = (report: Report, entry: Entry): PhrasingContent[][] => [
  policyWords(report, entry),
  levelWords(report, entry),
  kindWords(entry),
  fileWords(report, entry),
];

const policyWords = ({ organization }: Report, { name }: Entry) => [
  link(code(name), organization?.policiesUrl),
];

const kindWords = ({ kind }: Entry) => [text(KINDS[kind].label)];

/** The link contains the whole path. Without a link, the path is not shortened. A deleted policy has no file. */
function fileWords({ commit }: Report, { path, action }: Entry): PhrasingContent[] {
  const url = action === 'delete' ? undefined : commit?.fileUrl(path);
  return [link(code(url === undefined ? path : shortPath(path)), url)];
}

const LONG_PATH = 36;

/** `policies/…/cost-limit.sentinel`: the first folder and the name of the file, if the path is long. */
export function shortPath(path: string): string {
  const parts = path.split('/');
  const [first = '', last = ''] = [parts.at(0), parts.at(-1)];
  return path.length <= LONG_PATH || parts.length < 3 ? path : `${first}/…/${last}`;
}

/** The level, the previous level, and the place that defines it. `kept` if nothing defines it. */
function levelWords({ commit }: Report, { enforcementLevel: level, action }: Entry): PhrasingContent[] {
  const { before, after, stated, source, missed } = level;
  if (action === 'delete') return [text(before ?? '–')];
  if (after === undefined) return [text(action === 'check' ? 'not set' : '–')];
  if (missed !== undefined) return [text(`${after}, not yet ${missed}`)];
  const from = source === undefined ? [] : [text(' ('), sourceWords(commit, source), text(')')];
  if (before !== after && before !== undefined)
    return [text(before), text(' → '), strong(text(after)), ...from];
  return stated || before === undefined ? [text(after), ...from] : [text(`${after} (kept)`)];
}

/** `sentinel.hcl:12` with a link to the line. Without a link, the whole path. */
function sourceWords(commit: Report['commit'], source: string): PhrasingContent {
  const [, path, line] = /^(.*):(\d+)$/.exec(source) ?? [];
  if (path === undefined) return text(source);
  const url = commit?.fileUrl(path);
  return url === undefined
    ? code(source)
    : link(code(`${path.slice(path.lastIndexOf('/') + 1)}:${line}`), `${url}#L${line}`);
}

function changeWords(entry: Entry): PhrasingContent[] {
  const { action, changes, joins, leaves, renamed } = entry;
  if (renamed !== undefined && 'to' in renamed) return [text('renamed to '), code(renamed.to)];
  if (action === 'delete')
    return leaves.length === 0 ? [text('not in a policy set')] : namesWords('leaves ', leaves);
  const parts =
    action === 'create'
      ? [newWords(entry)]
      : changes.filter((part) => part !== 'policy-sets').map((part) => partWords(part, entry));
  const what = parts.flatMap((part, index) => (index === 0 ? part : [text(', '), ...part]));
  return [...what, ...namesWords(`${what.length === 0 ? '' : '; '}joins `, joins)];
}

const namesWords = (before: string, names: readonly string[]): PhrasingContent[] =>
  names.flatMap((name, index) => [text(index === 0 ? before : ', '), code(name)]);

function newWords({ diff, renamed }: Entry): PhrasingContent[] {
  if (renamed !== undefined && 'from' in renamed) return [text('renamed from '), code(renamed.from)];
  return [
    text(
      diff?.kind === 'counts' ? `new policy (${plural(diff.after, 'line')}, code not shown)` : 'new policy',
    ),
  ];
}

function partWords(part: string, { diff, query }: Entry): PhrasingContent[] {
  if (part === 'code') return [text(codeWords(diff))];
  if (part !== 'query' || query === undefined) return [text(part.replace('-', ' '))];
  const before = query.before === undefined ? text('none') : code(query.before);
  return [text('query '), before, text(' → '), code(query.after)];
}

/** The code and how much of it changes. If it is too long to show: its old and new length. */
function codeWords(diff: Entry['diff']): string {
  switch (diff?.kind) {
    case 'patch': {
      const ends = diff.lineEnds === undefined ? '' : `, line ends ${diff.lineEnds}`;
      return `code (+${amount(diff.added)} −${amount(diff.removed)}${ends})`;
    }
    case 'line-ends':
      return `code (line ends only, ${diff.lineEnds})`;
    case 'counts':
      return `code (${amount(diff.before)} → ${plural(diff.after, 'line')}, too long to show)`;
    default:
      return 'code';
  }
}
