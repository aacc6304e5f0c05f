import { type IndividualKind, KINDS, kindOfConfiguration, type PolicyKind } from '../../model/kinds.ts';
import type { Problem } from '../../model/problem.ts';
import { conflictAt, conflictLine } from '../languages/conflict.ts';
import type { Attribute, Block, Document, Element, SyntaxFault } from '../languages/hcl/document.ts';
import { readHcl } from '../languages/hcl/hcl.ts';
import { readJson } from '../languages/hcl/json.ts';
import { type OpaBlock, readOpaBlock, readSentinelBlock, type SentinelBlock } from './policy-blocks.ts';
import {
  type GivenParam,
  type Provided,
  readParam,
  readProvided,
  readSupport,
  readToolSettings,
  type Support,
  type ToolSettings,
} from './provided.ts';
import { Findings } from './settings.ts';

interface Read {
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Whether it has `policy` blocks, or may have some that cannot be read. Files that it does not name are not policies then. */
  readonly decides: boolean;
  readonly provided: readonly Provided[];
  readonly params: readonly GivenParam[];
  readonly support: readonly Support[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A configuration file. Blocks that have no file or query because of a problem are missing from `policies`. */
export type Configuration =
  | (Read & {
      readonly kind: 'sentinel';
      readonly policies: readonly SentinelBlock[];
      readonly tool: readonly ToolSettings[];
    })
  | (Read & { readonly kind: 'opa'; readonly policies: readonly OpaBlock[] });

/** Reads the text of a configuration file. Problems in the text are returned, not thrown. */
export async function readConfiguration(path: string, text: string): Promise<Configuration> {
  const { document, findings, conflict } = await readSyntax(path, text, (lines) =>
    path.endsWith('.json') ? readJson(lines) : readHcl(lines),
  );
  if (conflict !== undefined) return unreadableConfiguration(path, conflict);
  return READERS[kindOfConfiguration(path)](document, findings);
}

/** Reads a text by its syntax alone. What is wrong with that is among the findings, or a conflict, and then all of it. */
export async function readSyntax(
  path: string,
  text: string,
  read: (lines: string) => Promise<Document>,
): Promise<{ document: Document; findings: Findings; conflict: Problem | undefined }> {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const document = await read(lines);
  const findings = new Findings(path);
  const conflict = document.faults.length === 0 ? undefined : conflictLine(lines);
  if (conflict !== undefined) return { document, findings, conflict: conflictProblem(path, conflict) };
  const sources = document.faults.length === 0 ? [] : lines.split('\n');
  for (const fault of document.faults) findings.problems.push(syntaxProblem(fault, path, sources));
  return { document, findings, conflict };
}

/** A configuration file that exists but cannot be read. */
export function unreadableConfiguration(path: string, problem: Problem): Configuration {
  const nothing = { policies: [], provided: [], params: [], support: [], tool: [], warnings: [] };
  return { path, kind: kindOfConfiguration(path), decides: true, problems: [problem], ...nothing };
}

function readSentinel(document: Document, findings: Findings): Configuration {
  const [blocks, imports] = readOutermost(document, SENTINEL_BLOCKS, 'sentinel', findings);
  const policies = blocks.flatMap((block) => readSentinelBlock(block, block.labels[0] ?? '', findings) ?? []);
  const provided = imports.flatMap((block) => readProvided(block, findings) ?? []);
  const all = document.elements.filter((element) => element.type === 'block');
  const support = all.flatMap((block) => readSupport(block) ?? []);
  const params = all.flatMap((block) => readParam(block, findings.path) ?? []);
  const tool = all.flatMap((block) => readToolSettings(block) ?? []);
  return { ...summary(document, findings), kind: 'sentinel', policies, provided, params, support, tool };
}

function readOpa(document: Document, findings: Findings): Configuration {
  const [blocks] = readOutermost(document, OPA_BLOCKS, 'opa', findings);
  const policies = blocks.flatMap((block) => readOpaBlock(block, block.labels[0] ?? '', findings) ?? []);
  return { ...summary(document, findings), kind: 'opa', policies, provided: [], params: [], support: [] };
}

const READERS: Readonly<Record<IndividualKind, (document: Document, findings: Findings) => Configuration>> = {
  sentinel: readSentinel,
  opa: readOpa,
};

export const byLine = (a: Problem, b: Problem) => (a.place?.line ?? 0) - (b.place?.line ?? 0);

const summary = ({ elements, faults }: Document, { path, problems, warnings }: Findings) => ({
  path,
  decides: faults.length > 0 || elements.some(({ name }) => name === 'policy'),
  problems: problems.toSorted(byLine),
  warnings: warnings.toSorted(byLine),
});

/** Number of labels of each block that is read. Source: Sentinel's configuration reference. */
const SENTINEL_BLOCKS: Blocks = {
  policy: [1, 1],
  module: [1, 1],
  import: [1, 2],
  param: undefined,
  mock: undefined,
  global: undefined,
  test: undefined,
  sentinel: undefined,
};
const OPA_BLOCKS: Blocks = { policy: [1, 1] };
type Blocks = Readonly<Record<string, readonly [least: number, most: number] | undefined>>;

/** The `policy` blocks, with unique names, and the blocks that provide something. */
function readOutermost(
  { elements }: Document,
  known: Blocks,
  kind: PolicyKind,
  findings: Findings,
): [Block[], Block[]] {
  const blocks: Block[] = [];
  for (const element of elements) {
    if (!Object.hasOwn(known, element.name)) warnOfUnknown(element, known, kind, findings);
    else if (known[element.name] === undefined) continue;
    else if (element.type === 'attribute') notABlock(element, findings);
    else if (hasLabels(element, known[element.name], findings)) blocks.push(element);
  }
  const policies = blocks.filter(({ name }) => name === 'policy');
  return [withoutRepeated(policies, findings), blocks.filter(({ name }) => name !== 'policy')];
}

function warnOfUnknown(
  { type, name, line }: Element,
  known: Blocks,
  kind: PolicyKind,
  findings: Findings,
): void {
  findings.warning(
    line,
    `${type === 'block' ? 'The block' : 'The attribute'} \`${name}\` is not supported in a configuration for ${KINDS[kind].label} and is ignored.`,
    `Supported blocks are ${Object.keys(known).join(', ')}.`,
  );
}

function notABlock({ name, line }: Attribute, findings: Findings): void {
  const form = findings.path.endsWith('.json') ? `"${name}": { "name": { … } }` : `${name} "name" { … }`;
  findings.problem(line, `\`${name}\` must be a block.`, `Write \`${form}\`.`);
}

function hasLabels({ name, labels, line }: Block, counts: Blocks[string], findings: Findings): boolean {
  const [least, most] = counts ?? [0, Number.POSITIVE_INFINITY];
  const advice = `Write \`${most === 2 ? `${name} "form" "name"` : `${name} "name"`} { … }\`.`;
  if (labels.length < least) findings.problem(line, `The \`${name}\` block has no name.`, advice);
  else if (labels.length > most) {
    findings.problem(line, `The \`${name}\` block has ${labels.length} names: ${labels.join(', ')}.`, advice);
  } else if (labels.some((label) => label.trim() === '')) {
    findings.problem(line, `The \`${name}\` block's name is empty or not a plain string.`, advice);
  } else return true;
  return false;
}

function withoutRepeated(policies: readonly Block[], findings: Findings): Block[] {
  const lines = new Map<string, number>();
  return policies.filter(({ labels: [name = ''], line }) => {
    const first = lines.get(name);
    if (first === undefined) lines.set(name, line);
    else
      findings.problem(
        line,
        `The policy "${name}" is defined twice, first on line ${first}.`,
        'Remove or rename one of them.',
      );
    return first === undefined;
  });
}

/** Other syntax errors are caused by the conflict and not reported. */
function conflictProblem(path: string, first: number): Problem {
  const { line, ...said } = conflictAt(first);
  return { ...said, place: { file: path, line } };
}

const SHOWN = 120;

function syntaxProblem(
  { line, column, message, advice }: SyntaxFault,
  path: string,
  lines: readonly string[],
): Problem {
  const source = (lines[line - 1] ?? '').trim();
  const shown = source.length > SHOWN ? `${source.slice(0, SHOWN)}…` : source;
  return {
    message: `Syntax error at ${path}:${line}:${column}: ${message}.${shown === '' ? '' : ` The line is \`${shown}\`.`}`,
    place: { file: path, line },
    advice:
      advice ??
      (path.endsWith(KINDS.tfpolicy.ending)
        ? 'Correct it.'
        : 'Correct it; if it does not configure policies, add the file to `exclude`.'),
  };
}
