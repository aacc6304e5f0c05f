import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import { KINDS } from '../model/kinds.ts';
import type { PolicyFile } from '../model/policy.ts';
import type { Cause, Place, Problem } from '../model/problem.ts';
import { inspectRego } from './inspect-rego.ts';
import { inspectSentinel } from './inspect-sentinel.ts';
import { type Base, type Checked, withReport } from './inspected.ts';
import { NOTHING_AROUND, type Surroundings } from './languages/rego/foreign.ts';
import { type ModuleFiles, NO_MODULES } from './languages/sentinel/judge.ts';
import { policyName } from './names.ts';
import type { Selected } from './selection.ts';
import { EMPTY, LFS_CONTENT_MISSING, NOT_UTF_8, readSource, type Source } from './source.ts';

export type Inspection =
  | { readonly file: PolicyFile; readonly warnings: readonly Problem[]; readonly renamed: boolean }
  | { readonly problems: readonly Problem[] };

/** The context in which a file's code is checked. */
export type SurroundingsOf = (selected: Selected) => Surroundings & ModuleFiles;

/** Reads a selected file, checks it (docs/behavior.md#errors-and-warnings), and reads its settings. */
export async function inspect(
  selected: Selected,
  inputs: FileInputs,
  surroundingsOf: SurroundingsOf = () => ({ ...NOTHING_AROUND, ...NO_MODULES }),
): Promise<Inspection> {
  const title = inputs.namePrefix + titleOf(selected);
  const name = nameOf(selected, inputs);
  if (name === undefined) return { problems: [badName(title, selected)] };
  const source = readSource(selected.file);
  if ('message' in source) return { problems: [withCause(source)] };
  const { path, location } = selected.file;
  const base = { name, path, location, sha256: source.sha256 };
  const checked = await inspectKind(selected, base, source, { inputs, surroundingsOf });
  const findings = checked.findings.map(withReport);
  if (checked.problems.length > 0) return { problems: [...findings, ...checked.problems] };
  const file = findings.length === 0 ? checked.file : { ...checked.file, findings };
  return { file, warnings: checked.warnings, renamed: name !== title };
}

/** What several policies whose files cannot be used have in common. */
const CAUSES: ReadonlyMap<string, Cause> = new Map([
  [EMPTY, { summary: 'are empty', advice: 'Write the policies, or add the files to `exclude`.' }],
  [
    NOT_UTF_8,
    {
      summary: 'are not valid UTF-8 text',
      advice: 'Save the policies as UTF-8, or add the files to `exclude`.',
    },
  ],
  [LFS_CONTENT_MISSING, { summary: 'are Git LFS pointers, whose content was not checked out' }],
]);

function withCause(problem: Problem): Problem {
  const cause = CAUSES.get(problem.message);
  return cause === undefined ? problem : { ...problem, cause };
}

interface Around {
  readonly inputs: FileInputs;
  readonly surroundingsOf: SurroundingsOf;
}

function inspectKind(
  selected: Selected,
  base: Base,
  source: Source,
  { inputs, surroundingsOf }: Around,
): Checked | Promise<Checked> {
  switch (selected.kind) {
    case 'sentinel':
      return inspectSentinel(selected, base, source, { inputs, modules: surroundingsOf(selected) });
    case 'opa':
      return inspectRego(selected, base, source, { inputs, surroundings: surroundingsOf(selected) });
  }
}

const titleOf = ({ by, file, kind }: Selected): string =>
  by?.block.name ?? path.posix.basename(file.path).slice(0, -KINDS[kind].ending.length);

/** The name of the policy. Undefined if its title cannot be turned into a valid one. */
export function nameOf(selected: Selected, { namePrefix }: FileInputs): string | undefined {
  const title = titleOf(selected);
  return title === '' ? undefined : policyName(namePrefix + title);
}

/** The configuration's line that defines the policy, or the file itself. */
export const placeOf = ({ by, file }: Selected): Place =>
  by === undefined ? { file: file.path } : { file: by.configuration, line: by.block.line };

/** Problems if a policy would use the input's level, but its kind does not have that level. */
export function wrongLevel(selected: readonly Selected[], { enforcementLevel }: FileInputs): Problem[] {
  if (enforcementLevel === undefined) return [];
  const unstated = selected.filter(({ by }) => by?.block.enforcementLevel === undefined);
  return [...Map.groupBy(unstated, ({ kind }) => kind)].flatMap(([kind, [first, ...others]]) => {
    const levels: readonly string[] = KINDS[kind].levels;
    if (first === undefined || levels.includes(enforcementLevel)) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return {
      message: `\`enforcement-level\` is "${enforcementLevel}", which ${KINDS[kind].label} policies do not have: ${first.file.path}${more}.`,
      place: { input: 'enforcement-level' },
      advice: `Use one of ${levels.join(', ')}, or publish the two kinds in separate steps.`,
    };
  });
}

const badName = (title: string, selected: Selected): Problem => ({
  message: `"${title}" is not a valid policy name: names can only contain ASCII letters, digits, "-" and "_".`,
  place: placeOf(selected),
  advice: selected.by === undefined ? 'Rename the file.' : 'Rename the policy.',
  cause: {
    summary: 'have names with characters other than ASCII letters, digits, "-" and "_"',
    detail: `"${title}"`,
  },
});
