import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import { KINDS, levelOf } from '../model/kinds.ts';
import type { OpaFile, PolicyFile, SentinelFile, Stated } from '../model/policy.ts';
import { type Place, type Problem, REPORT_WRONG } from '../model/problem.ts';
import type { Provided } from './configuration/provided.ts';
import { inspectRego as judgeRego } from './inspect-rego.ts';
import { describeSentinel } from './languages/description.ts';
import { NOTHING_AROUND, type Surroundings } from './languages/rego/foreign.ts';
import type { AskedQuery } from './languages/rego/query.ts';
import { formatPath } from './languages/rego/reference.ts';
import { readRego } from './languages/rego/rego.ts';
import { checkSentinel } from './languages/sentinel.ts';
import { policyName } from './names.ts';
import type { Selected } from './selection.ts';
import { readSource, type Source } from './source.ts';

export type Inspection =
  | { readonly file: PolicyFile; readonly warnings: readonly Problem[]; readonly renamed: boolean }
  | { readonly problems: readonly Problem[] };

type SelectedSentinel = Extract<Selected, { kind: 'sentinel' }>;
type SelectedOpa = Extract<Selected, { kind: 'opa' }>;
type Checked = {
  /** Without what reading its code found. */
  readonly file: PolicyFile;
  /** What holds whether the organization has the code or not. */
  readonly problems: readonly Problem[];
  /** What reading the code found, which may be wrong. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
};

/** What a file's code is judged by, beside the file itself. */
export type SurroundingsOf = (selected: Selected) => Surroundings;

/** Reads a selected file, checks it (docs/behavior.md#errors-and-warnings), and states its settings. */
export async function inspect(
  selected: Selected,
  inputs: FileInputs,
  surroundingsOf: SurroundingsOf = () => NOTHING_AROUND,
): Promise<Inspection> {
  const title = inputs.namePrefix + titleOf(selected);
  const name = nameOf(selected, inputs);
  if (name === undefined) return { problems: [badName(title, selected)] };
  const source = readSource(selected.file);
  if ('message' in source) return { problems: [source] };
  const { path, location } = selected.file;
  const base = { name, path, location, sha256: source.sha256 };
  const checked =
    selected.kind === 'sentinel'
      ? inspectSentinel(selected, base, source, inputs)
      : await inspectRego(selected, base, source, { inputs, surroundings: surroundingsOf(selected) });
  const findings = checked.findings.map(withReport);
  if (checked.problems.length > 0) return { problems: [...findings, ...checked.problems] };
  const file = findings.length === 0 ? checked.file : { ...checked.file, findings };
  return { file, warnings: checked.warnings, renamed: name !== title };
}

/** The readers of code are written by hand: what they find may be wrong. */
const withReport = ({ advice, ...problem }: Problem): Problem => ({
  ...problem,
  advice: `${advice === undefined ? '' : `${advice} `}${REPORT_WRONG}`,
});

const titleOf = ({ by, file, kind }: Selected): string =>
  by?.block.name ?? path.posix.basename(file.path).slice(0, -KINDS[kind].ending.length);

/** The name of the policy; undefined where its title cannot be made one. */
export function nameOf(selected: Selected, { namePrefix }: FileInputs): string | undefined {
  const title = titleOf(selected);
  return title === '' ? undefined : policyName(namePrefix + title);
}

/** The configuration's line that makes the file a policy, or the file itself. */
export const placeOf = ({ by, file }: Selected): Place =>
  by === undefined ? { file: file.path } : { file: by.configuration, line: by.block.line };

type Base = Pick<PolicyFile, 'name' | 'path' | 'location' | 'sha256'>;

function inspectSentinel(
  selected: SelectedSentinel,
  base: Base,
  { text }: Source,
  inputs: FileInputs,
): Checked {
  const { by, nearest } = selected;
  const provided: readonly Provided[] = nearest.flatMap((configuration) => configuration.provided);
  const { problems, warnings } = checkSentinel(text, base.path, provided);
  const level = levelOf('sentinel', inputs.enforcementLevel);
  const enforcementLevel =
    statedBy(selected, by?.block.enforcementLevel) ?? (level && { value: level, source: 'input' });
  const description = statedBy(selected, by?.block.description) ?? statedInFile(describeSentinel(text));
  const file: SentinelFile = {
    ...base,
    kind: 'sentinel',
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
  };
  return {
    file,
    problems: by?.block.params ? [hasParams(by.configuration, by.block.params.line)] : [],
    findings: problems,
    warnings,
  };
}

interface Around {
  readonly inputs: FileInputs;
  readonly surroundings: Surroundings;
}

async function inspectRego(
  selected: SelectedOpa,
  base: Base,
  { text, hasByteOrderMark }: Source,
  { inputs, surroundings }: Around,
): Promise<Checked> {
  // Behind the mark, OPA sees no METADATA.
  const rego = await readRego(hasByteOrderMark ? `\ufeff${text}` : text);
  const name = formatPath(rego.package ?? []);
  const derivedQuery = `data.${name}.deny`;
  const input = inputs.query?.replaceAll('{package}', name);
  const query =
    statedBy(selected, selected.by?.block.query) ??
    (input === undefined ? undefined : { value: input, source: 'input' });
  const level = levelOf('opa', inputs.enforcementLevel);
  const enforcementLevel =
    statedBy(selected, selected.by?.block.enforcementLevel) ?? (level && { value: level, source: 'input' });
  const asked = askedQuery(selected, query?.value ?? derivedQuery, input !== undefined);
  const { description: own, ...judged } = judgeRego(rego, base.path, asked, surroundings);
  const description = statedBy(selected, selected.by?.block.description) ?? statedInFile(own);
  const file: OpaFile = {
    ...base,
    kind: 'opa',
    derivedQuery,
    ...(rego.fault === undefined && { versions: rego.versions }),
    ...(query && { query }),
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
  };
  return { file, ...judged };
}

function askedQuery({ by }: SelectedOpa, value: string, isInput: boolean): AskedQuery {
  if (by === undefined) return { value, by: isInput ? 'input' : 'default' };
  return { value, by: { policy: by.block.name, file: by.configuration, line: by.block.query.line } };
}

/** A setting of the block, with the line that states it. */
function statedBy<T>(
  { by }: Selected,
  setting: { value: T; line: number } | undefined,
): Stated<T> | undefined {
  return setting && by && { value: setting.value, source: `${by.configuration}:${setting.line}` };
}

const statedInFile = (value: string | undefined): Stated<string> | undefined =>
  value === undefined ? undefined : { value, source: 'file' };

/** The level of the input, where it would be used for a policy of a kind that does not have it. */
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
      advice: `Use one of ${levels.join(', ')}, or publish the two kinds in two steps.`,
    };
  });
}

const badName = (title: string, selected: Selected): Problem => ({
  message: `"${title}" cannot be made a policy name: names hold ASCII letters, digits, "-" and "_".`,
  place: placeOf(selected),
  advice: selected.by === undefined ? 'Rename the file.' : 'Rename the policy.',
});

const hasParams = (file: string, line: number): Problem => ({
  message: 'The policy has `params`, which an individually managed policy cannot be given.',
  place: { file, line },
  advice: 'Give the parameters defaults in the code and remove `params`, or publish a versioned policy set.',
});
