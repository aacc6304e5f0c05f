import { type EnforcementLevel, KINDS } from '../model/kinds.ts';
import { type Patterns, parsePatterns } from './patterns.ts';
import { oneOf, type Reader } from './reader.ts';

/** What decides which files are policies, and what their files state by default. */
export interface FileInputs {
  readonly workingDirectory: string;
  readonly policies: Patterns;
  /** Whether `policies` is the default, of which each pattern may match nothing. */
  readonly hasDefaultPolicies: boolean;
  /** What is never a policy nor a configuration file: the built-in patterns that hold, and the user's. */
  readonly exclude: readonly string[];
  readonly namePrefix: string;
  /** Where configuration files are looked for; without patterns there are none. */
  readonly config: readonly string[];
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** OPA query, in which `{package}` stands for the file's Rego package. */
  readonly query: string | undefined;
}

export const DEFAULT_POLICIES = '**/*.sentinel\n**/*.rego';

/** What is never a policy unless `exclude` says otherwise: tests, mocks, and what tools keep in folders of their own. */
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

/** Takes all of the built-in patterns back. */
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
      'holds no pattern that selects files, only exclusions or comments; add one such as **/*.sentinel',
    );
  }
  return patterns;
}

/** Whether `policies` says what it says by default, in whatever order of white space. */
export function isDefaultPolicies(text: string | undefined): boolean {
  return text === undefined || text.split(/\s+/).filter(Boolean).join('\n') === DEFAULT_POLICIES;
}

/** The built-in patterns, without those that `!pattern` takes back, and the user's own. */
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
  return `has ${unknown.map((each) => `!${each}`).join(', ')}, but "!" only takes back what is excluded by default, written exactly as one of ${list} (the last one takes back all)`;
}

/** May be set empty: then no configuration is read. */
function readConfigPatterns(reader: Reader): readonly string[] {
  return parsePatterns(reader.given('config') ?? DEFAULT_CONFIG, (exclusions) =>
    exclusions.length === 0
      ? undefined
      : `has patterns that begin with "!"; use \`exclude\` to leave files out: ${exclusions.join(', ')}`,
  ).include;
}

function readQuery(reader: Reader): string | undefined {
  const query = reader.text('query')?.trim();
  if (query?.includes('\n'))
    throw new Error('holds several lines; give one query, such as data.{package}.deny');
  return query;
}

function readNamePrefix(reader: Reader): string {
  const prefix = reader.text('name-prefix')?.trim() ?? '';
  if (/[^\x20-\x7e]/.test(prefix)) {
    throw new Error(
      'holds characters other than ASCII letters, digits, "-" and "_", which no policy name can have',
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
