import type { FileInputs } from '../inputs/file-inputs.ts';
import { levelOf } from '../model/kinds.ts';
import type { SentinelFile } from '../model/policy.ts';
import { NEEDS_VERSIONED_SET, type Problem } from '../model/problem.ts';
import { type Base, type Checked, statedBy, statedInFile } from './inspected.ts';
import { describeSentinel } from './languages/description/description.ts';
import { deprecatedImports, judgeSentinel, type ModuleFiles } from './languages/sentinel/judge.ts';
import { readSentinel } from './languages/sentinel/sentinel.ts';
import type { Selected } from './selection.ts';
import type { Source } from './source.ts';

type SelectedSentinel = Extract<Selected, { kind: 'sentinel' }>;

/** The context in which a Sentinel file is inspected. */
interface Around {
  readonly inputs: FileInputs;
  readonly modules: ModuleFiles;
}

/** Checks a Sentinel file and reads its settings. */
export function inspectSentinel(
  selected: SelectedSentinel,
  base: Base,
  { text }: Source,
  { inputs, modules }: Around,
): Checked {
  const { by, nearest } = selected;
  const configured = {
    provided: nearest.flatMap(({ provided }) => provided),
    params: nearest.flatMap(({ params }) => params),
  };
  const sentinel = readSentinel(text);
  const judged = judgeSentinel(sentinel, base.path, configured, modules);
  const deprecated = deprecatedImports(sentinel.imports, configured);
  const level = levelOf('sentinel', inputs.enforcementLevel);
  const enforcementLevel =
    statedBy(selected, by?.block.enforcementLevel) ?? (level && { value: level, source: 'input' });
  const description =
    statedBy(selected, by?.block.description) ?? statedInFile(describeSentinel(text, base.path));
  const file: SentinelFile = {
    ...base,
    kind: 'sentinel',
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
    ...(deprecated.length > 0 && { deprecatedImports: deprecated }),
  };
  return {
    file,
    ...judged,
    problems: [
      ...judged.problems,
      ...(by?.block.params ? [hasParams(by.configuration, by.block.params.line)] : []),
    ],
  };
}

const hasParams = (file: string, line: number): Problem => ({
  message: 'The policy has `params`, which individually managed policies do not support.',
  place: { file, line },
  advice:
    'Set defaults for the parameters in the code and remove `params`, or publish a versioned policy set (`versioned-policy-sets`).',
  cause: { ...NEEDS_VERSIONED_SET, what: '`params`', detail: '`params`' },
});
