import type { FileInputs } from '../inputs/file-inputs.ts';
import { levelOf } from '../model/kinds.ts';
import type { SentinelFile } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { Provided } from './configuration/provided.ts';
import { type Base, type Checked, statedBy, statedInFile } from './inspected.ts';
import { describeSentinel } from './languages/description.ts';
import { checkSentinel } from './languages/sentinel.ts';
import type { Selected } from './selection.ts';
import type { Source } from './source.ts';

type SelectedSentinel = Extract<Selected, { kind: 'sentinel' }>;

/** Checks a Sentinel file, and states its settings. */
export function inspectSentinel(
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

const hasParams = (file: string, line: number): Problem => ({
  message: 'The policy has `params`, which an individually managed policy cannot be given.',
  place: { file, line },
  advice: 'Give the parameters defaults in the code and remove `params`, or publish a versioned policy set.',
});
