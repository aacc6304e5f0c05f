import type { Alert, AlertItem } from './alert.ts';
import { type Entry, enforcementShifts, newlyEnforced, type Report, removed } from './report.ts';

/** Individually managed policies that stop more or fewer runs than before. The most important come first. */
export function policyAlerts({ mode, entries }: Report): Alert[] {
  const { stricter, looser } = enforcementShifts(entries);
  const dry = mode === 'dry-run';
  const verb = dry ? 'would get' : 'got';
  const alerts: Alert[] = [
    {
      kind: 'WARNING',
      title: dry ? 'Would be deleted' : 'Deleted',
      items: removed(entries).map(removedItem),
    },
    { kind: 'WARNING', title: `Enforcement ${verb} looser`, items: looser.map(shiftItem) },
    { kind: 'IMPORTANT', title: `Enforcement ${verb} stricter`, items: stricter.map(shiftItem) },
    {
      kind: 'IMPORTANT',
      title: `${dry ? 'Would be newly enforced' : 'Newly enforced'} at a mandatory level`,
      items: newlyEnforced(entries).map(joinItem),
    },
  ];
  return alerts.filter(({ items }) => items.length > 0);
}

const removedItem = ({ name, enforcementLevel: { before }, leaves }: Entry): AlertItem => ({
  name,
  before,
  sets: leaves,
});

const shiftItem = ({ name, enforcementLevel: { before, after } }: Entry): AlertItem => ({
  name,
  before,
  after,
  sets: [],
});

const joinItem = ({ name, enforcementLevel: { after }, joins }: Entry): AlertItem => ({
  name,
  after,
  sets: joins,
});
