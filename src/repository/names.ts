import { describePlace, type Place, type Problem } from '../model/problem.ts';

/** ASCII punctuation and space, less `-` and `_`, which names may hold. */
const REPLACED = /[ !-,./:-@[-^`{-~]/g;

/** A part of a name, such as a prefix, as names have it. */
export const asInNames = (text: string): string => text.replace(REPLACED, '-');

/**
 * Makes a policy name of a text: each space, dot or other ASCII punctuation character becomes one `-`
 * (docs/behavior.md#names). Undefined where any other character stands, or nothing.
 */
export function policyName(text: string): string | undefined {
  const name = asInNames(text);
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
}

/** A name, and the file or the block that gives it. */
export interface Named {
  readonly name: string;
  readonly place: Place;
}

/** Two policies that end with one name, or with names that differ in letter case only (docs/behavior.md#names). */
export function duplicateNames(named: readonly Named[]): Problem[] {
  const byName = Map.groupBy(named, ({ name }) => name.toLowerCase());
  return [...byName.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((other) => duplicate(first, other)),
  );
}

function duplicate(first: Named, other: Named): Problem {
  const both = `${describePlace(first.place)} and ${describePlace(other.place)}`;
  const rename =
    other.place.line === undefined ? 'rename one file, or add it to `exclude`' : 'rename one policy';
  return {
    message:
      first.name === other.name
        ? `${both} both give a policy named ${other.name}.`
        : `${both} give policies whose names differ in letter case only: ${first.name}, ${other.name}.`,
    place: other.place,
    advice: `A name is unique in an organization: ${rename}.`,
  };
}
