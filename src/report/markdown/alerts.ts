import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
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
  type SetEntry,
  type SetPolicyEntry,
} from '../report.ts';
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
    ...setAlerts(report),
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
  kind: 'WARNING' | 'IMPORTANT',
  title: string,
  entries: readonly { readonly name: string; readonly detail: PhrasingContent[] }[],
): Block[] {
  if (entries.length === 0) return [];
  // What is to be said of several is said once, behind their names.
  const alike = Map.groupBy(entries.slice(0, MOST_NAMES), ({ detail }) => render(paragraph(...detail)));
  const shown = [...alike.values()].flatMap((group, at) => [
    text(at === 0 ? ': ' : ', '),
    ...group.flatMap(({ name }, index) => [text(index === 0 ? '' : ', '), code(name)]),
    text(' ('),
    ...group.slice(0, 1).flatMap(({ detail }) => detail),
    text(')'),
  ]);
  const more = entries.length - MOST_NAMES;
  return alertBlock(kind, strong(text(title)), ...shown, text(more > 0 ? ` and ${amount(more)} more.` : '.'));
}

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

/** A policy of a set, with the set. */
interface InSet {
  readonly set: SetEntry;
  readonly policy: SetPolicyEntry;
}

/** The same for the policies of versioned policy sets, of which the content before is known. */
function setAlerts(report: Report): Block[] {
  const dry = report.mode === 'dry-run';
  const all = writtenSets(report).flatMap((set) => set.policies.map((policy) => ({ set, policy })));
  const shifted = (sign: number) => all.filter(({ policy }) => Math.sign(levelShift(policy)) === sign);
  const get = dry ? 'would get' : 'got';
  return [
    ...inSetAlert(
      'WARNING',
      dry ? 'Enforcement would end' : 'Enforcement ended',
      all.filter(isGone),
      levelWords,
    ),
    ...inSetAlert('WARNING', `Enforcement ${get} looser`, shifted(-1), changeOfLevel),
    ...replacedAlert(report, dry),
    ...inSetAlert('IMPORTANT', `Enforcement ${get} stricter`, shifted(1), changeOfLevel),
    ...inSetAlert(
      'IMPORTANT',
      `${dry ? 'Would be newly enforced' : 'Newly enforced'} at a mandatory level`,
      all.filter(isNewlyMandatory),
      levelWords,
    ),
    ...agentAlert(report, dry),
  ];
}

const writtenSets = ({ sets = [] }: Report): readonly SetEntry[] =>
  sets.filter(({ status }) => status === 'planned' || status === 'applied');

const isGone = ({ policy }: InSet): boolean => policy.change?.action === 'delete';

function isNewlyMandatory({ policy: { kind, enforcementLevel, change } }: InSet): boolean {
  const levels: readonly string[] = KINDS[kind].levels;
  return change?.action === 'create' && levels.indexOf(enforcementLevel) > 0;
}

/** Steps up in the kind's levels. */
function levelShift({ kind, enforcementLevel, change }: SetPolicyEntry): number {
  if (change?.action !== 'update') return 0;
  const levels: readonly (string | undefined)[] = KINDS[kind].levels;
  const [from, to] = [levels.indexOf(change.levelBefore), levels.indexOf(enforcementLevel)];
  return from < 0 || to < 0 ? 0 : to - from;
}

const levelWords = ({ set, policy }: InSet) => [
  strong(text(policy.enforcementLevel)),
  text(' in '),
  code(set.name),
];

const changeOfLevel = ({ set, policy: { change, enforcementLevel } }: InSet) => [
  text(`${change?.levelBefore} → `),
  strong(text(enforcementLevel)),
  text(' in '),
  code(set.name),
];

const inSetAlert = (
  kind: 'WARNING' | 'IMPORTANT',
  title: string,
  found: readonly InSet[],
  detail: (each: InSet) => PhrasingContent[],
): Block[] =>
  namesAlert(
    kind,
    title,
    found.map((each) => ({ name: each.policy.name, detail: detail(each) })),
  );

/** What is replaced although nobody can say what it is. */
function replacedAlert(report: Report, dry: boolean): Block[] {
  const replaced = writtenSets(report).filter(
    ({ unknown, changes }) => unknown !== undefined && changes.includes('content'),
  );
  const names = replaced.flatMap(({ name }, index) => [text(index === 0 ? '' : ', '), code(name)]);
  return replaced.length === 0
    ? []
    : alertBlock(
        'WARNING',
        strong(text(dry ? 'Would be replaced whole' : 'Replaced whole')),
        text(': what '),
        ...names,
        text(
          ` ${replaced.length === 1 ? 'holds' : 'hold'} ${dry ? 'now' : 'before'} is not known, so that policies may end unseen.`,
        ),
      );
}

function agentAlert(report: Report, dry: boolean): Block[] {
  const turned = writtenSets(report).filter(
    ({ agentMode: { before, after } }) => before === false && after === true,
  );
  return namesAlert(
    'IMPORTANT',
    dry ? 'Agent mode would be turned on' : 'Agent mode was turned on',
    turned.map(({ name, kind, toolVersion }) => ({
      name,
      detail: [text(`${KINDS[kind].label} ${toolVersion.after ?? ''}`.trim())],
    })),
  );
}
