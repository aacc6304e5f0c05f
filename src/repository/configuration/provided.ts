import type { Block, Element } from '../languages/hcl/document.ts';
import { asWritten } from './as-written.ts';
import type { At, Findings } from './settings.ts';

const FORMS = ['module', 'static', 'plugin'] as const;
type Form = (typeof FORMS)[number];

/** Something that a configuration provides for import, and that individually managed policies do not support. */
export interface Provided {
  readonly name: string;
  readonly form: Form;
  /** Whether it is written as Sentinel's first versions have it, `module "x"` or `import "x"`. */
  readonly isOlderForm: boolean;
  /** Whether it has a source: a plugin without one only configures a standard import. */
  readonly hasSource: boolean;
  /** As written, if it is a plain string: relative to the configuration's folder, or remote. */
  readonly source?: At<string>;
  /** Its other settings, independent of the layout. */
  readonly settings: string;
  /** The configuration's path, from the workspace. */
  readonly file: string;
  readonly line: number;
}

/** What configurations provide, by the name of the import. Of several of one name, the first counts. */
export class Providers {
  readonly #byName: ReadonlyMap<string, Provided>;
  readonly #data: ReadonlyMap<string, Provided>;

  constructor(provided: readonly Provided[]) {
    const named = provided.toReversed().map((each) => [each.name, each] as const);
    this.#byName = new Map(named);
    this.#data = new Map(named.filter(([, { form }]) => form === 'static'));
  }

  find(name: string): Provided | undefined {
    return this.#byName.get(name) ?? this.findData(name);
  }

  /** For `people/admins` the static import `people`, of whose data it takes a part. */
  findData(name: string): Provided | undefined {
    return this.#byName.has(name) ? undefined : this.#data.get(name.slice(0, Math.max(name.indexOf('/'), 0)));
  }
}

/** A parameter value in a configuration. */
export interface GivenParam {
  readonly name: string;
  /** Its text, independent of the layout. */
  readonly written: string;
  readonly file: string;
  readonly line: number;
}

/**
 * Reads `module "x"`, `import "<form>" "x"` and the older `import "x"`, which names a plugin. Sentinel's configuration
 * reference has all three.
 */
export function readProvided(
  { name: type, labels, line, body }: Block,
  findings: Findings,
): Provided | undefined {
  const [first = '', second] = labels;
  const hasSource = body.some(({ name }) => name === 'source' || name === 'path');
  const source = plainSource(body);
  const settings = asWritten(body, source === undefined ? [] : ['source', 'path']);
  const isOlderForm = type === 'module' || second === undefined;
  const place = { isOlderForm, hasSource, ...(source && { source }), settings, file: findings.path, line };
  if (type === 'module') return { name: first, form: 'module', ...place };
  if (second === undefined) return { name: first, form: 'plugin', ...place };
  const form = FORMS.find((known) => known === first);
  if (form !== undefined) return { name: second, form, ...place };
  findings.warning(
    line,
    `\`import "${first}"\` is not supported and is ignored.`,
    `Supported types are ${FORMS.join(', ')}.`,
  );
  return undefined;
}

function plainSource(body: readonly Element[]): At<string> | undefined {
  const stated = body.find(
    ({ type, name }) => type === 'attribute' && (name === 'source' || name === 'path'),
  );
  if (stated?.type !== 'attribute' || !('text' in stated.value)) return undefined;
  return { value: stated.value.text, line: stated.line };
}

/** Reads `param "x" { value }`. Other forms, which the Sentinel CLI may support, are ignored. */
export function readParam({ name: type, labels, line, body }: Block, file: string): GivenParam | undefined {
  const [name] = labels;
  const hasValue = body.some((element) => element.name === 'value');
  return type === 'param' && name !== undefined && hasValue
    ? { name, written: asWritten(body), file, line }
    : undefined;
}

/** A file that the configuration uses as something other than a policy. */
export interface Support {
  readonly role: 'module' | 'mock';
  /** As written: relative to the configuration's folder, or remote. */
  readonly source: string;
}

/** Reads the files of `module "x" { source }`, `import "module" "x" { source }` and `mock "x" { module { source } }`. */
export function readSupport(block: Block): Support | undefined {
  if (block.name === 'mock') {
    const inner = block.body.find((element) => element.type === 'block' && element.name === 'module');
    return inner?.type === 'block' ? supportOf('mock', inner) : undefined;
  }
  const isModule = block.name === 'module' || (block.name === 'import' && block.labels[0] === 'module');
  return isModule ? supportOf('module', block) : undefined;
}

function supportOf(role: Support['role'], { body }: Block): Support | undefined {
  const source = body.find((element) => element.type === 'attribute' && element.name === 'source');
  return source?.type === 'attribute' && 'text' in source.value
    ? { role, source: source.value.text }
    : undefined;
}

/** What a `sentinel` block says of Sentinel itself. */
export interface ToolSettings {
  readonly line: number;
  /** Names of what `features` switches, as far as they can be known. */
  readonly features: { readonly line: number; readonly names: readonly string[] } | undefined;
}

const TOOL_BLOCK = 'sentinel';

/** Reads `sentinel { features = { … } }`. */
export function readToolSettings({ name: type, line, body }: Block): ToolSettings | undefined {
  if (type !== TOOL_BLOCK) return undefined;
  const stated = body.find((element) => element.type === 'attribute' && element.name === 'features');
  if (stated?.type !== 'attribute') return { line, features: undefined };
  const keys = 'other' in stated.value ? stated.value.keys : undefined;
  return { line, features: { line: stated.line, names: keys ?? [] } };
}
