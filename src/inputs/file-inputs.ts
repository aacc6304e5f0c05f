import { type EnforcementLevel, KINDS } from '../model/kinds.ts';
import { type Patterns, parsePatterns } from './patterns.ts';
import { oneOf, type Reader } from './reader.ts';

/** Decides which files are policies, and their default settings. */
export interface FileInputs {
  readonly workingDirectory: string;
  readonly policies: Patterns;
  /** Whether `policies` has its default value, whose patterns may match nothing. */
  readonly hasDefaultPolicies: boolean;
  /** Files that are neither policies nor configuration files: the built-in patterns in use, and the user's. */
  readonly exclude: readonly string[];
  readonly namePrefix: string;
  /** Patterns of configuration files. Without any, no configuration files are read. */
  readonly config: readonly string[];
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** OPA query. `{package}` stands for the Rego package of the file. */
  readonly query: string | undefined;
}

export const DEFAULT_POLICIES = '**/*.sentinel\n**/*.rego';

/** Files that are not policies unless `exclude` says otherwise: tests, mocks, and the folders of tools. */
export const BUILT_IN_EXCLUDE: readonly string[] = [
  '**/test/**',
  '**/tests/**',
  '**/testdata/**',
  '**/mocks/**',
  '**/mock-*.sentinel',
  '**/*_test.rego',
  '**/*.test.rego',
  '**/.sentinel/**',
  '**/node_modules/**',
];

/** Removes all built-in patterns. */
const EVERYTHING = '**';

export const DEFAULT_CONFIG = ['**/sentinel.hcl', '**/policies.hcl', '**/policies.json'].join('\n');

export function readFileInputs(reader: Reader): FileInputs | undefined {
  return reader.group(() => ({
    workingDirectory: reader.text('working-directory')?.trim() ?? '.',
    policies: reader.value('policies', readPolicyPatterns),
    hasDefaultPolicies: isDefaultPolicies(reader.text('policies')),
    exclude: reader.value('exclude', readExclude),
    namePrefix: reader.value('name-prefix', readNamePrefix),
    config: reader.value('config', readConfigPatterns),
    enforcementLevel: reader.value('enforcement-level', readEnforcementLevel),
    query: reader.value('query', readQuery),
  }));
}

function readPolicyPatterns(reader: Reader): Patterns {
  const patterns = parsePatterns(reader.text('policies') ?? DEFAULT_POLICIES);
  if (patterns.include.length === 0) {
    throw new Error(
      'contains no pattern that selects files, only exclusions or comments; add one, such as **/*.sentinel',
    );
  }
  return patterns;
}

/** Whether `policies` has its default value, apart from white space. */
export function isDefaultPolicies(text: string | undefined): boolean {
  return text === undefined || text.split(/\s+/).filter(Boolean).join('\n') === DEFAULT_POLICIES;
}

/** The built-in patterns without those that `!pattern` removes, and the user's. */
function readExclude(reader: Reader): readonly string[] {
  const { include, exclude: takenBack } = parsePatterns(reader.text('exclude') ?? '', unknownExclusions);
  const builtIn = takenBack.includes(EVERYTHING)
    ? []
    : BUILT_IN_EXCLUDE.filter((pattern) => !takenBack.includes(pattern));
  return [...new Set([...builtIn, ...include])];
}

function unknownExclusions(takenBack: readonly string[]): string | undefined {
  const unknown = takenBack.filter((each) => each !== EVERYTHING && !BUILT_IN_EXCLUDE.includes(each));
  if (unknown.length === 0) return undefined;
  const list = [...BUILT_IN_EXCLUDE, EVERYTHING].map((pattern) => `!${pattern}`).join(' ');
  return `contains ${unknown.map((each) => `!${each}`).join(', ')}, but "!" can only remove a pattern from the built-in list, written exactly as one of ${list} (the last one removes all of them)`;
}

/** Set to an empty string, no configuration files are read. */
function readConfigPatterns(reader: Reader): readonly string[] {
  return parsePatterns(reader.given('config') ?? DEFAULT_CONFIG, (exclusions) =>
    exclusions.length === 0
      ? undefined
      : `contains patterns that start with "!"; use \`exclude\` to leave files out: ${exclusions.join(', ')}`,
  ).include;
}

function readQuery(reader: Reader): string | undefined {
  const query = reader.text('query')?.trim();
  if (query?.includes('\n'))
    throw new Error('contains several lines; set a single query, such as data.{package}.deny');
  return query;
}

function readNamePrefix(reader: Reader): string {
  const prefix = reader.text('name-prefix')?.trim() ?? '';
  if (/[^\x20-\x7e]/.test(prefix)) {
    throw new Error(
      'contains characters that policy names cannot have; use ASCII letters, digits, "-" and "_"',
    );
  }
  return prefix;
}

function readEnforcementLevel(reader: Reader): EnforcementLevel | undefined {
  const levels = [...new Set<EnforcementLevel>([...KINDS.sentinel.levels, ...KINDS.opa.levels])];
  return oneOf(
    reader.text('enforcement-level'),
    undefined,
    Object.fromEntries(levels.map((level) => [level, level])),
  );
}
