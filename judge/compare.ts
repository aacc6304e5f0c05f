import { readFileSync } from 'node:fs';
import { type Rego, readRego } from '../src/repository/languages/rego/rego.ts';
import { readStatements } from '../src/repository/languages/rego/statements.ts';
import { type Answer, compile, type Module, namesOf, parse, rulesOf } from './opa.ts';

export interface Comparison {
  readonly file: string;
  /** What the action reads in another way than OPA does. */
  readonly differences: readonly string[];
  /** Why OPA refuses the file by both versions. */
  readonly unparsed: readonly string[];
  /** The same, where the action finds nothing: it is no parser, and need not. */
  readonly notes: readonly string[];
}

export async function compare(file: string): Promise<Comparison> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file));
  const rego = await readRego(text);
  const [v1, v0] = [await parse(file, 'v1'), await parse(file, 'v0')];
  const first = compareAnswers({ file, text, rego }, v1, v0);
  if (first.differences.length === 0) return first;
  // Some of what the parser takes is for the compiler to refuse.
  const [compiled1, compiled0] = [await compile(file, 'v1', v1), await compile(file, 'v0', v0)];
  return compareAnswers({ file, text, rego }, compiled1, compiled0);
}

interface Own {
  readonly file: string;
  readonly text: string;
  readonly rego: Rego;
}

function compareAnswers({ file, text, rego }: Own, v1: Answer, given: Answer): Comparison {
  // By version 0, `p := 1 if { … }` is a rule `p` and another one named `if`: nobody means that.
  const v0 = isMisread(given) ? { error: 'misread' } : given;
  const findings = errorsOf(rego);
  const answer = 'module' in v1 ? v1 : v0;
  if ('error' in answer) {
    const unparsed = 'error' in v1 ? [v1.error] : [];
    return { file, differences: [], unparsed, notes: findings.length === 0 ? unparsed : [] };
  }
  const differences = [
    ...findings.map((finding) => `refused, though OPA takes it: ${finding}`),
    ...compareVersions(rego, v1, v0),
    ...compareModules(rego, text, answer.module),
  ];
  return { file, differences, unparsed: [], notes: [] };
}

const isMisread = (answer: Answer) =>
  'module' in answer && (answer.module.rules ?? []).some(({ head }) => namesOf(head.ref)[0] === 'if');

function errorsOf({
  fault,
  metadataFaults,
  wrongImports,
  versions: { notV0, notV1 },
  ...rego
}: Rego): string[] {
  return [
    ...(fault === undefined ? [] : [`line ${fault.line}: ${fault.message}`]),
    ...(rego.package === undefined ? ['no package'] : []),
    ...metadataFaults.map(({ line, message }) => `line ${line}: METADATA: ${message}`),
    ...rego.imports
      .filter(({ path: [root = ''] }) => !['data', 'input', 'future', 'rego'].includes(root))
      .map(({ line }) => `line ${line}: import`),
    ...wrongImports.map((line) => `line ${line}: import`),
    ...(notV0 && notV1 ? [`neither v0 (line ${notV0.line}) nor v1 (line ${notV1.line})`] : []),
  ];
}

function compareVersions({ versions: { notV0, notV1 } }: Rego, v1: Answer, v0: Answer): string[] {
  const differences: string[] = [];
  const [isV0, isV1] = ['module' in v0, 'module' in v1];
  if (isV1 !== (notV1 === undefined)) {
    differences.push(
      isV1 ? `read as v0 only: line ${notV1?.line}, ${notV1?.what}` : `not read as v0 only: ${message(v1)}`,
    );
  }
  if (isV0 !== (notV0 === undefined)) {
    differences.push(
      isV0 ? `read as v1 only: line ${notV0?.line}, ${notV0?.what}` : `not read as v1 only: ${message(v0)}`,
    );
  }
  return differences;
}

const message = (answer: Answer) =>
  'error' in answer
    ? (/"message": "(.*)"[\s\S]*?"row": (\d+)/.exec(answer.error)?.slice(1, 3).join(', line ') ??
      answer.error)
    : '';

function compareModules(rego: Rego, text: string, module: Module): string[] {
  const rules: string[] = [];
  readStatements(text, { rule: ({ path, isFunction }) => rules.push(show(path, isFunction)) });
  const known = new Set(rules);
  const opaRules = (module.rules ?? []).map(({ head }) => {
    const forms = rulesOf(head).map((names) => show(names, head.args !== undefined));
    return forms.find((form) => known.has(form)) ?? forms[0] ?? '';
  });
  const imports = (module.imports ?? []).map(({ path: { value }, alias }) => {
    const path = namesOf(value);
    return `${JSON.stringify(path)} as ${alias ?? path.at(-1)}`;
  });
  const annotations = (module.annotations ?? []).map(({ title = '', description = '' }) => [
    title,
    description,
  ]);
  return [
    differ('package', [rego.package ?? []], [namesOf(module.package.path).slice(1)]),
    differ('rules', unique(rules), unique(opaRules)),
    differ(
      'imports',
      rego.imports.map(({ path, name }) => `${JSON.stringify(path)} as ${name}`),
      imports,
    ),
    // Behind a byte order mark, OPA sees none.
    text.startsWith('\ufeff')
      ? undefined
      : differ(
          'annotations',
          rego.annotations.map(({ title, description }) => [title, description]),
          annotations,
        ),
  ].flatMap((difference) => difference ?? []);
}

const show = (path: readonly string[], isFunction: boolean) => `${path.join('/')}${isFunction ? '()' : ''}`;
const unique = (names: readonly string[]) => [...new Set(names)].sort();

function differ(what: string, own: readonly unknown[], opas: readonly unknown[]): string | undefined {
  const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));
  const [a, b] = [texts(own), texts(opas)];
  if (a.join() === b.join()) return undefined;
  const only = (some: readonly string[], others: readonly string[]) =>
    some.filter((each) => !others.includes(each)).join(' ');
  return `${what}: only here ${only(a, b) || '-'}; only OPA ${only(b, a) || '-'}`;
}
