import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
import { amount, type Entry, type Outcome, outcome, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { code, folded, link, render, strong, table, text } from './nodes.ts';

/** Of what is as it should be, or only checked, there is nothing else to say. */
const BARE = ['Policy', 'File', 'Kind', 'Enforcement level'];
const COLUMNS = ['', ...BARE, 'What changes'];

/** What changed or would, in the order in which it is shown: what failed first. */
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
      ...bareRow(report, entry),
      changeWords(entry),
    ]),
  );
}

/** In one piece however narrow the column, but for what has a comma to break at. */
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

/** What is as it should be, folded. */
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

function bareRow(report: Report, entry: Entry): PhrasingContent[][] {
  return [
    [link(code(entry.name), report.organization?.policiesUrl)],
    // What is deleted has no file any more.
    [link(code(entry.path), entry.action === 'delete' ? undefined : report.commit?.fileUrl(entry.path))],
    [text(KINDS[entry.kind].label)],
    levelWords(entry),
  ];
}

/** The level, what it was before, and where it is stated; `kept` where nothing states it. */
function levelWords({ enforcementLevel: level, action }: Entry): PhrasingContent[] {
  const { before, after, stated, source, missed } = level;
  if (action === 'delete') return [text(before ?? '–')];
  if (after === undefined) return [text(action === 'check' ? 'not stated' : '–')];
  if (missed !== undefined) return [text(`${after}, not yet ${missed}`)];
  const from =
    source === undefined ? [] : [text(' ('), /:\d+$/.test(source) ? code(source) : text(source), text(')')];
  if (before !== after && before !== undefined)
    return [text(before), text(' → '), strong(text(after)), ...from];
  return stated || before === undefined ? [text(after), ...from] : [text(`${after} (kept)`)];
}

function changeWords(entry: Entry): PhrasingContent[] {
  const { action, changes, joins, leaves, renamed } = entry;
  if (renamed !== undefined && 'to' in renamed) return [text('renamed to '), code(renamed.to)];
  if (action === 'delete')
    return leaves.length === 0 ? [text('in no policy set')] : namesWords('leaves ', leaves);
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
  return [text(diff?.kind === 'counts' ? `new policy (${plural(diff.after, 'line')})` : 'new policy')];
}

function partWords(part: string, { diff, query }: Entry): PhrasingContent[] {
  if (part === 'code') return [text(codeWords(diff))];
  if (part !== 'query' || query === undefined) return [text(part.replace('-', ' '))];
  const before = query.before === undefined ? text('none') : code(query.before);
  return [text('query '), before, text(' → '), code(query.after)];
}

/** The code, and how much of it changes; for one too long to show, its length before and after. */
function codeWords(diff: Entry['diff']): string {
  switch (diff?.kind) {
    case 'patch': {
      const ends = diff.lineEnds === undefined ? '' : `, line ends ${diff.lineEnds}`;
      return `code (+${amount(diff.added)} −${amount(diff.removed)}${ends})`;
    }
    case 'line-ends':
      return `code (line ends only, ${diff.lineEnds})`;
    case 'counts':
      return `code (${amount(diff.before)} → ${plural(diff.after, 'line')})`;
    default:
      return 'code';
  }
}
