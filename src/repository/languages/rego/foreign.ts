import type { Problem } from '../../../model/problem.ts';
import { beginsWith, formatDocument, keyOf, type Path } from './reference.ts';
import type { Located, Rego } from './rego.ts';
import type { Import } from './statements.ts';
import type { Use } from './uses.ts';

/** The files around a policy. Paths of documents are without `data`, paths of files are from the workspace. */
export interface Surroundings {
  /** The file that declares the path, and that the search found but does not publish. */
  unpublished(path: Path): string | undefined;
  /** The data file that contains the path. */
  dataFile(path: Path): string | undefined;
}

/** No other files. */
export const NOTHING_AROUND: Surroundings = { unpublished: () => undefined, dataFile: () => undefined };

export interface Foreign {
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
}

type Verdict = { readonly problem: Problem; readonly isError: boolean };

/** Checks what a file uses from other packages: a policy is a single file, without data. */
export function judgeUses(rego: Rego, file: string, surroundings: Surroundings): Foreign {
  const judge = new Judge(rego, file, surroundings);
  const byImport = Map.groupBy(rego.uses, ({ by }) => by);
  const verdicts = [
    ...rego.imports.flatMap((each) => judge.import(each, byImport.get(each) ?? [])),
    ...(byImport.get(undefined) ?? []).flatMap((use) => judge.use(use) ?? []),
  ].sort((a, b) => (a.problem.place?.line ?? 0) - (b.problem.place?.line ?? 0));
  const once = [...new Map(verdicts.map((verdict) => [verdict.problem.message, verdict])).values()];
  const problems = (errors: boolean) =>
    once.filter(({ isError }) => isError === errors).map(({ problem }) => problem);
  return { findings: problems(true), warnings: problems(false) };
}

const adviceForAll = (source: string | undefined): string =>
  source === undefined
    ? 'Unless Terraform provides it, move it into the files, or publish a versioned policy set (`versioned-policy-sets`).'
    : 'Move it into the files, or publish a versioned policy set (`versioned-policy-sets`).';

/** Summaries for what individually managed policies do not support. */
function summaryOf(code: string | undefined, data: string | undefined): string {
  if (code !== undefined) return 'use packages of files that are not published';
  if (data !== undefined) return 'read data files, which individually managed policies do not support';
  return 'use data that is not part of the policy';
}

class Judge {
  readonly #file: string;
  readonly #surroundings: Surroundings;
  readonly #own: Path;
  readonly #located: Located;

  constructor(rego: Rego, file: string, surroundings: Surroundings) {
    this.#file = file;
    this.#surroundings = surroundings;
    this.#own = rego.package ?? [];
    const paths = [
      ...rego.uses.map(({ path }) => path),
      ...rego.imports.flatMap(({ path: [root, ...path] }) => (root === 'data' ? [path] : [])),
    ].filter((path) => path.length > this.#own.length && beginsWith(path, this.#own));
    const none = { rules: new Set<string>(), functions: new Set<string>() };
    this.#located =
      paths.length === 0 ? none : rego.locate(paths.map((path) => path.slice(this.#own.length)));
  }

  /** Problems of an import are reported where it is used in a way that cannot work, otherwise on its own line. */
  import({ path: [root, ...path], line }: Import, uses: readonly Use[]): readonly Verdict[] {
    if (root !== 'data') return [];
    const used = uses.flatMap((use) => this.use(use) ?? []);
    const errors = used.filter(({ isError }) => isError);
    if (errors.length > 0) return errors;
    // It may refer to the file's own package, so each use is checked.
    if (beginsWith(this.#own, path) && uses.length > 0) return used;
    if (keyOf(path) === keyOf(this.#own)) return [];
    return this.#read(path, line, 'imports') ?? [];
  }

  use({ path, line, isCall }: Use): Verdict[] | undefined {
    if (isCall) return this.#call(path, line);
    return beginsWith(this.#own, path) ? undefined : this.#read(path, line, 'reads');
  }

  #call(path: Path, line: number): Verdict[] | undefined {
    const isOwn = beginsWith(path, this.#own);
    if (isOwn && this.#isDefined(path, true)) return undefined;
    const document = formatDocument(path);
    const what = isOwn ? 'which it does not define' : 'a function of another package';
    const message = `The policy calls ${document}, ${what}. A policy is a single file, so OPA cannot compile it.`;
    const advice =
      'Move the function into this file, or publish a versioned policy set (`versioned-policy-sets`).';
    const cause = {
      summary: isOwn ? 'call functions that are not defined' : 'call functions of other packages',
      advice:
        'Move the functions into the files that call them, or publish a versioned policy set (`versioned-policy-sets`).',
      detail: document,
    };
    return [{ isError: true, problem: { message, place: { file: this.#file, line }, advice, cause } }];
  }

  #read(path: Path, line: number, verb: 'reads' | 'imports'): Verdict[] | undefined {
    if (beginsWith(path, this.#own) && this.#isDefined(path, false)) return undefined;
    const place = { file: this.#file, line };
    const document = formatDocument(path);
    const { unpublished, dataFile } = this.#surroundings;
    const [code, data] = [unpublished(path), dataFile(path)];
    const source =
      code !== undefined
        ? ` from ${code}, which is not published: a policy is a single file`
        : data !== undefined
          ? ` from ${data}: individually managed policies do not support data files`
          : undefined;
    const missing = source ?? ', which is not part of the policy: a policy is a single file';
    const message = `The policy ${verb} ${document}${missing}.`;
    const advice =
      source === undefined
        ? 'Unless Terraform provides it, move it into this file, or publish a versioned policy set (`versioned-policy-sets`).'
        : 'Move it into this file, or publish a versioned policy set (`versioned-policy-sets`).';
    const cause = { summary: summaryOf(code, data), advice: adviceForAll(source), detail: document };
    return [{ isError: source !== undefined, problem: { message, place, advice, cause } }];
  }

  /** Whether the file itself defines the path. */
  #isDefined(path: Path, isCall: boolean): boolean {
    const key = keyOf(path.slice(this.#own.length));
    return this.#located.functions.has(key) || (!isCall && this.#located.rules.has(key));
  }
}
