import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What OPA says of a file by the rules of one version of Rego. */
export type Answer = { readonly module: Module } | { readonly error: string };

interface Term {
  readonly type: string;
  readonly value: unknown;
}

/** As `opa parse --format json` prints it, cut to what is compared. */
export interface Module {
  readonly package: { readonly path: readonly Term[] };
  readonly imports?: readonly {
    readonly path: { readonly value: readonly Term[] };
    readonly alias?: string;
  }[];
  readonly rules?: readonly { readonly head: Head; readonly body?: unknown }[];
  readonly annotations?: readonly { readonly title?: string; readonly description?: string }[];
}

export interface Head {
  readonly ref: readonly Term[];
  readonly key?: Term;
  readonly value?: Term;
  readonly args?: readonly Term[];
}

const run = promisify(execFile);

/** What the compiler finds in a file alone, whatever other files there are. It finds more of which that is not true. */
const ALONE = /import must not shadow|deprecated built-in|must not shadow (input|data)|annotation redeclared/;

/** The same, where the compiler takes the file, too. */
export async function compile(file: string, version: 'v0' | 'v1', parsed: Answer): Promise<Answer> {
  if ('error' in parsed) return parsed;
  try {
    await run('opa', ['check', `--${version}-compatible`, '--max-errors', '1000', file]);
    return parsed;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return ALONE.test(stderr) ? { error: stderr } : parsed;
  }
}

/** Parses a file with the `opa` on the PATH. */
export async function parse(file: string, version: 'v0' | 'v1'): Promise<Answer> {
  try {
    const { stdout } = await run('opa', ['parse', '--format', 'json', `--${version}-compatible`, file], {
      maxBuffer: 2 ** 29,
    });
    return { module: JSON.parse(stdout) as Module };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error('There is no `opa` on the PATH.');
    return { error: stderr ?? String(error) };
  }
}

/** The names of a reference up to the first variable, `data` and the like included. */
export function namesOf(terms: readonly Term[]): string[] {
  const end = terms.findIndex(({ type }, index) => index > 0 && type !== 'string');
  return terms.slice(0, end < 0 ? terms.length : end).map(({ value }) => String(value));
}

/** The path of a rule, in the forms that a text may have for it: OPA reads `p["x"]` of version 0 as `p contains "x"`. */
export function rulesOf({ ref, key, value }: Head): readonly string[][] {
  const names = namesOf(ref);
  const isEntry = key?.type === 'string' && value === undefined && ref.length === 1;
  return isEntry ? [[...names, String(key.value)], names] : [names];
}
