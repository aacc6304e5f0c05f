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

/** What the action needs of a Rego file, read as OPA reads it. */
export interface Rego {
  /** The names of its package; undefined where the file does not begin with one. */
  readonly package: Path | undefined;
  readonly imports: readonly Import[];
  /** The lines of imports that name no path, such as `import "x"`. */
  readonly wrongImports: readonly number[];
  /** The documents and functions that it uses, of its own package, too. */
  readonly uses: readonly Use[];
  /** Some rules that a query can ask for, in the order of the text, each once. */
  readonly rules: readonly Path[];
  /** Where it gives rules a value by default. */
  readonly defaults: readonly Default[];
  readonly versions: RegoVersions;
  readonly annotations: readonly Annotation[];
  readonly metadataFaults: readonly MetadataFault[];
  /** The text of the comments before the first statement, METADATA left out. */
  readonly opening: string;
  /** What keeps anybody from parsing the file; the rest is what was read before. */
  readonly fault: Fault | undefined;
  /** The rule at a path of the package. Reads the file again. */
  find(path: Path): FoundRule | undefined;
  /** Which of these paths of the package it has something at. Reads the file again. */
  locate(paths: readonly Path[]): Located;
}

export interface Default {
  /** The rule, by its path in the package. */
  readonly path: Path;
  readonly line: number;
}

export interface FoundRule {
  /** The first of its lines. */
  readonly line: number;
  /** Whether it is never anything but true or false. */
  readonly isBoolean: boolean;
}

/** Enough for a message. */
const SOME_RULES = 10;
const SOME_LINES = 100;
const MOST_DEFAULTS = 10_000;

/** Reads a Rego file in time that grows with its length, and memory that hardly does. */
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

/** The package that a file begins with. */
export function readPackage(text: string): Path | undefined {
  const outline = new OutlineReader();
  readStatements(text, {
    statement: () => outline.statement(),
    package: (reference) => outline.package(reference),
    isDone: () => outline.hasBegun,
  });
  return outline.packagePath;
}

/** All rules together at the path, or on the way to or from it. Functions are none that a query can ask for. */
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

/** Paths as keys: where there is a rule at the path, or on the way to or from it, and where there is a function. */
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

/** Whether a file has anything at a path of its package. An empty path is the package itself. */
export function declares(text: string, path: Path): boolean {
  if (path.length === 0) return true;
  const { rules, functions } = locate(text, [path]);
  return rules.size + functions.size > 0;
}

/** The package, and what a message can name. */
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
