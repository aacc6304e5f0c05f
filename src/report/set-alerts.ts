import { KINDS } from '../model/kinds.ts';
import type { Alert, AlertItem } from './alert.ts';
import type { Report, SetEntry, SetPolicyEntry } from './report.ts';
import { titleOf } from './set-words.ts';

/** Enforcement that ends comes first. Policy sets that failed or were not attempted have not changed. */
export function setAlerts(report: Report): Alert[] {
  const dry = report.mode === 'dry-run';
  const get = dry ? 'would get' : 'got';
  const all = policiesOf(report);
  const shifted = (sign: number) => all.filter(({ policy }) => Math.sign(levelShift(policy)) === sign);
  const alerts: Alert[] = [
    {
      // As prominent as a failure, because nothing else shows that something is no longer enforced.
      kind: 'CAUTION',
      title: dry ? 'Enforcement would end' : 'Enforcement ended',
      items: all.filter(({ policy }) => policy.change?.action === 'delete').map(levelItem),
    },
    { kind: 'WARNING', title: `Enforcement ${get} looser`, items: shifted(-1).map(shiftItem) },
    replaced(report, dry),
    { kind: 'IMPORTANT', title: `Enforcement ${get} stricter`, items: shifted(1).map(shiftItem) },
    {
      kind: 'IMPORTANT',
      title: `${dry ? 'Would be newly enforced' : 'Newly enforced'} at a mandatory level`,
      items: all.filter(isNewlyMandatory).map(levelItem),
    },
    agentMode(report, dry),
  ];
  return alerts.filter(({ items }) => items.length > 0);
}

interface InSet {
  readonly set: string | undefined;
  readonly policy: SetPolicyEntry;
}

const writtenSets = ({ sets = [] }: Report): readonly SetEntry[] =>
  sets.filter(({ status }) => status === 'planned' || status === 'applied');

function policiesOf(report: Report): InSet[] {
  const isOnly = report.sets?.length === 1;
  return writtenSets(report).flatMap(({ name, policies }) =>
    policies.map((policy) => ({ set: isOnly ? undefined : name, policy })),
  );
}

function isNewlyMandatory({ policy: { kind, enforcementLevel, change } }: InSet): boolean {
  const levels: readonly (string | undefined)[] = KINDS[kind].levels;
  return change?.action === 'create' && levels.indexOf(enforcementLevel) > 0;
}

/** Number of levels by which the enforcement becomes stricter, negative if it becomes looser. */
function levelShift({ kind, enforcementLevel, change }: SetPolicyEntry): number {
  if (change?.action !== 'update') return 0;
  const levels: readonly (string | undefined)[] = KINDS[kind].levels;
  const [from, to] = [levels.indexOf(change.levelBefore), levels.indexOf(enforcementLevel)];
  return from < 0 || to < 0 ? 0 : to - from;
}

const levelItem = ({ set, policy }: InSet): AlertItem => ({
  name: titleOf(policy),
  after: policy.enforcementLevel,
  sets: set === undefined ? [] : [set],
});

const shiftItem = (each: InSet): AlertItem => ({
  ...levelItem(each),
  before: each.policy.change?.levelBefore,
});

/** Unknown content that is replaced. */
function replaced(report: Report, dry: boolean): Alert {
  const sets = writtenSets(report).filter(
    ({ unknown, changes }) => unknown !== undefined && changes.includes('content'),
  );
  return {
    kind: 'WARNING',
    title: dry ? 'Would be replaced entirely' : 'Replaced entirely',
    items: sets.map(({ name }) => ({ name, sets: [] })),
    rest: `${sets.length === 1 ? 'Its' : 'Their'} content is unknown, so policies may ${dry ? 'be' : 'have been'} removed that are not listed here.`,
  };
}

function agentMode(report: Report, dry: boolean): Alert {
  const turned = writtenSets(report).filter(
    ({ agentMode: { before, after } }) => before === false && after === true,
  );
  return {
    kind: 'IMPORTANT',
    title: dry ? 'Agent mode would be turned on' : 'Agent mode was turned on',
    items: turned.map(({ name, kind, toolVersion }) => ({
      name,
      after: `${KINDS[kind].label} ${toolVersion.after ?? ''}`.trim(),
      sets: [],
    })),
  };
}
