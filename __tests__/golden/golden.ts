import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

export const folder = join(import.meta.dirname, 'reports');

/**
 * Which files Jest may write: `all` with `-u`, `new` on a developer's machine, `none` in CI. What it does with its own
 * snapshots holds for these, too.
 */
export const updating = (): string =>
  (expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } }).snapshotState
    ._updateSnapshot;

/** Compares a text with the file of that name, or writes the file where Jest would write a snapshot. */
export function expectGolden(name: string, text: string): void {
  const path = join(folder, name);
  const known = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (updating() === 'all' || (known === undefined && updating() === 'new')) {
    if (known !== text) writeFileSync(path, text);
    return;
  }
  expect({ name, text: known }).toEqual({ name, text });
}
