import { KINDS } from '../model/kinds.ts';
import { amount, type MovedEntry, plural, type SetEntry, type SetPolicyEntry } from './report.ts';

const WHOLE: Readonly<Record<SetEntry['content'], string>> = {
  same: 'content',
  differs: 'content, replaced entirely',
  'not known': 'content, replaced entirely',
  'none yet': 'content, for the first time',
  'not compared': 'content',
};

/** `content: 1 policy removed, 2 changed, 1 new; 5 files`. */
export function contentWords({ content, policies, fileChanges }: SetEntry): string {
  if (fileChanges === undefined) return WHOLE[content];
  const count = (action: string) => policies.filter(({ change }) => change?.action === action).length;
  const counts = [
    [count('delete'), 'removed'],
    [count('update'), 'changed'],
    [count('create'), 'new'],
  ] as const;
  const parts = counts.flatMap(([number, what]) => (number === 0 ? [] : [[number, what] as const]));
  const said = parts.map(([number, what], index) =>
    index === 0 ? `${plural(number, 'policy')} ${what}` : `${amount(number)} ${what}`,
  );
  const files = plural(fileChanges.length, 'file');
  return `content: ${said.length === 0 ? `${files}, no policy changes` : `${said.join(', ')}; ${files}`}`;
}

/** `policies/azure/sentinel.hcl is packed as sentinel.hcl at the root, with 2 sources adjusted`. */
export function movedWords({ from, to, sources }: MovedEntry): string {
  const adjusted = sources.length === 0 ? '' : `, with ${plural(sources.length, 'source')} adjusted`;
  return `${from} is packed as ${to} at the root${adjusted}`;
}

/** `mandatory`, `mandatory (default)`, `advisory (default of input.level)`. */
export function levelWords({ enforcementLevel, levelFrom }: SetPolicyEntry): string {
  if (levelFrom === undefined) return enforcementLevel ?? UNKNOWN_LEVEL;
  const from = shortened(levelFrom);
  if (enforcementLevel === undefined) return `${UNKNOWN_LEVEL} (${from})`;
  return `${enforcementLevel} (default${levelFrom === 'default' ? '' : ` of ${from}`})`;
}

const LONGEST_EXPRESSION = 60;

/** The start of an expression, on one line. */
function shortened(expression: string): string {
  const line = expression.replace(/\s+/g, ' ');
  return line.length > LONGEST_EXPRESSION ? `${line.slice(0, LONGEST_EXPRESSION)}…` : line;
}

const UNKNOWN_LEVEL = 'set at run time';

/** The name of a policy in reports. */
export const titleOf = ({ name, title }: Pick<SetPolicyEntry, 'name' | 'title'>): string => title ?? name;

/**
 * `Sentinel 0.40.0, in agent mode. Attached to 3 workspaces and 1 project. 281 policies (1 hard-mandatory, 280 advisory) in
 * 2,686 files (9.1 MB).`
 */
export function factsOf(entry: SetEntry): string {
  const { policies, files } = entry;
  const there = policies.filter(({ change }) => change?.action !== 'delete');
  // The content of a policy set that failed is not known.
  const lead = isUntouched(entry) ? 'The folder has ' : '';
  const held = `${lead}${plural(there.length, 'policy')}${levelsOf(there)} in ${plural(files.length, 'file')} (${sizeWords(sizeOf(files))}).`;
  return [toolOf(entry), scopeOf(entry), held].filter((part) => part !== '').join(' ');
}

/** The tool that runs the policies, as it is now if nothing was written. */
function toolOf(entry: SetEntry): string {
  const { kind, toolVersion, agentMode, action } = entry;
  const untouched = isUntouched(entry);
  const stays = untouched || action === 'create';
  const after = untouched ? toolVersion.before : toolVersion.after;
  const version = after === undefined ? '' : ` ${after}`;
  const was = stays || toolVersion.before === after ? '' : ` (was ${toolVersion.before ?? 'not set'})`;
  const isOn = (untouched ? agentMode.before : agentMode.after) === true;
  const wasOff = !stays && agentMode.before === false ? ' (was off)' : '';
  return `${KINDS[kind].label}${version}${was}${isOn ? `, in agent mode${wasOff}` : ''}.`;
}

const isUntouched = ({ status }: SetEntry): boolean => status === 'failed' || status === 'skipped';

/** ` (1 hard-mandatory, 3 advisory)`, the strictest first. */
function levelsOf(policies: readonly SetPolicyEntry[]): string {
  const byLevel = Map.groupBy(policies, ({ enforcementLevel }) => enforcementLevel ?? UNKNOWN_LEVEL);
  if (byLevel.size === 0) return '';
  const [only] = byLevel.keys();
  if (byLevel.size === 1) return ` (${policies.length > 1 ? 'all ' : ''}${only})`;
  const strictness = ([level, [first]]: [string, SetPolicyEntry[]]) => {
    const levels: readonly string[] = first === undefined ? [] : KINDS[first.kind].levels;
    return levels.indexOf(level);
  };
  const sorted = [...byLevel].toSorted((a, b) => strictness(b) - strictness(a));
  return ` (${sorted.map(([level, { length }]) => `${amount(length)} ${level}`).join(', ')})`;
}

/** Never says that it applies to nothing, because scopes such as Stacks are not visible. */
function scopeOf({ scope }: SetEntry): string {
  if (scope === undefined) return '';
  if (scope.global) return 'Global.';
  const parts = [
    scope.workspaces ? plural(scope.workspaces, 'workspace') : '',
    scope.projects ? plural(scope.projects, 'project') : '',
    scope.hasTagSelectors ? 'what its tag selectors match' : '',
  ].filter((part) => part !== '');
  const last = parts.pop();
  if (last === undefined) return '';
  return `Attached to ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`;
}

const sizeOf = (files: SetEntry['files']): number => files.reduce((sum, { size }) => sum + size, 0);

export const sizeWords = (bytes: number): string =>
  bytes < 1000
    ? `${bytes}\u00a0B`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)}\u00a0kB`
      : `${(bytes / 1_000_000).toFixed(1)}\u00a0MB`;
