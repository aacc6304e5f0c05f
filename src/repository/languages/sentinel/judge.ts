import { NEEDS_VERSIONED_SET, type Problem } from '../../../model/problem.ts';
import { type GivenParam, type Provided, Providers } from '../../configuration/provided.ts';
import type { Sentinel } from './sentinel.ts';
import type { Import, Param } from './statements.ts';

/** Imports available to every Sentinel policy: the standard library, and those that Terraform provides. */
const STANDARD = new Set([
  ...['base64', 'collection', 'collection/lists', 'collection/maps', 'decimal', 'http', 'json', 'runtime'],
  ...['sockaddr', 'strings', 'time', 'types', 'units', 'version'],
  ...['tfplan', 'tfplan/v2', 'tfconfig', 'tfconfig/v2', 'tfstate', 'tfstate/v2', 'tfrun'],
]);

export const isStandardImport = (name: string): boolean => STANDARD.has(name);

/** The first version of Terraform's imports. */
const DEPRECATED = ['tfplan', 'tfconfig', 'tfstate'];

/** Imports that HashiCorp has deprecated, unless the configuration provides something of that name. */
export function deprecatedImports(imports: readonly Import[], { provided }: Configured): readonly string[] {
  return DEPRECATED.filter(
    (name) => imports.some((each) => each.name === name) && provided.every((each) => each.name !== name),
  );
}

/** Files that a policy may import. */
export interface ModuleFiles {
  /** The path of a file that the search found and that has the name of the module. */
  moduleFile(name: string): string | undefined;
}

/** No other files. */
export const NO_MODULES: ModuleFiles = { moduleFile: () => undefined };

/** What the configurations that decide about a file provide. */
export interface Configured {
  readonly provided: readonly Provided[];
  readonly params: readonly GivenParam[];
}

export interface Judgement {
  /** Problems that are certain. */
  readonly problems: readonly Problem[];
  /** Problems in the code, which may be wrong. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Checks that a file works as a single policy: Sentinel can parse it, it has the rule `main`, and it needs nothing from a
 * configuration, because individually managed policies have none (docs/behavior.md#errors-and-warnings).
 */
export function judgeSentinel(
  { fault, imports, params, hasMain }: Sentinel,
  file: string,
  { provided, params: given }: Configured,
  modules: ModuleFiles,
): Judgement {
  if (fault?.isConflict === true) return { problems: [faulty(file, fault)], findings: [], warnings: [] };
  const [imported, declared] = [
    judgeImports(imports, file, provided, modules),
    judgeParams(params, file, given),
  ];
  // A statement that cannot be read may be `main`.
  const own = fault !== undefined ? [faulty(file, fault)] : hasMain ? [] : [noMain(file)];
  return {
    problems: [],
    findings: [...own, ...imported.findings, ...declared.findings],
    warnings: [...imported.warnings, ...declared.warnings],
  };
}

type Found = Omit<Judgement, 'problems'>;

function judgeImports(
  imports: readonly Import[],
  file: string,
  provided: readonly Provided[],
  { moduleFile }: ModuleFiles,
): Found {
  const providers = new Providers(provided);
  const findings: Problem[] = [];
  const warnings: Problem[] = [];
  for (const { name, line } of firstOfEach(imports)) {
    const [place, found] = [{ file, line }, providers.find(name)];
    const isStandard = isStandardImport(name);
    // `tfplan/v2` is no part of data named `tfplan`.
    const provider = isStandard && found?.name !== name ? undefined : found;
    if (provider !== undefined && (provider.hasSource || !isStandard)) findings.push(needed(provider, place));
    if (provider !== undefined || isStandard) continue;
    const module = moduleFile(name);
    if (module === undefined) warnings.push(unknown(name, place));
    else findings.push(undeclared(name, module, place));
  }
  return { findings, warnings };
}

function judgeParams(params: readonly Param[], file: string, given: readonly GivenParam[]): Found {
  const values = new Map(given.toReversed().map((each) => [each.name, each]));
  const findings: Problem[] = [];
  const warnings: Problem[] = [];
  for (const { name, line, hasDefault } of firstOfEach(params)) {
    const value = values.get(name);
    if (value !== undefined) findings.push(givenValue(value, { file, line }));
    else if (!hasDefault) warnings.push(withoutDefault(name, { file, line }));
  }
  return { findings, warnings };
}

/** Once per name, however often a file repeats it. */
function firstOfEach<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return all.filter(({ name }) => {
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst;
  });
}

type Line = { readonly file: string; readonly line: number };

const faulty = (file: string, { message, advice, line }: NonNullable<Sentinel['fault']>): Problem => ({
  message,
  place: { file, line },
  advice,
});

const FORMS = { module: 'module', static: 'static import', plugin: 'plugin' } as const;

const INSTEAD =
  'Move what it needs into the policy, publish a versioned policy set (`versioned-policy-sets`), or add the file to `exclude`.';

const needed = ({ name, form, file, line }: Provided, place: Line): Problem => ({
  message: `The policy imports the ${FORMS[form]} "${name}" from its configuration (${file}:${line}). Individually managed policies cannot use ${FORMS[form]}s.`,
  place,
  advice: INSTEAD,
  cause: {
    ...NEEDS_VERSIONED_SET,
    what: `${FORMS[form]}s`,
    detail: `${FORMS[form]} "${name}" of ${file}:${line}`,
  },
});

const undeclared = (name: string, module: string, place: Line): Problem => ({
  message: `The policy imports "${name}", which is the module ${module}, but no configuration declares it. Individually managed policies cannot use modules.`,
  place,
  advice: INSTEAD,
  cause: { ...NEEDS_VERSIONED_SET, what: 'modules', detail: `module "${name}" (${module})` },
});

const unknown = (name: string, place: Line): Problem => ({
  message: `The policy imports "${name}", which is neither in Sentinel's standard library nor provided by Terraform.`,
  place,
  advice:
    'If it is a module, move the code that is needed into the policy, or publish a versioned policy set (`versioned-policy-sets`).',
  cause: {
    summary: "import something that is neither in Sentinel's standard library nor provided by Terraform",
    advice:
      'If these are modules, move the code that is needed into the policies, or publish a versioned policy set (`versioned-policy-sets`).',
    detail: `"${name}"`,
  },
});

const givenValue = ({ name, file, line }: GivenParam, policy: Line): Problem => ({
  message: `The configuration sets the parameter "${name}" of the policy (${policy.file}:${policy.line}). Individually managed policies do not support parameter values.`,
  place: { file, line },
  advice:
    'Set the value as the default of the parameter in the code and remove it here, or publish a versioned policy set (`versioned-policy-sets`).',
  cause: {
    ...NEEDS_VERSIONED_SET,
    what: 'parameter values',
    detail: `parameter "${name}" of ${policy.file}:${policy.line}`,
  },
});

const withoutDefault = (name: string, place: Line): Problem => ({
  message: `The parameter "${name}" has no default. Individually managed policies do not support parameter values, so every run that the policy applies to would fail.`,
  place,
  advice: `Write \`param ${name} default …\`, or publish a versioned policy set (\`versioned-policy-sets\`).`,
  cause: {
    summary:
      'have parameters without a default, and individually managed policies do not support parameter values',
    advice: 'Set defaults for the parameters, or publish a versioned policy set (`versioned-policy-sets`).',
    detail: `parameter "${name}"`,
  },
});

const noMain = (file: string): Problem => ({
  message: 'No `main` rule found.',
  place: { file },
  advice: 'Add `main = rule { … }`; if it is a module or a mock, add it to `exclude`.',
  cause: {
    summary: 'have no `main` rule',
    advice: 'Add `main = rule { … }`; if they are modules or mocks, add the files to `exclude`.',
  },
});
