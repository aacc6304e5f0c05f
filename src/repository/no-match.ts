import path from 'node:path';
import { BUILT_IN_EXCLUDE, type FileInputs } from '../inputs/file-inputs.ts';
import { kindOfFile } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import { type Folder, withoutMatch } from './find-files.ts';

/** What is said where nothing is a policy: the patterns and the folder, or why what was found is left out. */
export function nothingSelected(folder: Folder, inputs: FileInputs, leftOut: readonly LeftOut[]): Problem {
  if (leftOut.every(({ path }) => kindOfFile(path) === undefined)) return nothingFound(folder, inputs);
  const first = leftOut.slice(0, 5).map(({ path, why }) => `${path} ${why}`);
  const more = leftOut.length > first.length ? `; and ${leftOut.length - first.length} more` : '';
  return {
    message: `No file is a policy: ${first.join('; ')}${more}.`,
    place: { input: 'config' },
    advice: 'Name the policies in the configuration file, or set `config` empty to go by file names.',
  };
}

function nothingFound({ workspace, root }: Folder, { policies, exclude }: FileInputs): Problem {
  const folder = path.relative(workspace, root).replaceAll(path.sep, '/') || 'the root of the workspace';
  const builtIn = BUILT_IN_EXCLUDE.every((pattern) => exclude.includes(pattern));
  const excluded = [
    ...policies.exclude,
    ...exclude.filter((pattern) => !builtIn || !BUILT_IN_EXCLUDE.includes(pattern)),
    ...(builtIn ? ['the built-in list of `exclude`'] : []),
  ];
  const without = excluded.length === 0 ? '' : ` (excluded: ${excluded.join(', ')})`;
  return {
    message: `No policy file matches ${policies.include.join(', ')} in ${folder}${without}.`,
    place: { input: 'policies' },
    advice:
      'Check out the repository before this step, and correct `policies`, `exclude` or `working-directory`.',
  };
}

/** A misspelt pattern beside one that is right would go unnoticed. */
export function unmatchedPatterns(
  folder: Folder,
  inputs: FileInputs,
  selected: readonly string[],
): Problem[] {
  const { include } = inputs.policies;
  if (inputs.hasDefaultPolicies || include.length < 2) return [];
  const unmatched = withoutMatch(folder, include, selected);
  if (unmatched.length === 0) return [];
  const which = unmatched.length === 1 ? 'This pattern matches' : 'These patterns match';
  return [
    {
      message: `${which} no file, or only files that are excluded: ${unmatched.join(', ')}.`,
      place: { input: 'policies' },
      advice: 'Correct or remove it, or take back what excludes the files.',
    },
  ];
}
