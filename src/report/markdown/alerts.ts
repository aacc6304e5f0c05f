import type { PhrasingContent } from 'mdast';
import {
  amount,
  type Entry,
  enforcementShifts,
  hasDrifted,
  isHeldBack,
  newlyEnforced,
  type Outcome,
  outcomesOf,
  plural,
  type Report,
  removed,
} from '../report.ts';
import { type SetAlert, type SetAlertItem, setAlerts } from '../set-alerts.ts';
import type { Block } from './fit.ts';
import { alert, code, paragraph, render, strong, text } from './nodes.ts';

/** What failed, in a box that nobody overlooks. */
export function failureAlert(report: Report): Block[] {
  return [...failedAlert(report), ...driftAlert(report)];
}

function driftAlert(report: Report): Block[] {
  if (!hasDrifted(report)) return [];
  const differ = outcomesOf(report).filter(
    ({ status, action }) => status === 'planned' && action !== 'unchanged',
  );
  return alertBlock(
    'CAUTION',
    strong(text(`The organization is not what the repository says: ${plural(differ.length, 'difference')}.`)),
    text(' Publish again, or bring the repository up to date. In the diffs, − is what the organization has.'),
  );
}

function failedAlert(report: Report): Block[] {
  const { problems } = report;
  const entries = outcomesOf(report);
  const failed = entries.filter(({ status }) => status === 'failed').length;
  if (problems.length > 0)
    return alertBlock('CAUTION', strong(text(`${plural(problems.length, 'problem')} ended the run.`)));
  const heldBack = entries.filter(isHeldBack).length;
  if (failed === 0 && heldBack === 0) return [];
  const total = entries.filter(({ action, status }) => action !== 'unchanged' || status === 'failed').length;
  return alertBlock(
    'CAUTION',
    strong(text(failed === 0 ? '' : failedWords(failed, total))),
    text(restWords(entries, total - failed - heldBack)),
    text(heldBack === 0 ? '' : ` Not attempted: ${plural(heldBack, 'change')}.`),
  );
}

function failedWords(failed: number, total: number): string {
  if (failed < total) return `${amount(failed)} of ${plural(total, 'change')} failed.`;
  return total === 1 ? 'The only change failed.' : `All ${plural(total, 'change')} failed.`;
}

function restWords(entries: readonly Outcome[], made: number): string {
  if (made > 0) return ' The others were made.';
  return entries.some(({ wrote }) => wrote) ? '' : ' Nothing was written.';
}

/** What a reviewer must not miss: which policies stop more runs than before, or fewer. */
export function enforcementAlerts(report: Report): Block[] {
  const { mode, entries } = report;
  const { stricter, looser } = enforcementShifts(entries);
  const dry = mode === 'dry-run';
  const verb = dry ? 'would get' : 'got';
  const added = dry ? 'Would be newly enforced' : 'Newly enforced';
  return [
    ...entriesAlert('WARNING', dry ? 'Would be deleted' : 'Deleted', removed(entries), leaveWords),
    ...entriesAlert('WARNING', `Enforcement ${verb} looser`, looser, shiftWords),
    ...entriesAlert('IMPORTANT', `Enforcement ${verb} stricter`, stricter, shiftWords),
    ...entriesAlert('IMPORTANT', `${added} at a mandatory level`, newlyEnforced(entries), joinWords),
    ...setAlerts(report).flatMap(setAlertBlock),
  ];
}

const MOST_NAMES = 10;

function entriesAlert(
  kind: 'WARNING' | 'IMPORTANT',
  title: string,
  entries: readonly Entry[],
  detail: (entry: Entry) => PhrasingContent[],
): Block[] {
  return namesAlert(
    kind,
    title,
    entries.map((entry) => ({ name: entry.name, detail: detail(entry) })),
  );
}

function namesAlert(
  kind: SetAlert['kind'],
  title: string,
  entries: readonly { readonly name: string; readonly detail: PhrasingContent[] }[],
  rest?: string,
): Block[] {
  if (entries.length === 0) return [];
  // What is to be said of several is said once, behind their names.
  const alike = Map.groupBy(entries.slice(0, MOST_NAMES), ({ detail }) => render(paragraph(...detail)));
  const shown = [...alike.values()].flatMap((group, at) => [
    text(at === 0 ? ': ' : ', '),
    ...group.flatMap(({ name }, index) => [text(index === 0 ? '' : ', '), code(name)]),
    ...detailWords(group[0]?.detail ?? []),
  ]);
  const more = entries.length - MOST_NAMES;
  const end = more > 0 ? ` and ${amount(more)} more.` : '.';
  return alertBlock(kind, strong(text(title)), ...shown, text(rest === undefined ? end : `${end} ${rest}`));
}

const detailWords = (detail: PhrasingContent[]): PhrasingContent[] =>
  detail.length === 0 ? [] : [text(' ('), ...detail, text(')')];

const shiftWords = ({ enforcementLevel: { before, after } }: Entry) => [
  text(`${before} → `),
  strong(text(after ?? '')),
];

const joinWords = ({ enforcementLevel: { after }, joins }: Entry) => [
  strong(text(after ?? '')),
  ...listWords(' in ', joins),
];

const listWords = (before: string, names: readonly string[]) =>
  names.flatMap((name, index) => [text(index === 0 ? before : ', '), code(name)]);

const leaveWords = ({ enforcementLevel: { before }, leaves }: Entry) => [
  text(before ?? ''),
  ...listWords(' in ', leaves),
];

const alertBlock = (...parts: Parameters<typeof alert>): Block[] => [
  { kind: 'fixed', text: render(alert(...parts)) },
];

function setAlertBlock({ kind, title, items, rest }: SetAlert): Block[] {
  const entries = items.map((item) => ({ name: item.name, detail: itemWords(item) }));
  return namesAlert(kind, title, entries, rest);
}

function itemWords({ before, after, set }: SetAlertItem): PhrasingContent[] {
  if (after === undefined) return [];
  const from = before === undefined ? [] : [text(`${before} → `)];
  return [...from, strong(text(after)), ...(set === undefined ? [] : [text(' in '), code(set)])];
}
