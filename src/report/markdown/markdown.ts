import type { PhrasingContent, RootContent } from 'mdast';
import { describePlace, type Problem } from '../../problem.ts';
import { type Entry, enforcementShifts, headline, outcome, plural, type Report } from '../report.ts';
import { type Block, fitBlocks } from './fit.ts';
import {
  alert,
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

export const TITLE = 'Terraform policies';

/** What a comment may hold, in bytes of UTF-8: safe under every reading of GitHub's limit (interface.md 5). */
export const COMMENT_LIMIT = 65_000;

/** What a job summary may hold, in bytes; a longer one is dropped whole. */
export const SUMMARY_LIMIT = 2 ** 20;

/** The report as GitHub Flavored Markdown of at most so many bytes. */
export function renderReport(report: Report, limit: number): string {
  return fitBlocks(
    [
      ...fixed(heading(2, text(`${TITLE}: ${headline(report)}`))),
      ...fixed(paragraph(...preamble(report))),
      ...(report.checkReason === undefined
        ? []
        : fixed(alert('NOTE', ...problemWords(report, report.checkReason)))),
      ...shiftBlocks(report),
      ...problemBlocks('Nothing was written. Mend these first', report, report.problems),
      ...failureBlocks(report),
      ...changeBlocks(report),
      ...uncheckedBlocks(report),
      ...diffBlocks(report),
      ...unchangedBlocks(report),
      ...leftOutBlocks(report),
      ...problemBlocks('Warnings', report, report.warnings),
      ...problemBlocks('Notices', report, report.notices),
    ],
    { limit, insteadOfDiffs: (count) => leftOut(report, plural(count, 'diff')) },
  );
}

/** What stands where something had no room. The job summary has more of it than a comment. */
function leftOut({ runUrl }: Report, what: string): string {
  const where = runUrl === undefined ? text('the job summary') : link(text('the job summary'), runUrl);
  return render(paragraph(text(`Left out here for its length: ${what}. See `), where, text(' or the log.')));
}

const fixed = (...nodes: RootContent[]): Block[] => [{ kind: 'fixed', text: render(...nodes) }];

function preamble({ mode, organization, commit }: Report): PhrasingContent[] {
  const what = {
    publish: [],
    'dry-run': [strong(text('Dry run')), text(': nothing was written. ')],
    check: [strong(text('Checks only')), text(': nothing was read from or written to Terraform. ')],
  };
  const where =
    organization === undefined
      ? []
      : [text('Organization '), link(code(organization.name), organization.url)];
  const word = organization === undefined ? 'Commit ' : 'commit ';
  const at = commit === undefined ? [] : [text(word), link(code(commit.sha.slice(0, 7)), commit.url)];
  const both = where.length > 0 && at.length > 0 ? [text(', ')] : [];
  return [...what[mode], ...where, ...both, ...at];
}

function shiftBlocks({ mode, entries }: Report): Block[] {
  const { stricter, looser } = enforcementShifts(entries);
  const verb = mode === 'dry-run' ? 'would get' : 'gets';
  return [
    ...shiftBlock('CAUTION', `Enforcement ${verb} looser`, looser),
    ...shiftBlock('IMPORTANT', `Enforcement ${verb} stricter`, stricter),
  ];
}

function shiftBlock(kind: 'CAUTION' | 'IMPORTANT', title: string, entries: readonly Entry[]): Block[] {
  if (entries.length === 0) return [];
  const shown = entries
    .slice(0, 10)
    .flatMap((entry, index) => [text(index === 0 ? ': ' : ', '), code(entry.name)]);
  const more = entries.length > 10 ? ` and ${entries.length - 10} more.` : '.';
  return fixed(alert(kind, strong(text(title)), ...shown, text(more)));
}

function problemBlocks(title: string, report: Report, problems: readonly Problem[]): Block[] {
  if (problems.length === 0) return [];
  const items = render(bullets(problems.map((problem) => problemWords(report, problem)))).split('\n');
  const instead = (count: number) => leftOut(report, plural(count, 'line'));
  return [...fixed(heading(3, text(title))), { kind: 'rows', head: [], rows: items, instead }];
}

function problemWords(report: Report, { message, place, advice }: Problem): PhrasingContent[] {
  const where = describePlace(place);
  const line = place?.line === undefined ? '' : `#L${place.line}`;
  const url = place?.file === undefined ? undefined : report.commit?.fileUrl(place.file);
  const at = where === '' ? [] : [link(code(where), url === undefined ? undefined : url + line), text(': ')];
  return [...at, ...words(message), ...(advice === undefined ? [] : words(` ${advice}`))];
}

function failureBlocks(report: Report): Block[] {
  const failed = report.entries.flatMap(({ error }) => (error === undefined ? [] : [error]));
  return problemBlocks('Failed', report, failed);
}

const COLUMNS = ['', 'Policy', 'File', 'Kind', 'Enforcement level', 'What changes'];

function changeBlocks(report: Report): Block[] {
  const rank = ({ status }: Entry) => (status === 'failed' ? 0 : 1);
  const entries = report.entries
    .filter(({ action, status }) => action === 'create' || action === 'update' || status === 'failed')
    .sort((a, b) => rank(a) - rank(b));
  return entries.length === 0 ? [] : [tableBlock(report, entries)];
}

function uncheckedBlocks(report: Report): Block[] {
  const entries = report.entries.filter(({ action }) => action === 'check');
  return entries.length === 0 ? [] : [tableBlock(report, entries)];
}

function tableBlock(report: Report, entries: readonly Entry[]): Block {
  const [head = '', separator = '', ...rows] = render(
    table(
      COLUMNS,
      entries.map((entry) => row(report, entry)),
    ),
  ).split('\n');
  const instead = (count: number) => leftOut(report, plural(count, 'row'));
  return { kind: 'rows', head: [head, separator], rows, instead };
}

function diffBlocks({ entries }: Report): Block[] {
  return entries.flatMap((entry): Block[] => {
    const { diff, name } = entry;
    if (diff === undefined || entry.action === 'unchanged') return [];
    if (diff.kind === 'counts') return [];
    const added = `+${diff.added}`;
    const title =
      diff.kind === 'new'
        ? `${name}: new, ${plural(diff.added, 'line')}`
        : `${name}: ${added} −${diff.removed}`;
    const lang = diff.kind === 'patch' ? 'diff' : entry.kind === 'opa' ? 'rego' : 'hcl';
    return [{ kind: 'diff', text: render(...folded(title, fence(lang, diff.text))) }];
  });
}

function unchangedBlocks(report: Report): Block[] {
  const entries = report.entries.filter(
    ({ action, status }) => action === 'unchanged' && status !== 'failed',
  );
  if (entries.length === 0) return [];
  const rows = entries.map((entry) => row(report, entry).slice(1, -1));
  const text = render(...folded(`${entries.length} unchanged`, table(COLUMNS.slice(1, -1), rows)));
  const instead = leftOut(report, `the list of ${entries.length} unchanged policies`);
  return [{ kind: 'list', text, instead }];
}

function leftOutBlocks(report: Report): Block[] {
  const { leftOut: files } = report;
  if (files.length === 0) return [];
  const items = files.map(({ path, why }) => [code(path), text(' '), ...words(why)]);
  return [
    {
      kind: 'list',
      text: render(...folded(`${plural(files.length, 'file')} left out`, bullets(items))),
      instead: leftOut(report, `the list of ${plural(files.length, 'file')} that no policy is made of`),
    },
  ];
}

function row(report: Report, entry: Entry): PhrasingContent[][] {
  return [
    [text(outcome(report, entry))],
    [link(code(entry.name), report.organization?.policiesUrl)],
    [link(code(entry.path), report.commit?.fileUrl(entry.path))],
    [text(entry.kind === 'opa' ? 'OPA' : 'Sentinel')],
    levelWords(entry),
    changeWords(entry),
  ];
}

/** The level, what it was before, and where it is stated; `kept` where nothing states it. */
function levelWords({ enforcementLevel: level, action }: Entry): PhrasingContent[] {
  const { before, after, stated, source } = level;
  const from =
    source === undefined ? [] : [text(' ('), /:\d+$/.test(source) ? code(source) : text(source), text(')')];
  if (after === undefined) return [text(action === 'check' ? 'not stated' : '')];
  if (before !== after && before !== undefined)
    return [text(before), text(' → '), strong(text(after)), ...from];
  return stated || before === undefined ? [text(after), ...from] : [text(`${after} (kept)`)];
}

function changeWords({ action, changes, joins, diff }: Entry): PhrasingContent[] {
  const parts = changes
    .filter((part) => part !== 'policy-sets')
    .map((part) => (part === 'code' ? codeWords(diff) : partWord(part)));
  const what = action === 'create' ? 'new policy' : parts.join(', ');
  const sets = joins.flatMap((name, index): PhrasingContent[] => [
    text(index === 0 ? `${what === '' ? '' : '; '}joins ` : ', '),
    code(name),
  ]);
  return [text(what), ...sets];
}

/** The code, and how much of it changes; for one too long to show, its length before and after. */
function codeWords(diff: Entry['diff']): string {
  if (diff?.kind === 'patch') return `code (+${diff.added} −${diff.removed})`;
  return diff?.kind === 'counts' ? `code (${diff.before} → ${plural(diff.after, 'line')})` : 'code';
}

const partWord = (part: string) => part.replace('-', ' ');
