import { KINDS, type LevelOf, levelOf } from '../../model/kinds.ts';
import type { Place, Problem } from '../../model/problem.ts';
import type { Attribute, Block, Element, Value } from '../languages/hcl/document.ts';
import { readHcl } from '../languages/hcl/hcl.ts';
import { asWritten } from './as-written.ts';
import { byLine, readSyntax } from './configuration.ts';
import { type DeclaredValue, declaredValues, referencesIn } from './declared-values.ts';
import { readOperations } from './operations.ts';
import { attributeOf, Findings, levelIn, readText } from './settings.ts';

/** The blocks that define policies in Terraform's policy language, by what they check. */
const FORMS = ['resource_policy', 'provider_policy', 'module_policy'] as const;
type Form = (typeof FORMS)[number];

/** A policy in Terraform's policy language. */
export interface TerraformBlock {
  readonly kind: 'tfpolicy';
  readonly form: Form;
  /** A resource type, a provider or a module source. `*` is a wildcard, alone or at the end. */
  readonly subject: string;
  readonly name: string;
  readonly place: Required<Pick<Place, 'file' | 'line'>>;
  readonly level: TerraformLevel;
  /** Its content without the level, independent of layout. */
  readonly written: string;
  /** Inputs and locals that it uses, without its own locals: `input.regions`. */
  readonly refersTo: readonly string[];
}

export interface TerraformLevel {
  /** Undefined if it is only known in a run. */
  readonly value: LevelOf<'tfpolicy'> | undefined;
  /** Where the level comes from if it is not stated: `default`, or an expression such as `input.level`. */
  readonly from: string | undefined;
}

/** A part of a file that all of its policies share. */
interface SharedPart {
  /** In words: `input "level"`. */
  readonly words: string;
  readonly written: string;
  readonly declares: readonly DeclaredValue[];
}

export interface TerraformInput {
  readonly name: string;
  readonly line: number;
  /** Whether it may have no value. */
  readonly isOptional: boolean;
  /** Its default, if that is a plain string. */
  readonly text: string | undefined;
}

/** A program whose functions the policies of a file call. */
export interface TerraformPlugin {
  readonly name: string;
  /** As written in the file, relative to its folder. */
  readonly source: string;
  readonly line: number;
}

/** The content of a `*.policy.hcl` file. */
export interface TerraformFile {
  /** From the workspace. */
  readonly path: string;
  readonly policies: readonly TerraformBlock[];
  readonly inputs: readonly TerraformInput[];
  readonly plugins: readonly TerraformPlugin[];
  readonly shared: readonly SharedPart[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A policy in words: `resource_policy "aws_s3_bucket" "encrypted"`. */
export const policyWords = ({ form, subject, name }: Pick<TerraformBlock, 'form' | 'subject' | 'name'>) =>
  `${form} "${subject}" "${name}"`;

/**
 * Reads the text of a `*.policy.hcl` file (docs/policy-sets.md#terraform-policies). Expressions are never evaluated.
 * Problems with the text are returned, not thrown.
 */
export async function readTerraformPolicies(path: string, text: string): Promise<TerraformFile> {
  const { document, findings, conflict } = await readSyntax(path, text, (lines) => readHcl(lines, true));
  if (conflict !== undefined) return unreadableTerraformFile(path, conflict);
  const blocks = document.elements.filter((element) => isKnown(element, findings));
  const inputs = blocks.flatMap((block) =>
    block.name === 'input' ? (readInput(block, findings) ?? []) : [],
  );
  judgeRepeated(inputs, findings, ({ name }) => `The input "${name}"`);
  const settings = blocks.filter(({ name }) => name === 'policy');
  const texts: InputTexts = new Map(inputs.map(({ name, text: value }) => [`input.${name}`, value]));
  const policies = blocks.flatMap((block) => readPolicy(block, texts, findings) ?? []);
  judgeNames(policies, findings);
  return {
    path,
    policies,
    inputs,
    plugins: readSettings(settings, findings),
    shared: blocks.filter(({ name }) => SHARED.includes(name)).map(sharedPart),
    problems: findings.problems.toSorted(byLine),
    warnings: findings.warnings.toSorted(byLine),
  };
}

/**
 * Adds levels from inputs of other files. An input that a file does not declare may be declared in another file of the
 * folder (docs/terraform-api.md#terraform-policies). If their defaults differ, the level is only known in a run.
 */
export function withLevelsOfFolder(files: readonly TerraformFile[]): TerraformFile[] {
  const inputs = files.flatMap((file) => file.inputs);
  const byReference = Map.groupBy(inputs, ({ name }) => `input.${name}`);
  const textsOf = (reference: string) => new Set(byReference.get(reference)?.map(({ text }) => text));
  return files.map((file) => {
    const own = new Set(file.inputs.map(({ name }) => `input.${name}`));
    const findings = new Findings(file.path);
    const withLevel = (block: TerraformBlock): TerraformBlock => {
      const { value, from } = block.level;
      if (value !== undefined || from === undefined || own.has(from)) return block;
      return { ...block, level: { value: levelElsewhere(block, from, textsOf(from), findings), from } };
    };
    const policies = file.policies.map(withLevel);
    return { ...file, policies, warnings: [...file.warnings, ...findings.warnings].toSorted(byLine) };
  });
}

/** @param texts the defaults that the files of the folder have for it */
function levelElsewhere(
  block: TerraformBlock,
  from: string,
  texts: ReadonlySet<string | undefined>,
  findings: Findings,
): LevelOf<'tfpolicy'> | undefined {
  const { line } = block.place;
  const [text, ...others] = texts;
  const [, name] = /^input\.([\w-]+)$/.exec(from) ?? [];
  if (name !== undefined && texts.size === 0)
    findings.warning(
      line,
      `The enforcement level of the policy ${policyWords(block)} is \`${from}\`, but no file of the folder has such an input.`,
      `Add \`input "${name}" { type = string }\` to the file, or correct the name.`,
    );
  if (text === undefined || others.length > 0) return undefined;
  judgeDefault(from, text, line, findings);
  return levelOf('tfpolicy', text);
}

/** A policy file that exists but cannot be read. */
export const unreadableTerraformFile = (path: string, problem: Problem): TerraformFile => ({
  path,
  policies: [],
  inputs: [],
  plugins: [],
  shared: [],
  problems: [problem],
  warnings: [],
});

const SHARED: readonly string[] = ['policy', 'input', 'locals'];
const KNOWN: readonly string[] = [...SHARED, ...FORMS];

function isKnown(element: Element, findings: Findings): element is Block {
  const { type, name, line } = element;
  if (type === 'block' && KNOWN.includes(name)) return true;
  if (KNOWN.includes(name))
    findings.problem(line, `\`${name}\` must be a block.`, `Write \`${name} … { … }\`.`);
  else warnOfUnknown(element, 'A file of Terraform policies', KNOWN, findings);
  return false;
}

function warnOfUnknown(
  { type, name, line }: Element,
  where: string,
  known: readonly string[],
  findings: Findings,
): void {
  findings.warning(
    line,
    `${where} has ${type === 'block' ? 'a block' : 'an attribute'} \`${name}\`, which is not supported and is ignored.`,
    name === 'enforcement_level'
      ? 'Set it directly in each policy: a policy without a level is `mandatory`.'
      : `Supported names are ${known.join(', ')}.`,
  );
}

const sharedPart = (block: Block): SharedPart => ({
  words: [block.name, ...block.labels.map((label) => `"${label}"`)].join(' '),
  written: asWritten(block.body),
  declares: declaredValues(block),
});

interface Lined {
  readonly name: string;
  readonly line: number;
}

function judgeRepeated<T extends Lined>(all: readonly T[], findings: Findings, words: (each: T) => string) {
  const first = new Map<string, number>();
  for (const each of all) {
    const before = first.get(each.name);
    if (before === undefined) first.set(each.name, each.line);
    else
      findings.problem(
        each.line,
        `${words(each)} is defined twice, first on line ${before}.`,
        'Remove or rename one of them.',
      );
  }
}

/** Names are unique in a file, whatever the policies check. */
function judgeNames(policies: readonly TerraformBlock[], findings: Findings): void {
  judgeRepeated(
    policies.map(({ name, place }) => ({ name, line: place.line })),
    findings,
    ({ name }) => `The policy "${name}"`,
  );
}

/** The supported members of a body, and their form. Undefined: any form. */
type Members = Readonly<Record<string, Element['type'] | undefined>>;

/** HCL rejects a member in the wrong form, and it would not be read. */
function judgeMembers(
  body: readonly Element[],
  { where, members }: { readonly where: string; readonly members: Members },
  findings: Findings,
): void {
  for (const element of body) {
    const { name, type, line } = element;
    const form = members[name];
    if (!Object.hasOwn(members, name)) warnOfUnknown(element, where, Object.keys(members), findings);
    else if (form === 'block' && type !== form)
      findings.problem(line, `\`${name}\` must be a block.`, `Write \`${name} { … }\`.`);
    else if (form === 'attribute' && type !== form)
      findings.problem(line, `\`${name}\` must be an attribute, not a block.`, `Write \`${name} = …\`.`);
  }
}

const INPUT: Members = {
  type: 'attribute',
  default: 'attribute',
  description: 'attribute',
  nullable: 'attribute',
  sensitive: 'attribute',
};

function readInput(block: Block, findings: Findings): TerraformInput | undefined {
  const { labels, line, body } = block;
  const [name = ''] = labels;
  if (labels.length !== 1 || name.trim() === '')
    return findings.problem(line, 'The `input` block must have one name.', 'Write `input "name" { … }`.');
  judgeMembers(body, { where: `The input "${name}"`, members: INPUT }, findings);
  if (!body.some((element) => element.name === 'type'))
    findings.problem(line, `The input "${name}" has no \`type\`.`, 'Add one, such as `type = string`.');
  const value = attributeOf(block, 'default', findings)?.value;
  const nullable = attributeOf(block, 'nullable', findings)?.value;
  const isNullable = nullable !== undefined && 'source' in nullable && nullable.source === 'true';
  return {
    name,
    line,
    isOptional: value !== undefined || isNullable,
    text: value !== undefined && 'text' in value ? value.text : undefined,
  };
}

const SETTINGS: Members = { required_providers: 'block', terraform_config: 'block', plugins: 'block' };

/** The plugins of the `policy` block. A file has at most one. */
function readSettings(blocks: readonly Block[], findings: Findings): TerraformPlugin[] {
  const [first, ...others] = blocks;
  for (const { line } of others)
    findings.problem(
      line,
      `There is a second \`policy\` block, after the one on line ${first?.line}.`,
      'Use a single block.',
    );
  return blocks.flatMap(({ labels, line, body }) => {
    if (labels.length > 0)
      findings.problem(line, 'The `policy` block must not have a name.', 'Write `policy { … }`.');
    judgeMembers(body, { where: 'The `policy` block', members: SETTINGS }, findings);
    for (const provider of entriesOf(body, 'required_providers')) judgeProvider(provider, findings);
    const plugins = entriesOf(body, 'plugins').flatMap((plugin) => readPlugin(plugin, findings) ?? []);
    judgeRepeated(plugins, findings, ({ name }) => `The plugin "${name}"`);
    return plugins;
  });
}

/** The members of a block `name { x = { … } }`. */
const entriesOf = (body: readonly Element[], name: string): readonly Element[] =>
  body.flatMap((element) => (element.type === 'block' && element.name === name ? element.body : []));

/** The attributes in `x = { … }` or `x { … }`. */
function membersOf(element: Element): readonly Attribute[] {
  if (element.type === 'block') return element.body.filter((each) => each.type === 'attribute');
  return 'other' in element.value ? (element.value.members ?? []) : [];
}

function judgeProvider(provider: Element, findings: Findings): void {
  const version = membersOf(provider).find(({ name }) => name === 'version');
  if (version === undefined || !('text' in version.value) || !version.value.text.includes('*')) return;
  findings.problem(
    version.line,
    `The version of provider "${provider.name}" is "${version.value.text}", but \`*\` is not allowed there.`,
    'Write a range, such as ">= 6.0.0, < 7.0.0".',
  );
}

function readPlugin(plugin: Element, findings: Findings): TerraformPlugin | undefined {
  const source = membersOf(plugin).find(({ name }) => name === 'source');
  const { name, line } = plugin;
  if (source !== undefined && 'text' in source.value && source.value.text.trim() !== '')
    return { name, source: source.value.text, line: source.line };
  const wrong = source === undefined ? 'has no `source`' : 'has a `source` that is not a plain string';
  return findings.problem(
    source?.line ?? line,
    `The plugin "${name}" ${wrong}.`,
    `Write \`${name} = { source = "../plugins/bin/${name}" }\`, with the path to the program.`,
  );
}

/** `connected` is not documented, but HashiCorp's own policies use it. */
const MEMBERS: Members = {
  enforcement_level: 'attribute',
  filter: 'attribute',
  locals: 'block',
  enforce: 'block',
  connected: undefined,
};

/** The default of each input, by the expression that refers to it. */
type InputTexts = ReadonlyMap<string, string | undefined>;

function readPolicy(block: Block, texts: InputTexts, findings: Findings): TerraformBlock | undefined {
  const form = FORMS.find((each) => each === block.name);
  if (form === undefined) return undefined;
  const { labels, line, body } = block;
  const [subject = '', name = ''] = labels;
  if (labels.length !== 2 || subject.trim() === '' || name.trim() === '') {
    return findings.problem(
      line,
      `The \`${form}\` block has ${labels.length === 2 ? 'an empty label' : labelWords(labels.length)}, but needs two.`,
      `Write \`${form} "${SUBJECTS[form]}" "name" { … }\`.`,
    );
  }
  const words = policyWords({ form, subject, name });
  const members: Members = form === 'resource_policy' ? { ...MEMBERS, operations: 'attribute' } : MEMBERS;
  judgeMembers(body, { where: `The policy ${words}`, members }, findings);
  judgeBody(block, words, findings);
  if (form === 'resource_policy') readOperations(block, words, findings);
  const written = asWritten(body, ['enforcement_level']);
  return {
    kind: 'tfpolicy',
    form,
    subject,
    name,
    place: { file: findings.path, line },
    level: readPolicyLevel(block, texts, findings),
    written,
    refersTo: referencesOf(body, written),
  };
}

/** A local of the policy itself hides one of the file. */
function referencesOf(body: readonly Element[], written: string): string[] {
  const own = new Set(
    body
      .filter((element) => element.type === 'block')
      .flatMap(declaredValues)
      .map(({ reference }) => reference),
  );
  return referencesIn(written).filter((reference) => !own.has(reference));
}

const SUBJECTS: Readonly<Record<Form, string>> = {
  resource_policy: 'aws_s3_bucket',
  provider_policy: 'aws',
  module_policy: '*',
};

const labelWords = (count: number): string =>
  count === 1 ? 'one label' : `${count === 0 ? 'no' : count} labels`;

function judgeBody({ body, line }: Block, words: string, findings: Findings): void {
  const blocks = body.filter((element): element is Block => element.type === 'block');
  const [first, second] = blocks.filter(({ name }) => name === 'locals');
  if (second !== undefined)
    findings.problem(
      second.line,
      `The policy ${words} has a second \`locals\` block, after the one on line ${first?.line}.`,
      'Use a single block.',
    );
  const enforced = blocks.filter(({ name }) => name === 'enforce');
  for (const block of enforced) judgeEnforce(block, words, findings);
  const isMistaken = body.some(({ name, type }) => name === 'enforce' && type === 'attribute');
  // An unknown block may enforce something.
  if (enforced.length === 0 && !isMistaken && blocks.every(({ name }) => name === 'locals'))
    findings.problem(
      line,
      `The policy ${words} has no \`enforce\` block, so it enforces nothing.`,
      'Add `enforce { condition = … }`.',
    );
}

const ENFORCE: Members = { condition: 'attribute', error_message: 'attribute', info_message: 'attribute' };

function judgeEnforce(block: Block, words: string, findings: Findings): void {
  const where = `An \`enforce\` block of the policy ${words}`;
  judgeMembers(block.body, { where, members: ENFORCE }, findings);
  attributeOf(block, 'condition', findings);
  if (!block.body.some(({ name }) => name === 'condition'))
    findings.problem(
      block.line,
      `An \`enforce\` block of the policy ${words} has no \`condition\`.`,
      'Add `condition = …`, which is true for what is allowed.',
    );
}

/** A value that can never be a string, or a name without quotes. */
const isNoExpression = ({ other, source = '' }: Extract<Value, { other: string }>): boolean =>
  /^(null|a number|true or false|a list|an object)$/.test(other) || /^[\w-]+$/.test(source);

/** A level may be any expression. That of an input is the input's default, unless a value is set for the input. */
function readPolicyLevel(block: Block, texts: InputTexts, findings: Findings): TerraformLevel {
  const stated = block.body.find(({ name, type }) => name === 'enforcement_level' && type === 'attribute');
  const value = stated?.type === 'attribute' ? stated.value : undefined;
  if (value === undefined || 'text' in value || isNoExpression(value)) {
    const text = readText(block, 'enforcement_level', findings);
    const level = text === undefined || text === 'wrong' ? undefined : levelIn(text, 'tfpolicy', findings);
    if (level !== undefined) return { value: level.value, from: undefined };
    return { value: KINDS.tfpolicy.defaultLevel, from: 'default' };
  }
  attributeOf(block, 'enforcement_level', findings);
  const from = value.source ?? '';
  const text = texts.get(from);
  if (text !== undefined) judgeDefault(from, text, stated?.line ?? block.line, findings);
  return { value: levelOf('tfpolicy', text), from };
}

/** Only a warning, because a parameter of the policy set may set another value. */
function judgeDefault(from: string, text: string, line: number, findings: Findings): void {
  if (levelOf('tfpolicy', text) === undefined)
    findings.warning(
      line,
      `\`enforcement_level\` is \`${from}\`, whose default "${text}" is not a level of Terraform policies.`,
      `Use one of ${KINDS.tfpolicy.levels.join(', ')}.`,
    );
}
