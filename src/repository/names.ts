import path from 'node:path';
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

/** Policies that end with one name, or with names that differ in letter case only (docs/behavior.md#names). */
export function duplicateNames(named: readonly Named[]): Problem[] {
  const byName = Map.groupBy(named, ({ name }) => name.toLowerCase());
  return [...byName.values()].flatMap(([first, second, ...others]) =>
    first === undefined || second === undefined ? [] : [duplicates([first, second, ...others])],
  );
}

function duplicates(all: readonly [Named, Named, ...Named[]]): Problem {
  const [{ name, place }, ...others] = all;
  const names = [...new Set(all.map((each) => each.name))];
  const places = all.map((each) => describePlace(each.place));
  const which = `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`;
  return {
    message:
      names.length === 1
        ? `${which} ${all.length === 2 ? 'both' : 'all'} give a policy named ${name}.`
        : `${which} give policies whose names differ in letter case only: ${names.join(', ')}.`,
    place,
    otherPlaces: others.map((each) => each.place),
    ...remedy(all),
    cause: {
      summary: 'have a name that another one has, too',
      advice: TELL_APART,
      detail: names.join(', '),
    },
  };
}

const UNIQUE = 'A name is unique in an organization:';
const BY_FOLDER =
  'or publish each folder in a step of its own, with its own `working-directory` and `name-prefix`';

/** What holds for many names, whatever gives them. */
const TELL_APART = `${UNIQUE} rename all but one of each, add all but one of each to \`exclude\`, ${BY_FOLDER}.`;

/** Folders tell policies of one name apart, if each has a prefix of its own. */
function remedy(all: readonly Named[]): Pick<Problem, 'advice' | 'exclude'> {
  const files = all.flatMap(({ place: { file, line } }) => (line === undefined ? (file ?? []) : []));
  const folders = new Set(all.map(({ place: { file = '' } }) => path.posix.dirname(file)));
  const which = all.length === 2 ? 'one' : 'all but one';
  const [rename, exclude] = [`rename ${which} file`, `add ${which} of them to \`exclude\``];
  if (files.length < all.length)
    return { advice: `${UNIQUE} rename ${which} policy${folders.size === 1 ? '' : `, ${BY_FOLDER}`}.` };
  const advice = folders.size === 1 ? `${rename}, or ${exclude}` : `${rename}, ${exclude}, ${BY_FOLDER}`;
  return { advice: `${UNIQUE} ${advice}.`, exclude: files };
}
