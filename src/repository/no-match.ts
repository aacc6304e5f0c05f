import path from 'node:path';
import { BUILT_IN_EXCLUDE, DEFAULT_POLICIES, type FileInputs } from '../inputs/file-inputs.ts';
import { isIndividual, KINDS, kindOfFile } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import { NOT_SELECTED } from './choice.ts';
import type { Configuration } from './configuration/configuration.ts';
import { type Folder, findFiles, listFolder, selectedPaths, withoutMatch } from './find-files.ts';
import { isRemote, REMOTE } from './select-sentinel.ts';

/** A file that could have been published by itself. */
function isIndividualFile(file: string): boolean {
  const kind = kindOfFile(file);
  return kind !== undefined && isIndividual(kind);
}

interface Seen {
  readonly leftOut: readonly LeftOut[];
  readonly configurations: readonly Configuration[];
}

/** The problem if no policies were found: the patterns and the folder, or why the files found are left out. */
export async function nothingSelected(
  folder: Folder,
  inputs: FileInputs,
  { leftOut, configurations }: Seen,
): Promise<Problem> {
  const remote = onlyRemote(configurations);
  if (remote !== undefined) return remote;
  if (leftOut.every(({ path: file }) => !isIndividualFile(file)))
    return (await terraformPolicies(folder, inputs)) ?? nothingFound(folder, inputs);
  const first = leftOut.slice(0, MOST_NAMED).map(({ path, why }) => `${path} ${why}`);
  return {
    message: `No policies found: ${first.join('; ')}${more(leftOut, '; and ')}.`,
    ...(leftOut.some(({ why }) => why === NOT_SELECTED) ? toSelect(inputs) : TO_NAME),
  };
}

const TO_NAME = {
  place: { input: 'config' },
  advice:
    'Name the policies in the configuration file, or set `config` to an empty string to use file names.',
};

/** With the default `policies`, a source may be anywhere (docs/behavior.md#configuration-files). */
const toSelect = ({ hasDefaultPolicies }: FileInputs) =>
  hasDefaultPolicies
    ? { place: { input: 'exclude' }, advice: 'Correct `exclude`.' }
    : {
        place: { input: 'policies' },
        advice:
          'Correct `policies` or `exclude`. If `policies` is not set, the sources in a configuration file can be anywhere in the workspace.',
      };

const MOST_NAMED = 5;

const more = (all: readonly unknown[], before: string): string =>
  all.length > MOST_NAMED ? `${before}${all.length - MOST_NAMED} more` : '';

/** Configurations in which every policy has a remote source. */
function onlyRemote(configurations: readonly Configuration[]): Problem | undefined {
  const blocks = configurations.flatMap(({ path, policies }) =>
    policies.map((block) => ({ block, path, isRemote: isRemote(block) })),
  );
  const [first] = blocks;
  if (first === undefined || !blocks.every(({ isRemote }) => isRemote)) return undefined;
  const names = blocks.slice(0, MOST_NAMED).map(({ block }) => block.name);
  const which = `${names.join(', ')}${more(blocks, ' and ')}`;
  return {
    message: `There is nothing to publish: each policy in the configuration has a remote source (${which}), which only versioned policy sets support.`,
    place: { file: first.path, line: first.block.line },
    advice: 'Publish it as a versioned policy set (`versioned-policy-sets`).',
    cause: { summary: REMOTE },
  };
}

/** Files of a kind that is never published by itself, unless `policies` was meant to match other files. */
async function terraformPolicies(
  folder: Folder,
  { policies, exclude }: FileInputs,
): Promise<Problem | undefined> {
  const patterns = { include: [`**/*${KINDS.tfpolicy.ending}`], exclude };
  const { files } = await findFiles(listFolder(folder, [patterns]), patterns);
  if (files.length === 0) return undefined;
  const all = files.map((file) => file.path);
  if (selectedPaths(folder, policies, all).size === 0 && (await hasIndividual(folder, exclude)))
    return undefined;
  const paths = files.slice(0, MOST_NAMED).map(({ path: file }) => file);
  const folders = new Set(files.map(({ path: file }) => path.posix.dirname(file)));
  const lines = [...folders].slice(0, MOST_NAMED).map((each) => `\`${setLine(each, folder)}\``);
  return {
    message: `There is nothing to publish but ${paths.join(', ')}${more(files, ' and ')}: Terraform policies are published only as a versioned policy set.`,
    place: { input: 'policies' },
    advice: `Set \`versioned-policy-sets\` to ${lines.join(' and ')}${folders.size > MOST_NAMED ? ' and so on' : ''}, and leave out \`policies\`.`,
  };
}

/** Whether there are files that could be published by themselves. */
async function hasIndividual(folder: Folder, exclude: readonly string[]): Promise<boolean> {
  const patterns = { include: DEFAULT_POLICIES.split('\n'), exclude };
  const { files } = await findFiles(listFolder(folder, [patterns]), patterns);
  return files.length > 0;
}

/** The line that publishes a folder, which is given from the workspace. */
function setLine(of: string, { workspace, root }: Folder): string {
  const folder = path.relative(root, path.join(workspace, of)).replaceAll(path.sep, '/');
  const name = path.posix.basename(folder).replace(/[^A-Za-z0-9_-]+/g, '-');
  return folder === '' ? 'terraform-policies: .' : `${name}: ${folder}`;
}

async function nothingFound(searched: Folder, inputs: FileInputs): Promise<Problem> {
  const { policies, exclude } = inputs;
  const { workspace, root } = searched;
  const folder = path.relative(workspace, root).replaceAll(path.sep, '/') || 'the root of the workspace';
  const builtIn = BUILT_IN_EXCLUDE.every((pattern) => exclude.includes(pattern));
  const excluded = [
    ...policies.exclude,
    ...exclude.filter((pattern) => !builtIn || !BUILT_IN_EXCLUDE.includes(pattern)),
    ...(builtIn ? ['the built-in list of `exclude`'] : []),
  ];
  const without = excluded.length === 0 ? '' : ` (excluded: ${excluded.join(', ')})`;
  const message = `No policy file matches ${policies.include.join(', ')} in ${folder}${without}.`;
  const all = await allExcluded(searched, inputs);
  if (all !== undefined)
    return { message: `${message} ${all.message}`, place: all.place, advice: all.advice };
  return {
    message,
    place: { input: 'policies' },
    advice:
      'Check that the repository is checked out before this step, and correct `policies`, `exclude` or `working-directory`.',
  };
}

/** Folders of tools. A pattern that matches files there is not meant to. */
const OF_TOOLS = ['**/node_modules/**', '**/.sentinel/**'];

/** If `exclude` leaves out all matching files: which ones, and what to change. */
async function allExcluded(
  folder: Folder,
  { policies, exclude }: FileInputs,
): Promise<Required<Pick<Problem, 'message' | 'place' | 'advice'>> | undefined> {
  const patterns = { ...policies, exclude: [...policies.exclude, ...OF_TOOLS] };
  const { files } = await findFiles(listFolder(folder, [patterns]), patterns);
  const paths = files.map((file) => file.path);
  if (paths.length === 0) return undefined;
  const by = exclude.filter(
    (pattern) => selectedPaths(folder, { ...patterns, exclude: [pattern] }, paths).size < paths.length,
  );
  const builtIn = by.filter((pattern) => BUILT_IN_EXCLUDE.includes(pattern));
  const own = by.filter((pattern) => !builtIn.includes(pattern));
  const change = [
    ...(own.length === 0 ? [] : [`correct ${coded(own)} in \`exclude\``]),
    ...(builtIn.length === 0 ? [] : [`add ${coded(builtIn.map((each) => `!${each}`))} to \`exclude\``]),
  ];
  const first = paths.slice(0, MOST_NAMED).join(', ');
  return {
    message: `\`exclude\` leaves out all matching files: ${first}${more(paths, ' and ')}.`,
    place: { input: 'exclude' },
    advice: `If these include policies, ${change.join(', and ')}.`,
  };
}

const coded = (patterns: readonly string[]): string => patterns.map((each) => `\`${each}\``).join(', ');

/** A misspelled pattern would go unnoticed if other patterns match. */
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
      advice: 'Correct or remove the pattern, or change what excludes the files.',
    },
  ];
}
