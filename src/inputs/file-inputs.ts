import { ENFORCEMENT_LEVELS, type EnforcementLevel } from '../policy.ts';
import { type Patterns, parsePatterns } from './patterns.ts';
import { oneOf, type Reader } from './reader.ts';

/** What decides which files are policies, and what their files state by default. */
export interface FileInputs {
  readonly workingDirectory: string;
  readonly policies: Patterns;
  readonly exclude: readonly string[];
  readonly namePrefix: string;
  /** Where configuration files are looked for; without patterns there are none. */
  readonly config: readonly string[];
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** OPA query, in which `{package}` stands for the file's Rego package. */
  readonly query: string | undefined;
}

export const DEFAULT_POLICIES = '**/*.sentinel\n**/*.rego';
export const DEFAULT_EXCLUDE = [
  '**/test/**',
  '**/tests/**',
  '**/testdata/**',
  '**/mocks/**',
  '**/mock-*.sentinel',
  '**/*_test.rego',
  '**/node_modules/**',
].join('\n');

export const DEFAULT_CONFIG = ['**/sentinel.hcl', '**/policies.hcl', '**/policies.json'].join('\n');

export function readFileInputs(reader: Reader): FileInputs | undefined {
  return reader.group(() => ({
    workingDirectory: reader.text('working-directory')?.trim() ?? '.',
    policies: reader.value('policies', readPolicyPatterns),
    exclude: reader.value('exclude', (r) => readPatternList(r, 'exclude', DEFAULT_EXCLUDE)),
    namePrefix: reader.value('name-prefix', readNamePrefix),
    config: reader.value('config', (r) => readPatternList(r, 'config', DEFAULT_CONFIG)),
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

/** A list of patterns that may be set empty, and in which `!` has no sense. */
function readPatternList(reader: Reader, input: string, preset: string): readonly string[] {
  const patterns = parsePatterns(reader.given(input) ?? preset);
  if (patterns.exclude.length > 0) {
    const meant = input === 'exclude' ? 'every pattern here excludes' : 'use `exclude` to leave files out';
    throw new Error(`has patterns that begin with "!"; ${meant}: ${patterns.exclude.join(', ')}`);
  }
  return patterns.include;
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
  const levels = [...new Set<EnforcementLevel>([...ENFORCEMENT_LEVELS.sentinel, ...ENFORCEMENT_LEVELS.opa])];
  return oneOf(
    reader.text('enforcement-level'),
    undefined,
    Object.fromEntries(levels.map((level) => [level, level])),
  );
}
