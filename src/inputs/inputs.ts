import { createHash } from 'node:crypto';
import { ENFORCEMENT_LEVELS, type EnforcementLevel } from '../policy.ts';
import type { Place, Problem } from '../problem.ts';
import { type Host, parseHost, terraformCliToken } from './host.ts';
import { type Patterns, parsePatterns } from './patterns.ts';

/** What decides which files are policies, and what their files state by default. */
export interface FileInputs {
  readonly workingDirectory: string;
  readonly policies: Patterns;
  readonly exclude: readonly string[];
  readonly namePrefix: string;
  readonly enforcementLevel: EnforcementLevel | undefined;
}

/** A policy set as the user names it (interface.md 1). */
export type PolicySetReference = { readonly id: string } | { readonly name: string };

export interface TerraformInputs {
  readonly host: Host;
  readonly organization: string | undefined;
  readonly token: string | undefined;
  readonly policySets: readonly PolicySetReference[];
  readonly parallelism: number;
}

export interface RunInputs {
  readonly dryRun: boolean | 'auto';
  readonly allowFork: boolean;
  readonly pullRequest: number | undefined;
}

export type CommentMode = 'always' | 'changes' | 'never';

export interface CommentInputs {
  readonly mode: CommentMode;
  readonly key: string;
  readonly githubToken: string | undefined;
}

/**
 * Everything the user set, each group by itself: a group with a problem is missing, so that the other
 * groups' problems can still be found, and reported where the user looks.
 */
export interface Inputs {
  readonly files: FileInputs | undefined;
  readonly terraform: TerraformInputs | undefined;
  readonly run: RunInputs | undefined;
  readonly comment: CommentInputs | undefined;
  readonly problems: readonly Problem[];
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

const DEFAULT_HOST = 'app.terraform.io';
const MAX_PARALLELISM = 50;
const MAX_KEY_LENGTH = 100;
const POLICY_SET_ID = /^polset-[A-Za-z0-9]{16}$/;

/** Reads every input and its environment fallbacks (interface.md 1). Finds all problems, throws none. */
export function readInputs(environment: NodeJS.ProcessEnv): Inputs {
  const reader = new Reader(environment);
  return {
    files: readFileInputs(reader),
    terraform: readTerraformInputs(reader),
    run: readRunInputs(reader),
    comment: readCommentInputs(reader),
    problems: reader.problems,
  };
}

/** The tokens as they arrive, to be masked before anything is printed. */
export function readSecrets(environment: NodeJS.ProcessEnv): string[] {
  const reader = new Reader(environment);
  const host = reader.value('hostname', readHost);
  const cli = Object.entries(environment).filter(([name]) => name.startsWith('TF_TOKEN_'));
  return [
    reader.text('token'),
    environment['TFE_TOKEN'],
    environment['TF_API_TOKEN'],
    reader.text('github-token'),
    host === undefined ? undefined : terraformCliToken(environment, host),
    ...cli.map(([, value]) => value),
  ]
    .map((token) => token?.trim() ?? '')
    .filter((token) => token !== '');
}

function readFileInputs(reader: Reader): FileInputs | undefined {
  return reader.group(() => ({
    workingDirectory: reader.text('working-directory')?.trim() ?? '.',
    policies: reader.value('policies', readPolicyPatterns),
    exclude: reader.value('exclude', readExclude),
    namePrefix: reader.value('name-prefix', readNamePrefix),
    enforcementLevel: reader.value('enforcement-level', readEnforcementLevel),
  }));
}

function readTerraformInputs(reader: Reader): TerraformInputs | undefined {
  return reader.group(() => {
    const host = reader.value('hostname', readHost);
    return {
      host,
      organization: reader.value('organization', readOrganization),
      token: reader.value('token', (r) => readToken(r, host)),
      policySets: reader.value('policy-sets', readPolicySets),
      parallelism: reader.value('parallelism', readParallelism),
    };
  });
}

function readRunInputs(reader: Reader): RunInputs | undefined {
  return reader.group(() => ({
    dryRun: reader.value('dry-run', (r) =>
      oneOf(r.text('dry-run'), false, { ...BOOLEANS, auto: 'auto' as const }),
    ),
    allowFork: reader.value('allow-fork', (r) => oneOf(r.text('allow-fork'), false, BOOLEANS)),
    pullRequest: reader.value('pull-request', readPullRequest),
  }));
}

function readCommentInputs(reader: Reader): CommentInputs | undefined {
  return reader.group(() => ({
    mode: reader.value('comment', (r) => oneOf(r.text('comment'), 'always' as const, COMMENT_MODES)),
    key: reader.value('comment-key', readCommentKey),
    githubToken: reader.text('github-token')?.trim(),
  }));
}

const COMMENT_MODES = { always: 'always', changes: 'changes', never: 'never' } as const;
/** YAML 1.2's spellings, as GitHub's own toolkit reads them. */
const BOOLEANS = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false } as const;

function oneOf<T, D>(text: string | undefined, preset: D, values: Record<string, T>): T | D {
  if (text === undefined) return preset;
  const value = Object.hasOwn(values, text.trim()) ? values[text.trim()] : undefined;
  if (value === undefined)
    throw new Error(`is "${text}"; use one of ${distinct(Object.keys(values)).join(', ')}`);
  return value;
}

const distinct = (names: string[]) => [...new Set(names.map((name) => name.toLowerCase()))];

function readPolicyPatterns(reader: Reader): Patterns {
  const patterns = parsePatterns(reader.text('policies') ?? DEFAULT_POLICIES);
  if (patterns.include.length === 0) {
    throw new Error(
      'holds no pattern that selects files, only exclusions or comments; add one such as **/*.sentinel',
    );
  }
  return patterns;
}

function readExclude(reader: Reader): readonly string[] {
  const patterns = parsePatterns(reader.given('exclude') ?? DEFAULT_EXCLUDE);
  if (patterns.exclude.length > 0) {
    throw new Error(
      `has patterns that begin with "!"; every pattern here excludes: ${patterns.exclude.join(', ')}`,
    );
  }
  return patterns.include;
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

function readHost({ environment, text }: Reader): Host {
  const variables = ['TF_CLOUD_HOSTNAME', 'TFE_HOSTNAME', 'TF_HOSTNAME'];
  return parseHost(text('hostname')?.trim() ?? firstOf(environment, variables) ?? DEFAULT_HOST);
}

function readOrganization({ environment, text }: Reader): string | undefined {
  const name =
    text('organization')?.trim() ?? firstOf(environment, ['TF_CLOUD_ORGANIZATION', 'TFE_ORGANIZATION']);
  if (name !== undefined && !/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new Error(`is "${name}", which is no organization name: those hold letters, digits, "-" and "_"`);
  }
  return name;
}

function readToken({ environment, text }: Reader, host: Host | undefined): string | undefined {
  const cli = host === undefined ? undefined : terraformCliToken(environment, host);
  const token = text('token') ?? cli ?? firstOf(environment, ['TFE_TOKEN', 'TF_API_TOKEN']);
  // A header cannot carry it; the value itself must not be shown.
  if (token !== undefined && /[^\x21-\x7e]/.test(token.trim())) {
    throw new Error('holds white space or other characters that no token has; store it again, on one line');
  }
  return token?.trim();
}

function readPolicySets(reader: Reader): PolicySetReference[] {
  const names = (reader.text('policy-sets') ?? '').split(/[\n,]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))].map((name) =>
    POLICY_SET_ID.test(name) ? { id: name } : { name },
  );
}

function readParallelism(reader: Reader): number {
  return wholeNumber(reader.text('parallelism'), { least: 1, most: MAX_PARALLELISM }) ?? 10;
}

function readPullRequest(reader: Reader): number | undefined {
  return wholeNumber(reader.text('pull-request'), { least: 1, most: Number.MAX_SAFE_INTEGER });
}

function wholeNumber(
  text: string | undefined,
  { least, most }: { least: number; most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new Error(`is "${text}"; use a whole number, ${range}`);
}

/** What tells apart the comments of several uses of the action in one pull request (interface.md 1). */
function readCommentKey(reader: Reader): string {
  const key = reader.text('comment-key')?.trim();
  if (key === undefined) return derivedCommentKey(reader);
  if (key.length > MAX_KEY_LENGTH || /\p{Cc}|\p{Zl}|\p{Zp}/u.test(key)) {
    throw new Error(
      `is longer than ${MAX_KEY_LENGTH} characters or holds control characters; use a short word`,
    );
  }
  return key;
}

function derivedCommentKey(reader: Reader): string {
  const policies = reader.text('policies');
  const parts = [
    reader.quietly(readHost)?.name,
    reader.quietly(readOrganization),
    defaultOwner(reader),
    reader.text('name-prefix'),
    policies === undefined || sameLines(policies, DEFAULT_POLICIES) ? undefined : policies.trim(),
  ];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  return `${parts[1] ?? 'policies'}-${digest}`;
}

/** `<owner>/<repo>`, and `//<working-directory>` when that is not the root (interface.md 1). */
function defaultOwner({ environment, text }: Reader): string {
  const folder = (text('working-directory') ?? '.').replace(/^(\.\/)+|\/+$/g, '');
  return `${environment['GITHUB_REPOSITORY'] ?? ''}${folder === '' || folder === '.' ? '' : `//${folder}`}`;
}

const sameLines = (a: string, b: string) => a.split(/\s+/).filter(Boolean).join('\n') === b;

function firstOf(environment: NodeJS.ProcessEnv, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
}

/** The one reader of `INPUT_*`. Remembers each problem under the input's name. */
class Reader {
  readonly problems: Problem[] = [];
  readonly environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.environment = environment;
  }

  /** The input as set, the empty string included; nothing where it is not declared. */
  readonly given = (input: string): string | undefined =>
    this.environment[`INPUT_${input.replaceAll(' ', '_').toUpperCase()}`];

  /** The input as set; one that is empty counts as not given (interface.md 1). */
  readonly text = (input: string): string | undefined => {
    const value = this.given(input);
    return value === undefined || value.trim() === '' ? undefined : value;
  };

  /** Parses one input. Whoever uses the answer has to be inside `group`, which a problem empties. */
  value<T>(input: string, parse: (reader: Reader) => T): T {
    try {
      return parse(this);
    } catch (error) {
      const place: Place = { input };
      this.problems.push({ message: `\`${input}\` ${(error as Error).message}.`, place });
      return undefined as T;
    }
  }

  quietly<T>(parse: (reader: Reader) => T): T | undefined {
    try {
      return parse(this);
    } catch {
      return undefined;
    }
  }

  group<T>(read: () => T): T | undefined {
    const before = this.problems.length;
    const group = read();
    return this.problems.length === before ? group : undefined;
  }
}
