import type { PhrasingContent, RootContent } from 'mdast';
import { outcomesOf, plural, type Report, titleOf } from '../report.ts';
import { enforcementAlerts, failureAlert } from './alerts.ts';
import { diffBlocks } from './diffs.ts';
import { type Block, fitBlocks, fits } from './fit.ts';
import {
  alert,
  bullets,
  code,
  folded,
  heading,
  link,
  paragraph,
  render,
  strong,
  text,
  words,
} from './nodes.ts';
import { problemBlocks, problemWords } from './problems.ts';
import { setSections, setTable, unchangedSets } from './sets.ts';
import { changeTable, checkTable, unchangedTable } from './table.ts';

/** The longest comment, in bytes of UTF-8: safe under every reading of GitHub's limit (docs/github.md#comment-size). */
export const COMMENT_LIMIT = 65_000;

/** Maximum size of a job summary in bytes. GitHub drops a longer one completely. */
export const SUMMARY_LIMIT = 2 ** 20;

/** The report as GitHub Flavored Markdown, with a maximum size in bytes. */
export const renderReport = (report: Report, limit: number): string => composeReport(report)(limit);

/** The same for several maximum sizes. Escaping is most of the work, so it is done once. */
export function composeReport(report: Report): (limit: number) => string {
  const blocks = blocksOf(report);
  const summaryIsWhole = fits(blocks, SUMMARY_LIMIT);
  return (limit) =>
    fitBlocks(blocks, {
      limit,
      diffs: (count) => plural(count, 'diff'),
      leftOut: (what) => leftOut(what, limit < SUMMARY_LIMIT ? summaryWords(report, summaryIsWhole) : []),
    });
}

function blocksOf(report: Report): Block[] {
  const failures = outcomesOf(report).flatMap(({ error }) => (error === undefined ? [] : [error]));
  return [
    ...fixed(heading(2, text(titleOf(report)))),
    ...fixed(paragraph(...preamble(report))),
    ...failureAlert(report),
    ...problemBlocks(report, report.problems, { noun: 'problem' }),
    ...problemBlocks(report, failures, { noun: 'failure' }),
    ...(report.previewOnly === undefined ? [] : fixed(alert('WARNING', ...problemWords(report.previewOnly)))),
    ...(report.checkReason === undefined ? [] : fixed(alert('NOTE', ...problemWords(report.checkReason)))),
    ...enforcementAlerts(report),
    ...problemBlocks(report, report.warnings, {
      lead: plural(report.warnings.length, 'warning'),
      noun: 'warning',
    }),
    ...changeTable(report),
    ...checkTable(report),
    ...setTable(report),
    ...diffBlocks(report),
    ...unchangedTable(report),
    ...setSections(report),
    ...unchangedSets(report),
    ...leftOutFiles(report),
    ...problemBlocks(report, report.notices, { title: 'Notices', noun: 'notice' }),
  ];
}

const leftOut = (what: readonly string[], elsewhere: readonly PhrasingContent[]): string =>
  render(paragraph(text(`Omitted (size limit): ${what.join(', ')}.`), ...elsewhere));

/** A job summary can be longer than a comment, but is limited as well. */
function summaryWords({ runUrl }: Report, isWhole: boolean): PhrasingContent[] {
  const summary = runUrl === undefined ? text('job summary') : link(text('job summary'), runUrl);
  return isWhole ? [text(' See the '), summary, text('.')] : [text(' The '), summary, text(' shows more.')];
}

const fixed = (...nodes: RootContent[]): Block[] => [{ kind: 'fixed', text: render(...nodes) }];

function preamble(report: Report): PhrasingContent[] {
  const { organization, commit, runUrl } = report;
  const places: (readonly [string, PhrasingContent])[] = [];
  if (organization !== undefined)
    places.push(['organization ', link(code(organization.name), organization.url)]);
  if (commit !== undefined) places.push(['commit ', link(code(commit.sha.slice(0, 7)), commit.url)]);
  const where = places.flatMap(([word, shown], index) => [
    text(index === 0 ? capital(word) : `, ${word}`),
    shown,
  ]);
  // The link to the run is enough.
  const run = runUrl === undefined ? [] : [text(where.length === 0 ? '' : ', '), link(text('run'), runUrl)];
  return [...modeWords(report), ...where, ...run];
}

/** The heading already says that a run with problems wrote nothing. */
function modeWords({ mode, problems }: Report): PhrasingContent[] {
  if (mode === 'publish') return [];
  const name = strong(text(mode === 'check' ? 'Checks only' : 'Dry run'));
  if (problems.length > 0) return [name, text('. ')];
  const what = mode === 'check' ? 'nothing was read from or written to Terraform' : 'nothing was written';
  return [name, text(`: ${what}. `)];
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function leftOutFiles({ leftOut: files }: Report): Block[] {
  if (files.length === 0) return [];
  const items = files.map(({ path, why }) => [code(path), text(' '), ...words(why)]);
  return [
    {
      kind: 'list',
      text: render(...folded(`${plural(files.length, 'file')} left out`, bullets(items))),
      what: `the list of ${plural(files.length, 'file')} left out`,
    },
  ];
}
