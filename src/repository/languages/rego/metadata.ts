import type { Document, ParsedNode, YAMLMap } from 'yaml';
import type { Block } from './annotations.ts';
import { keyOf, type Path } from './reference.ts';

type Yaml = typeof import('yaml');

/** Why OPA rejects a METADATA block. */
export interface MetadataFault {
  readonly line: number;
  readonly message: string;
}

/** The texts of a METADATA block, as written. Empty if it has none. */
export interface Annotation {
  /** The path of the rule. Undefined for the package. */
  readonly path: Path | undefined;
  readonly title: string;
  readonly description: string;
}

export interface Metadata {
  readonly annotations: readonly Annotation[];
  readonly faults: readonly MetadataFault[];
}

/** Reads METADATA blocks, and checks them like OPA. The YAML parser is only loaded if there are any. */
export async function readMetadata(blocks: readonly Block[]): Promise<Metadata> {
  const annotations: Annotation[] = [];
  const faults: MetadataFault[] = [];
  if (blocks.length === 0) return { annotations, faults };
  const yaml = await import(/* webpackChunkName: "yaml" */ 'yaml');
  const seen = new Map<string, number>();
  for (const block of blocks) {
    if (block.isTooLong) continue;
    const read = new BlockReader(block, yaml).read(seen);
    if (!('message' in read)) annotations.push(read);
    else if (!block.isBehindMark) faults.push(read);
  }
  return { annotations, faults };
}

/** The required type of each key. OPA ignores other keys. */
const FORMS: Readonly<Record<string, 'scalar' | 'boolean' | 'list' | 'mapping'>> = {
  scope: 'scalar',
  title: 'scalar',
  description: 'scalar',
  entrypoint: 'boolean',
  organizations: 'list',
  related_resources: 'list',
  authors: 'list',
  schemas: 'list',
  compile: 'mapping',
  custom: 'mapping',
  labels: 'mapping',
};

const SCOPES: Readonly<Record<string, 'package' | 'rule'>> = {
  rule: 'rule',
  document: 'rule',
  package: 'package',
  subpackages: 'package',
};

/** Unlike this YAML library, OPA's does not allow control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

class BlockReader {
  readonly #block: Block;
  readonly #yaml: Yaml;
  readonly #text: string;
  #fault: MetadataFault | undefined;

  constructor(block: Block, yaml: Yaml) {
    this.#block = block;
    this.#yaml = yaml;
    this.#text = `${block.lines.join('\n')}\n`;
  }

  /** `seen` contains the lines of blocks that must be unique. */
  read(seen: Map<string, number>): Annotation | MetadataFault {
    const values = this.#values();
    return this.#fault ?? this.#attach(values, seen) ?? this.#annotation(values);
  }

  #fail(message: string, offset?: number): void {
    const { line, lines, isProse } = this.#block;
    // If the words start on the line of METADATA, that is the line to change.
    const index = offset === undefined || isProse ? -1 : this.#text.slice(0, offset).split('\n').length - 1;
    this.#fault ??= { line: line + Math.min(index + 1, lines.length), message };
  }

  /** The values of the keys: the texts of scalars, and empty for anything else. */
  #values(): ReadonlyMap<string, string> {
    const values = new Map<string, string>();
    const content = this.#parse();
    if (content === undefined) return values;
    const { isMap, isScalar } = this.#yaml;
    if (isScalar(content) && isNull(content)) return values;
    if (!isMap(content)) {
      this.#fail('it is not a YAML mapping with a `key: value` on each line', content.range[0]);
      return values;
    }
    this.#checkKeys(content);
    for (const { key, value } of content.items) {
      const name = textOf(key);
      const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
      if (form === undefined || value === null) continue;
      const node = this.#resolve(value);
      this.#check(name, form, node);
      if (isScalar(node)) values.set(name, textOf(node));
    }
    return values;
  }

  #document: Document.Parsed | undefined;

  #parse(): ParsedNode | undefined {
    if (this.#text.trim() === '') this.#fail('it is empty');
    const control = CONTROL.exec(this.#text);
    if (control !== null) this.#fail('it contains a control character', control.index);
    if (this.#fault !== undefined) return undefined;
    const options = { uniqueKeys: false, strict: false, logLevel: 'silent' } as const;
    this.#document = this.#yaml.parseDocument(this.#text.slice(0, endOfFirst(this.#text)), options);
    // OPA only reads the first document.
    const error = this.#document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
    if (error !== undefined) this.#fail(`it is not valid YAML (${shorten(error.message)})`, error.pos[0]);
    return this.#fault === undefined ? (this.#document.contents ?? undefined) : undefined;
  }

  #resolve(node: ParsedNode): ParsedNode {
    if (!this.#yaml.isAlias(node) || this.#document === undefined) return node;
    const target = node.resolve(this.#document);
    if (target === undefined) this.#fail(`the anchor \`&${node.source}\` is not defined`, node.range[0]);
    return (target as ParsedNode | undefined) ?? node;
  }

  #check(name: string, form: 'scalar' | 'boolean' | 'list' | 'mapping', node: ParsedNode): void {
    const { isScalar, isSeq, isMap } = this.#yaml;
    const [offset] = node.range;
    if (isScalar(node) && isNull(node)) return;
    if (form === 'scalar' && !isScalar(node)) this.#fail(`its \`${name}\` must be a string`, offset);
    if (form === 'boolean' && !(isScalar(node) && node.type === 'PLAIN' && BOOLEAN.test(textOf(node)))) {
      this.#fail(`its \`${name}\` must be true or false`, offset);
    }
    if (form === 'list' && !isSeq(node)) this.#fail(`its \`${name}\` must be a list`, offset);
    if (form === 'mapping' && !isMap(node)) this.#fail(`its \`${name}\` must be a mapping`, offset);
    this.#checkBelow(node);
    if (isSeq(node)) for (const item of node.items) this.#checkItem(name, this.#resolve(item as ParsedNode));
  }

  /** Checks the items of lists. */
  #checkItem(name: string, item: ParsedNode): void {
    const { isScalar, isMap } = this.#yaml;
    const [offset] = item.range;
    if (name === 'organizations' && !isScalar(item)) this.#fail('an organization must be a string', offset);
    if (name === 'schemas' && !isMap(item) && !isNull(item)) this.#fail('a schema must be a mapping', offset);
    const keys = name === 'authors' ? ['name', 'email'] : name === 'related_resources' ? ['ref'] : undefined;
    if (keys === undefined) return;
    const texts = isMap(item)
      ? item.items.flatMap(({ key, value }) => (keys.includes(textOf(key)) && isText(value) ? [value] : []))
      : [item];
    if (texts.some((text) => isText(text) && textOf(text).trim() !== '')) return;
    this.#fail(
      `an entry of \`${name}\` must be a string, or have ${keys.map((key) => `\`${key}\``).join(' or ')}`,
      offset,
    );
  }

  /** Finds duplicate keys at any depth. */
  #checkBelow(node: ParsedNode): void {
    this.#yaml.visit(node, { Map: (_, map) => this.#checkKeys(map as YAMLMap.Parsed) });
  }

  #checkKeys({ items }: YAMLMap.Parsed): void {
    const names = new Set<string>();
    for (const { key } of items) {
      if (!this.#yaml.isScalar(key)) continue;
      const name = textOf(key);
      if (names.has(name) && name !== '<<') this.#fail(`the key \`${name}\` appears twice`, key.range[0]);
      names.add(name);
    }
  }

  /** Checks the scope against the statement below. */
  #attach(values: ReadonlyMap<string, string>, seen: Map<string, number>): MetadataFault | undefined {
    const { target, line } = this.#block;
    const isEntrypoint = BOOLEAN_TRUE.test(values.get('entrypoint') ?? '');
    const stated = values.get('scope') ?? '';
    const scope =
      stated !== '' ? stated : target?.kind === 'rule' && isEntrypoint ? 'document' : target?.kind;
    if (stated !== '' && !Object.hasOwn(SCOPES, stated)) {
      this.#fail(`its scope is "${stated}", but must be rule, document, package or subpackages`);
    } else if (target === undefined) this.#fail('it is not followed by a package or a rule');
    else if (target.kind === 'import')
      this.#fail('it is above an import, but must be above a package or a rule');
    else if (SCOPES[scope ?? ''] !== target.kind)
      this.#fail(`its scope is ${scope}, but it is above a ${target.kind}`);
    else if (isEntrypoint && scope !== 'document' && scope !== 'package') {
      this.#fail(`it is an entrypoint, so its scope must be document or package, not ${scope}`);
    } else if (scope !== 'rule') {
      const key = keyOf([scope ?? '', ...target.path]);
      const first = seen.get(key);
      if (first !== undefined) this.#fail(`line ${first} has a block of the same scope, ${scope}`);
      seen.set(key, first ?? line);
    }
    return this.#fault;
  }

  #annotation(values: ReadonlyMap<string, string>): Annotation {
    const { target } = this.#block;
    const path = target?.kind === 'rule' ? target.path : undefined;
    return { path, title: values.get('title') ?? '', description: values.get('description') ?? '' };
  }
}

/**
 * The index of the first line that is less indented than the first line with content. OPA's YAML reader ends the document
 * there, and ignores the rest.
 */
function endOfFirst(text: string): number {
  const first = /^( *)[^ #\n]/m.exec(text);
  const depth = first?.[1]?.length ?? 0;
  if (first === null || depth === 0) return text.length;
  const next = new RegExp(`^ {0,${depth - 1}}[^ #\\n]`, 'm').exec(text.slice(first.index));
  return next === null ? text.length : first.index + next.index;
}

const BOOLEAN = /^(true|false|yes|no|on|off|y|n)$/i;
const BOOLEAN_TRUE = /^(true|yes|on|y)$/i;

const isNull = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'value' in node && node.value === null;

const isText = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string';

/** A scalar as written: `5` is "5", `1.10` is "1.10". Empty for null, and for anything else. */
function textOf(node: unknown): string {
  if (typeof node !== 'object' || node === null || !('value' in node)) return '';
  if (typeof node.value === 'string') return node.value;
  if (node.value === null) return '';
  return 'source' in node && typeof node.source === 'string' ? node.source : String(node.value);
}

/** The parser's message, without its position, which is relative to the block, and without the line. */
const shorten = (message: string) =>
  (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').replace(/[.:]$/, '');
