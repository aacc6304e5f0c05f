import path from 'node:path';
import { describePlace, type Place, type Problem } from '../model/problem.ts';

/** Space and ASCII punctuation, except `-` and `_`, which names may contain. */
const REPLACED = /[ !-,./:-@[-^`{-~]/g;

/** A part of a name, such as a prefix, as it appears in names. */
export const asInNames = (text: string): string => text.replace(REPLACED, '-');

/**
 * Turns a text into a policy name: each space, dot or other ASCII punctuation character becomes one `-`
 * (docs/behavior.md#names). Undefined if it contains any other character, or nothing.
 */
export function policyName(text: string): string | undefined {
  const name = asInNames(text);
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
}

/** A name, and the file or block that defines it. */
export interface Named {
  readonly name: string;
  readonly place: Place;
}

/** Policies with the same name, or with names that differ only in letter case (docs/behavior.md#names). */
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
        ? `Duplicate policy name "${name}": defined by ${which}.`
        : `${which} define policies whose names differ only in letter case: ${names.join(', ')}.`,
    place,
    otherPlaces: others.map((each) => each.place),
    ...remedy(all),
    cause: {
      summary: 'have the same name as another policy',
      advice: TELL_APART,
      detail: names.join(', '),
    },
  };
}

const UNIQUE = 'Names must be unique in an organization:';
const BY_FOLDER =
  'or publish each folder in a separate step, with its own `working-directory` and `name-prefix`';

/** Advice for many names, whether files or blocks define them. */
const TELL_APART = `${UNIQUE} rename all but one of each, add all but one of each to \`exclude\`, ${BY_FOLDER}.`;

/** Policies in different folders can also be published with a prefix for each folder. */
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
