import type { PhrasingContent } from 'mdast';
import type { Alert, AlertItem } from '../alert.ts';
import { alertsOf } from '../alerts.ts';
import { amount, hasDrifted, isHeldBack, type Outcome, outcomesOf, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { alert, code, paragraph, render, strong, text } from './nodes.ts';

/** The failures, in a prominent box. */
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
    strong(text(`The organization has drifted from the repository: ${plural(differ.length, 'difference')}.`)),
    text(' Publish again, or update the repository. In the diffs, − is what the organization has.'),
  );
}

function failedAlert(report: Report): Block[] {
  const { problems } = report;
  const entries = outcomesOf(report);
  const failed = entries.filter(({ status }) => status === 'failed').length;
  if (problems.length > 0)
    return alertBlock('CAUTION', strong(text(`${plural(problems.length, 'problem')} stopped the run.`)));
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
  if (made > 0) return ' The others succeeded.';
  return entries.some(({ wrote }) => wrote) ? '' : ' Nothing was written.';
}

/** Changes that a reviewer must not miss: policies that stop more or fewer runs than before. */
export const enforcementAlerts = (report: Report): Block[] => alertsOf(report).flatMap(itemsAlert);

const MOST_NAMES = 10;

function itemsAlert({ kind, title, items, rest }: Alert): Block[] {
  // A sentence about several policies follows their names, once.
  const alike = Map.groupBy(items.slice(0, MOST_NAMES), (item) => render(paragraph(...itemWords(item))));
  const shown = [...alike.values()].flatMap(([first, ...others], at) =>
    first === undefined
      ? []
      : [
          text(at === 0 ? ': ' : ', '),
          ...listWords(
            '',
            [first, ...others].map(({ name }) => name),
          ),
          ...detailWords(first),
        ],
  );
  const more = items.length - MOST_NAMES;
  const end = more > 0 ? ` and ${amount(more)} more.` : '.';
  return alertBlock(kind, strong(text(title)), ...shown, text(rest === undefined ? end : `${end} ${rest}`));
}

function detailWords(item: AlertItem): PhrasingContent[] {
  const detail = itemWords(item);
  return detail.length === 0 ? [] : [text(' ('), ...detail, text(')')];
}

/** `advisory → **mandatory** in `production``. The previous level is not marked. */
function itemWords({ before, after, sets }: AlertItem): PhrasingContent[] {
  const level =
    after === undefined
      ? [text(before ?? '')]
      : [text(before === undefined ? '' : `${before} → `), strong(text(after))];
  return [...level.filter((part) => !('value' in part) || part.value !== ''), ...listWords(' in ', sets)];
}

const listWords = (before: string, names: readonly string[]): PhrasingContent[] =>
  names.flatMap((name, index) => [text(index === 0 ? before : ', '), code(shortened(name))]);

/** In UTF-16 units. Alerts are never omitted, and names in a policy set can have any length. */
const LONGEST_NAME = 200;

const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;

const alertBlock = (...parts: Parameters<typeof alert>): Block[] => [
  { kind: 'fixed', text: render(alert(...parts)) },
];
