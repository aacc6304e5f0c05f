import { NEEDS_VERSIONED_SET, type Problem } from '../../../model/problem.ts';
import { type GivenParam, type Provided, Providers } from '../../configuration/provided.ts';
import type { Sentinel } from './sentinel.ts';
import type { Import, Param } from './statements.ts';

/** What every Sentinel policy may import: the standard library, and what Terraform provides. */
const STANDARD = new Set([
  ...['base64', 'collection', 'collection/lists', 'collection/maps', 'decimal', 'http', 'json', 'runtime'],
  ...['sockaddr', 'strings', 'time', 'types', 'units', 'version'],
  ...['tfplan', 'tfplan/v2', 'tfconfig', 'tfconfig/v2', 'tfstate', 'tfstate/v2', 'tfrun'],
]);

export const isStandardImport = (name: string): boolean => STANDARD.has(name);

/** Terraform's data as it was before the second version of these imports. */
const DEPRECATED = ['tfplan', 'tfconfig', 'tfstate'];

/** Those of the imports that HashiCorp deprecated, unless the configuration has something of that name. */
export function deprecatedImports(imports: readonly Import[], { provided }: Configured): readonly string[] {
  return DEPRECATED.filter(
    (name) => imports.some((each) => each.name === name) && provided.every((each) => each.name !== name),
  );
}

/** Where a policy's imports could come from. */
export interface ModuleFiles {
  /** The path of a file that the search found, whose name makes it the module. */
  moduleFile(name: string): string | undefined;
}

/** Nothing but the file itself. */
export const NO_MODULES: ModuleFiles = { moduleFile: () => undefined };

/** What the configurations that decide about a file have for it. */
export interface Configured {
  readonly provided: readonly Provided[];
  readonly params: readonly GivenParam[];
}

export interface Judgement {
  /** What no reading of the code can be wrong about. */
  readonly problems: readonly Problem[];
  /** What reading the code found. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Judges whether a file makes a policy by itself: Sentinel can parse it, it has the rule `main`, and it needs nothing
 * that only a configuration has, since an individually managed policy has none
 * (docs/behavior.md#errors-and-warnings).
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
  // Where a statement cannot be read, it may be that of `main`.
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

/** Once for each name, however often a file repeats it. */
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
  message: `The policy imports the ${FORMS[form]} "${name}" of its configuration (${file}:${line}), which an individually managed policy does not have: every run it guards would fail.`,
  place,
  advice: INSTEAD,
  cause: {
    ...NEEDS_VERSIONED_SET,
    what: `${FORMS[form]}s`,
    detail: `${FORMS[form]} "${name}" of ${file}:${line}`,
  },
});

const undeclared = (name: string, module: string, place: Line): Problem => ({
  message: `The policy imports "${name}", which is the module ${module}: no configuration declares it for this policy, and individually managed policies cannot have modules, so every run it guards would fail.`,
  place,
  advice: INSTEAD,
  cause: { ...NEEDS_VERSIONED_SET, what: 'modules', detail: `module "${name}" (${module})` },
});

const unknown = (name: string, place: Line): Problem => ({
  message: `The policy imports "${name}", which is neither in Sentinel's standard library nor provided by Terraform.`,
  place,
  advice:
    'If it is a module, move what is needed into the policy, or publish a versioned policy set (`versioned-policy-sets`).',
  cause: {
    summary: "import what is neither in Sentinel's standard library nor provided by Terraform",
    advice:
      'Move what is needed of modules into the policies, or publish a versioned policy set (`versioned-policy-sets`).',
    detail: `"${name}"`,
  },
});

const givenValue = ({ name, file, line }: GivenParam, policy: Line): Problem => ({
  message: `The parameter "${name}" of the policy (${policy.file}:${policy.line}) gets its value here, but an individually managed policy cannot be given any.`,
  place: { file, line },
  advice:
    'Make the value the default of the parameter in the code and remove it here, or publish a versioned policy set (`versioned-policy-sets`).',
  cause: {
    ...NEEDS_VERSIONED_SET,
    what: 'values of parameters',
    detail: `parameter "${name}" of ${policy.file}:${policy.line}`,
  },
});

const withoutDefault = (name: string, place: Line): Problem => ({
  message: `The parameter "${name}" has no default, and an individually managed policy cannot be given a value: every run it guards would fail.`,
  place,
  advice: `Write \`param ${name} default …\`, or publish a versioned policy set (\`versioned-policy-sets\`).`,
  cause: {
    summary:
      'have parameters without a default, which individually managed policies cannot be given values for',
    advice: 'Give the parameters defaults, or publish a versioned policy set (`versioned-policy-sets`).',
    detail: `parameter "${name}"`,
  },
});

const noMain = (file: string): Problem => ({
  message: 'The Sentinel file has no `main` rule, so it is no policy.',
  place: { file },
  advice: 'Add `main = rule { … }`; if it is a module or a mock, add it to `exclude`.',
  cause: {
    summary: 'have no `main` rule',
    advice: 'Add `main = rule { … }`; if they are modules or mocks, add the files to `exclude`.',
  },
});
