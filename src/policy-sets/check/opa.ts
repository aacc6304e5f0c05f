import type { Problem } from '../../model/problem.ts';
import type { OpaBlock } from '../../repository/configuration/policy-blocks.ts';
import { judgeAlone, onlyBoolean } from '../../repository/inspect-rego.ts';
import {
  areInLine,
  beginsWith,
  formatDocument,
  formatPath,
  keyOf,
  type Path,
  pathOf,
} from '../../repository/languages/rego/reference.ts';
import { type Rego, readRego } from '../../repository/languages/rego/rego.ts';
import type { LocalSet, Needs, RegoFile } from '../local-set.ts';
import type { PackedFile } from '../packed-file.ts';
import { packedSource } from '../packed-source.ts';
import { type Checked, NOTHING_FOUND, together } from './checked.ts';

/** A packed Rego file. OPA loads all of them together. */
interface Module {
  /** In the archive. */
  readonly path: string;
  /** From the workspace. */
  readonly file: string;
  readonly package: Path;
  readonly rego: Rego;
}

export interface CheckedOpa extends Checked {
  readonly rego: readonly RegoFile[];
  readonly needs: Needs;
  readonly usersOf: LocalSet['usersOf'];
  /** The files that declare what a query asks for, by path in the archive. */
  readonly entriesOf: (query: string) => readonly string[];
}

/** Checks all packed files as OPA loads them: each file alone, then the references between them. */
export async function checkOpa(
  { path, policies }: { readonly path: string; readonly policies: readonly OpaBlock[] },
  files: readonly PackedFile[],
): Promise<CheckedOpa> {
  const modules: Module[] = [];
  const alone: Checked[] = [];
  for (const file of files.filter((each) => each.path.endsWith('.rego'))) {
    const read = await readModule(file);
    alone.push(read);
    if (read.module !== undefined) modules.push(read.module);
  }
  const library = new Library(modules, files);
  const isWhole = alone.every(({ problems, findings }) => problems.length + findings.length === 0);
  // Without knowing what an unreadable file declares, it cannot be said what is missing.
  const asked = isWhole
    ? [...policies.map((block) => judgeQuery(block, path, library)), judgeUses(modules, library)]
    : [];
  const doubled = { ...NOTHING_FOUND, findings: doubleDefaults(modules) };
  return {
    ...together([...alone, doubled, ...asked]),
    rego: modules.map(({ file, rego }) => ({ file, versions: rego.versions })),
    needs: new Map(modules.map((module) => [module.path, library.neededBy(module)])),
    usersOf: async (file, text) => pathsOf(await library.usersOf(file, text)),
    entriesOf: (query) => pathsOf(library.find(pathOf(query) ?? [])?.modules ?? []),
  };
}

function pushTo(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

const pathsOf = (modules: readonly Module[]): string[] => modules.map((module) => module.path);

/** Whether OPA loads a file of the archive as data. */
export const isDataFile = (path: string): boolean => /(^|\/)data\.(json|ya?ml)$/.test(path);

/** The path of a data file's document. Undefined for other files. */
const dataFolder = (path: string): Path | undefined =>
  isDataFile(path) ? path.split('/').slice(0, -1) : undefined;

async function readModule(packed: PackedFile): Promise<Checked & { module?: Module }> {
  const { path, file } = packed;
  const source = packedSource(packed);
  if ('message' in source) return { ...NOTHING_FOUND, problems: [source] };
  const rego = await readRego(source.hasByteOrderMark ? `\ufeff${source.text}` : source.text);
  const judged = { ...judgeAlone(rego, file), warnings: [] };
  if (rego.fault !== undefined || rego.package === undefined) return judged;
  return { ...judged, module: { path, file, package: rego.package, rego } };
}

/** All modules and data files, by path. */
class Library {
  readonly modules: readonly Module[];
  readonly #byPackage: ReadonlyMap<string, readonly Module[]>;
  /** The paths of packages and data files, and the paths above them. Each is a document. */
  readonly #documents = new Set<string>();
  /** The folders of data files. Their keys are documents. */
  readonly #data = new Set<string>();
  /** Data files by folder, and by the folders above. */
  readonly #dataFiles = new Map<string, string[]>();
  readonly #dataBelow = new Map<string, string[]>();

  constructor(modules: readonly Module[], files: readonly PackedFile[]) {
    this.modules = modules;
    this.#byPackage = Map.groupBy(modules, (module) => keyOf(module.package));
    for (const module of modules) this.#addWay(module.package);
    for (const { path } of files) {
      const folder = dataFolder(path);
      if (folder === undefined) continue;
      this.#addWay(folder);
      pushTo(this.#dataFiles, keyOf(folder), path);
      for (let length = 1; length < folder.length; length++)
        pushTo(this.#dataBelow, keyOf(folder.slice(0, length)), path);
      this.#data.add(keyOf(folder));
    }
  }

  #addWay(path: Path): void {
    for (let length = path.length; length > 0; length--) {
      const key = keyOf(path.slice(0, length));
      if (this.#documents.has(key)) return;
      this.#documents.add(key);
    }
  }

  /** The modules of the longest package that the path starts with, and the rest of the path. */
  find(path: Path): { readonly modules: readonly Module[]; readonly rest: Path } | undefined {
    for (let length = path.length; length > 0; length--) {
      const modules = this.#byPackage.get(keyOf(path.slice(0, length)));
      if (modules !== undefined) return { modules, rest: path.slice(length) };
    }
    return undefined;
  }

  /** The files of the packages that a file uses, and its data files. */
  neededBy(module: Module): string[] {
    const found = module.rego.uses.flatMap(({ path }) => this.find(path)?.modules ?? []);
    const data = module.rego.uses.flatMap((use) => this.#dataOf(use));
    const needed = new Set([...found.map(({ path }) => path), ...data]);
    return [...needed].filter((path) => path !== module.path);
  }

  /** The data files that contain what is read. Documents in a package are not data. */
  #dataOf({ path, isCall }: Rego['uses'][number]): string[] {
    if (isCall) return [];
    const least = this.#packageLength(path);
    const above = Array.from({ length: path.length - least + 1 }, (_, more) => path.slice(0, least + more));
    const files = above.flatMap((folder) => this.#dataFiles.get(keyOf(folder)) ?? []);
    return [...files, ...(this.#dataBelow.get(keyOf(path)) ?? [])];
  }

  #packageLength(path: Path): number {
    const found = this.find(path);
    return found === undefined ? 0 : path.length - found.rest.length;
  }

  /** The files in the package of a file, and the files that read it. All files if its text is not known. */
  async usersOf(file: string, text: string | undefined): Promise<readonly Module[]> {
    const folder = dataFolder(file);
    if (folder !== undefined) return this.modules.filter((module) => this.#reads(module, folder));
    if (!file.endsWith('.rego')) return [];
    if (text === undefined) return this.modules;
    const { package: own } = await readRego(text);
    if (own === undefined) return [];
    const siblings = this.#byPackage.get(keyOf(own)) ?? [];
    const readers = this.modules.filter(({ rego }) => rego.uses.some(({ path }) => beginsWith(path, own)));
    return [...siblings, ...readers];
  }

  /** Whether a file reads data from a data file in this folder. */
  #reads({ rego }: Module, folder: Path): boolean {
    return rego.uses.some(
      ({ path, isCall }) => !isCall && areInLine(path, folder) && this.#packageLength(path) <= folder.length,
    );
  }

  /** Whether a document other than a rule is at the path. */
  hasDocument(path: Path): boolean {
    if (this.#documents.has(keyOf(path))) return true;
    return (
      path.some((_, index) => this.#data.has(keyOf(path.slice(0, index)))) || this.#data.has(keyOf(path))
    );
  }
}

/** Whether the files declare what the query of a policy asks for. */
function judgeQuery({ name, query, line }: OpaBlock, configuration: string, library: Library): Checked {
  const asked = pathOf(query.value);
  if (asked === undefined) return NOTHING_FOUND;
  const place = { file: configuration, line: query.line ?? line };
  const found = library.find(asked);
  const problem = (message: string, advice: string): Checked => ({
    ...NOTHING_FOUND,
    findings: [{ message, place, advice }],
  });
  if (found === undefined) {
    return problem(
      `The query ${query.value} of policy "${name}" does not match a package in the Rego files. ${packagesOf(library)}`,
      'Correct `query`, or add the Rego file.',
    );
  }
  if (found.rest.length === 0) return NOTHING_FOUND;
  const rules = found.modules.flatMap(({ rego, file }) => {
    const rule = rego.find(found.rest);
    return rule === undefined ? [] : [{ ...rule, file }];
  });
  const [first] = rules;
  if (first === undefined) {
    const known = [...new Set(found.modules.flatMap(({ rego }) => rego.rules.map(formatPath)))];
    return problem(
      `The query ${query.value} of policy "${name}" asks for \`${formatPath(found.rest)}\`, which package ${formatPath(asked.slice(0, asked.length - found.rest.length))} does not declare. It declares ${listed(known)}.`,
      'Correct `query`, or add the rule.',
    );
  }
  const isBoolean = rules.every((rule) => rule.isBoolean);
  return isBoolean
    ? { ...NOTHING_FOUND, warnings: [onlyBoolean(first.file, found.rest, first.line)] }
    : NOTHING_FOUND;
}

const packagesOf = ({ modules }: Library): string => {
  const names = [...new Set(modules.map((module) => formatPath(module.package)))];
  return names.length === 0 ? 'They contain no packages.' : `The packages are ${listed(names)}.`;
};

const MOST_NAMES = 10;

const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'nothing that a query can ask for';
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.slice(0, MOST_NAMES).join(', ') + more;
};

/** A reference of a file to something outside it. */
interface Use {
  readonly path: Path;
  readonly isCall: boolean;
  readonly file: string;
  readonly line: number;
  readonly verb: 'calls' | 'reads' | 'imports';
}

function judgeUses(modules: readonly Module[], library: Library): Checked {
  const uses = modules.flatMap(usesOf);
  const inPackage = Map.groupBy(uses, ({ path }) => {
    const found = library.find(path);
    return found === undefined ? undefined : keyOf(path.slice(0, path.length - found.rest.length));
  });
  const missing = [...inPackage.values()].flatMap((group) => undeclared(group, library));
  return {
    problems: [],
    findings: missing.filter(({ isCall }) => isCall).map(missingFunction),
    warnings: missing.filter(({ isCall }) => !isCall).map(missingDocument),
  };
}

function usesOf({ file, rego }: Module): Use[] {
  const used = new Set(rego.uses.map(({ by }) => by));
  const imports = rego.imports.flatMap((each): Use[] => {
    const [root, ...path] = each.path;
    if (root !== 'data' || path.length === 0 || used.has(each)) return [];
    return [{ path, isCall: false, file, line: each.line, verb: 'imports' }];
  });
  const uses = rego.uses.map(
    ({ path, isCall, line }): Use => ({ path, isCall, file, line, verb: isCall ? 'calls' : 'reads' }),
  );
  return [...imports, ...uses];
}

/** The references into one package to something that it does not declare. */
function undeclared(uses: readonly Use[], library: Library): Use[] {
  const [{ path = [] } = {}] = uses;
  const found = library.find(path);
  const restOf = (use: Use) => use.path.slice(path.length - (found?.rest.length ?? 0));
  const located = (found?.modules ?? []).map(({ rego }) => rego.locate(uses.map(restOf)));
  return uses.filter((use) => {
    const key = keyOf(restOf(use));
    const isFunction = located.some(({ functions }) => functions.has(key));
    if (use.isCall) return !isFunction;
    const isRule = isFunction || located.some(({ rules }) => rules.has(key));
    return !isRule && !library.hasDocument(use.path);
  });
}

const missingFunction = ({ path, file, line }: Use): Problem => ({
  message: `The Rego file calls function ${formatDocument(path)}, but no packed file defines it, so OPA cannot compile it.`,
  place: { file, line },
  advice: 'Correct the call, or add the file that defines the function to the folder.',
});

const missingDocument = ({ path, file, line, verb }: Use): Problem => ({
  message: `The Rego file ${verb} ${formatDocument(path)}, but no packed file declares it.`,
  place: { file, line },
  advice: 'Unless Terraform provides it, add the file that declares it to the folder.',
});

/** OPA rejects a second default value of a rule, in any file. */
function doubleDefaults(modules: readonly Module[]): Problem[] {
  const all = modules.flatMap(({ file, package: own, rego }) =>
    rego.defaults.map(({ path, line }) => ({ path: [...own, ...path], file, line })),
  );
  const groups = [...Map.groupBy(all, ({ path }) => keyOf(path)).values()];
  return groups.flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : others.map(({ path, file, line }) => ({
          message: `The rule ${formatDocument(path)} has two default values, the first in ${first.file}:${first.line}, so OPA cannot compile it.`,
          place: { file, line },
          advice: 'Remove one of them.',
        })),
  );
}
