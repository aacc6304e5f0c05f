import type { PolicyFile } from '../policy.ts';
import type { Problem } from '../problem.ts';

/** ASCII punctuation and space, less `-` and `_`, which names may hold. */
const REPLACED = /[ !-,./:-@[-^`{-~]/g;

/**
 * Makes a policy name of a text: each space, dot or other ASCII punctuation character becomes one `-`
 * (interface.md 2). Undefined where any other character stands, or nothing.
 */
export function policyName(text: string): string | undefined {
  const name = text.replace(REPLACED, '-');
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
}

/** Two policies that end with one name, or with names that differ in letter case only (interface.md 2). */
export function duplicateNames(files: readonly PolicyFile[]): Problem[] {
  const byName = Map.groupBy(files, (file) => file.name.toLowerCase());
  return [...byName.values()].flatMap(([first, ...others]) =>
    others.map((other) => ({
      message:
        first?.name === other.name
          ? `${first.path} and ${other.path} both give a policy named ${other.name}.`
          : `${first?.path} and ${other.path} give policies whose names differ in letter case only: ${first?.name}, ${other.name}.`,
      place: { file: other.path },
      advice: 'A name is unique in an organization: rename one file, or add it to `exclude`.',
    })),
  );
}
