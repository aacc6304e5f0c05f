import type { Verdict } from './driver.ts';
import { kindsOf, type Subject } from './subject.ts';

/** Runs by fault and kind of request; `+n` failed and were mended by the next run. */
export function table(subject: Subject, verdicts: readonly Verdict[]): string {
  const kinds = kindsOf(subject).filter((kind) => verdicts.some((verdict) => verdict.kind === kind));
  const faults = [...new Set(verdicts.map(({ fault }) => fault))];
  const rows = faults.map((fault) => {
    const ofFault = verdicts.filter((verdict) => verdict.fault === fault);
    return [fault, ...kinds.map((kind) => count(ofFault.filter((v) => v.kind === kind))), count(ofFault)];
  });
  const sums = [
    'all',
    ...kinds.map((kind) => count(verdicts.filter((v) => v.kind === kind))),
    count(verdicts),
  ];
  return aligned([['', ...kinds, 'all'], ...rows, sums]);
}

function count(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const failed = verdicts.filter((verdict) => verdict.failed).length;
  return failed === 0 ? String(verdicts.length) : `${verdicts.length - failed}+${failed}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

type Printed = { readonly subject: Subject; readonly title: string; readonly begun: number };

/** The table, what it sums up to, and how long it took, past jest's own printing. */
export function print({ subject, title, begun }: Printed, verdicts: readonly Verdict[]): void {
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0).length;
  const seconds = Math.round((performance.now() - begun) / 1000);
  const sum = wrong === 0 ? 'all converged' : `${wrong} did not converge`;
  process.stdout.write(
    `\n${subject.title}: ${title}\n${table(subject, verdicts)}\n${verdicts.length} runs, ${sum}, ${seconds} s\n\n`,
  );
}
