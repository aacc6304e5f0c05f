import { KINDS, type LevelOf, levelOf, POLICY_KINDS, type PolicyKind } from '../../model/kinds.ts';
import type { Problem } from '../../model/problem.ts';
import type { Attribute, Block } from '../languages/hcl/document.ts';

/** A value and the line, from 1, that defines it. */
export interface At<T> {
  readonly value: T;
  readonly line: number;
}

/** Collects the problems of one file. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  problem(line: number, message: string, advice: string): undefined {
    this.problems.push({ message, place: { file: this.path, line }, advice });
  }

  warning(line: number, message: string, advice: string): void {
    this.warnings.push({ message, place: { file: this.path, line }, advice });
  }
}

/** The first attribute with this name. Others, which HCL does not allow, are problems. */
export function attributeOf(block: Block, name: string, findings: Findings): Attribute | undefined {
  const [first, ...others] = block.body.filter(
    (element): element is Attribute => element.type === 'attribute' && element.name === name,
  );
  for (const { line } of others) {
    findings.problem(line, `\`${name}\` is set twice, first on line ${first?.line}.`, 'Remove one.');
  }
  return first;
}

/**
 * The text of an attribute. Undefined if it is missing or `null`, as in HCL. `wrong`, with a problem, if it is not a plain
 * string.
 */
export function readText(block: Block, name: string, findings: Findings): At<string> | 'wrong' | undefined {
  const found = attributeOf(block, name, findings);
  if (found === undefined || ('other' in found.value && found.value.other === 'null')) return undefined;
  if ('text' in found.value) return { value: found.value.text, line: found.line };
  findings.problem(
    found.line,
    `\`${name}\` must be a plain string, but is ${found.value.other}.`,
    'Expressions are not evaluated: write the value itself in double quotes.',
  );
  return 'wrong';
}

/** The enforcement level. One that the kind does not have is a problem. */
export function readLevel<K extends PolicyKind>(
  block: Block,
  kind: K,
  findings: Findings,
): At<LevelOf<K>> | undefined {
  const text = readText(block, 'enforcement_level', findings);
  return text === undefined || text === 'wrong' ? undefined : levelIn(text, kind, findings);
}

/** The level that a text is, if it is one of the kind's; anything else is a problem. */
export function levelIn<K extends PolicyKind>(
  text: At<string>,
  kind: K,
  findings: Findings,
): At<LevelOf<K>> | undefined {
  const value = levelOf(kind, text.value);
  if (value !== undefined) return { value, line: text.line };
  const other = POLICY_KINDS.find((each) => levelOf(each, text.value) !== undefined);
  const whose =
    other === undefined
      ? `is not a level of ${KINDS[kind].label} policies`
      : `is a level of ${KINDS[other].label} policies, not of ${KINDS[kind].label} policies`;
  const meant = levelOf(kind, text.value.replaceAll('-', '_'));
  return findings.problem(
    text.line,
    `\`enforcement_level\` "${text.value}" ${whose}.`,
    meant === undefined
      ? `Use one of ${KINDS[kind].levels.join(', ')}.`
      : `Write \`${meant}\`, with an underscore.`,
  );
}

/** A description, without the line ends of a heredoc around it. */
export function readDescription(block: Block, findings: Findings): At<string> | undefined {
  const text = readText(block, 'description', findings);
  return text === undefined || text === 'wrong' ? undefined : { ...text, value: text.value.trim() };
}
