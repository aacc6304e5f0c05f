import type { Block, Element } from '../languages/hcl/document.ts';
import { attributeOf, type Findings } from './settings.ts';

const OPERATIONS: readonly string[] = ['create', 'update', 'delete', 'no-op'];
/** Those that have something before them. Source: Terraform policy's reference of `resource_policy`. */
const WITH_PRIOR: readonly string[] = ['update', 'delete'];

/** Judges when a policy for resources is run, as far as that is stated. */
export function readOperations(block: Block, words: string, findings: Findings): void {
  const attribute = attributeOf(block, 'operations', findings);
  const value = attribute?.value;
  const line = attribute?.line ?? block.line;
  if (value !== undefined && !('members' in value)) {
    // What only a run can say is not judged.
    if ('text' in value || /^(null|a number|true or false|an object)$/.test(value.other))
      findings.problem(line, `\`operations\` of the policy ${words} must be a list.`, ADVICE);
    return;
  }
  const stated = (value?.members ?? []).map((member) =>
    'text' in member.value ? member.value.text : undefined,
  );
  const unknown = stated.find((each) => each !== undefined && !OPERATIONS.includes(each));
  if (unknown !== undefined)
    findings.problem(
      line,
      `\`operations\` of the policy ${words} has "${unknown}", which is not an operation.`,
      ADVICE,
    );
  const twice = stated.find((each, index) => each !== undefined && stated.indexOf(each) < index);
  // Not documented: seen in a test of the language only (docs/terraform-api.md#terraform-policies).
  if (twice !== undefined)
    findings.warning(
      line,
      `\`operations\` of the policy ${words} has "${twice}" twice, which \`tfpolicy validate\` rejects.`,
      'Remove one.',
    );
  if (unknown === undefined) judgeTogether(stated, { block, line, words, findings });
}

const ADVICE = `Write a list of ${OPERATIONS.map((each) => `"${each}"`).join(', ')}.`;

interface Around {
  readonly block: Block;
  readonly line: number;
  readonly words: string;
  readonly findings: Findings;
}

function judgeTogether(
  stated: readonly (string | undefined)[],
  { block, line, words, findings }: Around,
): void {
  const other = stated.find((each) => each === 'create' || each === 'no-op');
  const isSplit = stated.includes('delete') && other !== undefined;
  if (isSplit)
    findings.problem(
      line,
      `\`operations\` of the policy ${words} has both "delete" and "${other}", which one policy cannot have.`,
      'Write two policies.',
    );
  const isRight =
    stated.length > 0 && stated.every((each) => each === undefined || WITH_PRIOR.includes(each));
  if (isSplit || isRight || !readsPrior(block)) return;
  findings.problem(
    line,
    `The policy ${words} reads \`prior_attrs\`, which there is only for "update" and "delete".`,
    'Set `operations` to ["update"], ["delete"] or both.',
  );
}

const readsPrior = ({ body }: { readonly body: readonly Element[] }): boolean =>
  body.some((element) =>
    element.type === 'block'
      ? readsPrior(element)
      : 'other' in element.value && (element.value.references ?? []).includes('prior_attrs'),
  );
