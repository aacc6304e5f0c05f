import { ENFORCEMENT_LEVELS, type EnforcementLevel } from '../policy.ts';
import { type Patterns, parsePatterns, patternsOrComplaints } from './patterns.ts';
import { ComplaintsError, oneOf, type Reader } from './reader.ts';

/** What decides which files are policies, and what their files state by default. */
export interface FileInputs {
  readonly workingDirectory: string;
  readonly policies: Patterns;
  /** What is left of the built-in list, then what the user adds. */
  readonly exclude: readonly string[];
  readonly namePrefix: string;
  /** Where configuration files are looked for; without patterns there are none. */
  readonly config: readonly string[];
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** OPA query, in which `{package}` stands for the file's Rego package. */
  readonly query: string | undefined;
}

export const DEFAULT_POLICIES = '**/*.sentinel\n**/*.rego';
/** What is neither a policy nor a configuration file, unless `exclude` takes it back. */
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

export const DEFAULT_CONFIG = ['**/sentinel.hcl', '**/policies.hcl', '**/policies.json'].join('\n');

export function readFileInputs(reader: Reader): FileInputs | undefined {
  return reader.group(() => ({
    workingDirectory: reader.text('working-directory')?.trim() ?? '.',
    policies: reader.value('policies', readPolicyPatterns),
    exclude: reader.value('exclude', readExclude),
    namePrefix: reader.value('name-prefix', readNamePrefix),
    config: reader.value('config', readConfig),
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

/** Patterns that may be set empty: then no configuration is read. */
function readConfig(reader: Reader): readonly string[] {
  const { patterns, complaints } = patternsOrComplaints(reader.given('config') ?? DEFAULT_CONFIG);
  const { include, exclude } = patterns;
  const inverted = `has patterns that begin with "!"; use \`exclude\` to leave files out: ${exclude.join(', ')}`;
  const all = [...(exclude.length === 0 ? [] : [inverted]), ...complaints];
  if (all.length > 0) throw new ComplaintsError(all);
  return include;
}

/** The built-in list, less what `!pattern` takes back (`!**`: all of it), and the patterns that are added to it. */
function readExclude(reader: Reader): readonly string[] {
  const { patterns, complaints } = patternsOrComplaints(reader.text('exclude') ?? '');
  const { include: added, exclude: takenBack } = patterns;
  const unknown = takenBack.filter((pattern) => pattern !== '**' && !BUILT_IN_EXCLUDE.includes(pattern));
  const all = [...(unknown.length === 0 ? [] : [notBuiltIn(unknown)]), ...complaints];
  if (all.length > 0) throw new ComplaintsError(all);
  const kept = takenBack.includes('**')
    ? []
    : BUILT_IN_EXCLUDE.filter((pattern) => !takenBack.includes(pattern));
  return [...kept, ...added];
}

const notBuiltIn = (unknown: readonly string[]): string =>
  `has ${unknown.map((pattern) => `!${pattern}`).join(', ')}, but \`!\` only takes back a pattern of the built-in list, written exactly as it stands there (${BUILT_IN_EXCLUDE.join(', ')}), or all of them (!**)`;

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
  const levels = [...new Set<EnforcementLevel>([...ENFORCEMENT_LEVELS.sentinel, ...ENFORCEMENT_LEVELS.opa])];
  return oneOf(
    reader.text('enforcement-level'),
    undefined,
    Object.fromEntries(levels.map((level) => [level, level])),
  );
}
