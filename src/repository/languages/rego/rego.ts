import type { RegoVersions } from '../../../model/policy.ts';
import { withConflict } from '../conflict.ts';
import type { Fault } from '../fault.ts';
import { AnnotationReader } from './annotations.ts';
import { type Annotation, type MetadataFault, readMetadata } from './metadata.ts';
import { OpeningReader } from './opening.ts';
import { areInLine, keyOf, type Path, type Reference } from './reference.ts';
import { type Import, type Reader, type Rule, readStatements } from './statements.ts';
import { type Use, UseReader } from './uses.ts';
import { VersionReader } from './versions.ts';

/** The parts of a Rego file that the action needs, read like OPA reads it. */
export interface Rego {
  /** The names of its package. Undefined if the file does not start with one. */
  readonly package: Path | undefined;
  readonly imports: readonly Import[];
  /** The lines of imports without a path, such as `import "x"`. */
  readonly wrongImports: readonly number[];
  /** The documents and functions that it uses, including those of its own package. */
  readonly uses: readonly Use[];
  /** Some rules that a query can refer to, in order, each once. */
  readonly rules: readonly Path[];
  /** Its default rules. */
  readonly defaults: readonly Default[];
  readonly versions: RegoVersions;
  readonly annotations: readonly Annotation[];
  readonly metadataFaults: readonly MetadataFault[];
  /** The text of the comments before the first statement, without METADATA. */
  readonly opening: string;
  /** Why the file cannot be parsed. The other members contain what was read before. */
  readonly fault: Fault | undefined;
  /** The rule at a path of the package. Reads the file again. */
  find(path: Path): FoundRule | undefined;
  /** The paths of the package at which the file defines something. Reads the file again. */
  locate(paths: readonly Path[]): Located;
}

export interface Default {
  /** The rule, by its path in the package. */
  readonly path: Path;
  readonly line: number;
}

export interface FoundRule {
  /** Its first line. */
  readonly line: number;
  /** Whether it is only true or false. */
  readonly isBoolean: boolean;
}

/** Enough for a message. */
const SOME_RULES = 10;
const SOME_LINES = 100;
const MOST_DEFAULTS = 10_000;

/** Reads a Rego file in time proportional to its length, with almost constant memory. */
export async function readRego(text: string): Promise<Rego> {
  const annotations = new AnnotationReader(text);
  const [uses, versions, opening] = [
    new UseReader(),
    new VersionReader(),
    new OpeningReader(text, annotations),
  ];
  const outline = new OutlineReader();
  const fault = withConflict(readStatements(text, annotations, opening, uses, versions, outline), text);
  const metadata = fault === undefined ? await readMetadata(annotations.blocks) : undefined;
  return {
    package: outline.packagePath,
    imports: uses.imports,
    wrongImports: outline.wrongImports,
    uses: uses.uses,
    rules: [...outline.rules.values()],
    defaults: outline.defaults,
    versions: versions.versions,
    annotations: metadata?.annotations ?? [],
    metadataFaults: metadata?.faults ?? [],
    opening: opening.text,
    fault,
    find: (path) => findRule(text, path),
    locate: (paths) => locate(text, paths),
  };
}

/** The package at the start of a file. */
export function readPackage(text: string): Path | undefined {
  const outline = new OutlineReader();
  readStatements(text, {
    statement: () => outline.statement(),
    package: (reference) => outline.package(reference),
    isDone: () => outline.hasBegun,
  });
  return outline.packagePath;
}

/** All rules at the path, above it or below it, as one. Without functions, which a query cannot refer to. */
function findRule(text: string, path: Path): FoundRule | undefined {
  let found: FoundRule | undefined;
  readStatements(text, {
    rule: (rule) => {
      if (rule.isFunction || !areInLine(rule.path, path)) return;
      const isBoolean = rule.isBoolean && path.length === 1 && found?.isBoolean !== false;
      found = { line: found?.line ?? rule.line, isBoolean };
    },
  });
  return found;
}

/** Paths, as keys, with a rule at the path, above it or below it, and paths with a function. */
export interface Located {
  readonly rules: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

function locate(text: string, paths: readonly Path[]): Located {
  const [rules, functions] = [new Set<string>(), new Set<string>()];
  const byFirst = Map.groupBy(paths, ([first]) => first);
  readStatements(text, {
    rule: ({ path, isFunction }) => {
      for (const wanted of byFirst.get(path[0]) ?? []) {
        if (isFunction && keyOf(wanted) === keyOf(path)) functions.add(keyOf(wanted));
        else if (!isFunction && areInLine(path, wanted)) rules.add(keyOf(wanted));
      }
    },
  });
  return { rules, functions };
}

/** Whether a file defines anything at a path of its package. An empty path is the package itself. */
export function declares(text: string, path: Path): boolean {
  if (path.length === 0) return true;
  const { rules, functions } = locate(text, [path]);
  return rules.size + functions.size > 0;
}

/** Reads the package, and the rules that a message can list. */
class OutlineReader implements Reader {
  readonly wrongImports: number[] = [];
  readonly rules = new Map<string, Path>();
  readonly defaults: Default[] = [];
  #package: Path | undefined;
  #statements = 0;

  get packagePath(): Path | undefined {
    return this.#package;
  }

  get hasBegun(): boolean {
    return this.#statements > 0;
  }

  statement(): void {
    this.#statements++;
  }

  package({ names }: Reference): void {
    if (this.#statements === 1) this.#package = names;
  }

  wrongImport(line: number): void {
    if (this.wrongImports.length < SOME_LINES) this.wrongImports.push(line);
  }

  rule({ path, line, isFunction, isDefault }: Rule): void {
    if (isDefault && this.defaults.length < MOST_DEFAULTS) this.defaults.push({ path, line });
    if (!isFunction && this.rules.size < SOME_RULES) this.rules.set(keyOf(path), path);
  }
}
