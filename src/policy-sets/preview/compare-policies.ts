import { KINDS } from '../../model/kinds.ts';
import type { Configuration } from '../../repository/configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from '../../repository/configuration/policy-blocks.ts';
import { sourceOfBlock } from '../check/sentinel.ts';
import type { LocalSet, SetPolicy } from '../local-set.ts';
import type { FileChange } from './compare-files.ts';

/** What an upload changes of a policy, in the words of the `policies` output. */
export type SetPolicyPart = 'code' | 'enforcement-level' | 'params' | 'query' | 'source';

export interface PolicyChange {
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly changes: readonly SetPolicyPart[];
  readonly level: { readonly before: string | undefined; readonly after: string | undefined };
  readonly query?: { readonly before: string; readonly after: string } | undefined;
  /** Changed files that it needs and that are not its own, by path in the archive. */
  readonly touchedBy: readonly string[];
}

type Block = SentinelBlock | OpaBlock;

/** What an upload changes of each policy, from both configurations; those that go come last. */
export function comparePolicies(
  before: Configuration,
  local: LocalSet,
  files: readonly FileChange[],
): PolicyChange[] {
  const old = blocksOf(before);
  const changed = new Set(files.flatMap((change) => (change.kind === 'moved' ? [] : change.path)));
  const now = blocksOf(local.configuration);
  const kept = local.policies.flatMap((policy) => {
    const block = now.get(policy.name);
    return block === undefined ? [] : changeOf(policy, [old.get(policy.name), block], { local, changed });
  });
  const gone = [...old.values()].filter(({ name }) => !now.has(name));
  return [...kept, ...gone.map(goneChange)];
}

const blocksOf = ({ policies }: Configuration): ReadonlyMap<string, Block> =>
  new Map(policies.map((block: Block) => [block.name, block]));

const levelOf = ({ kind, enforcementLevel }: Block): string =>
  enforcementLevel?.value ?? KINDS[kind].defaultLevel;

const goneChange = (block: Block): PolicyChange => ({
  name: block.name,
  action: 'delete',
  changes: [],
  level: { before: levelOf(block), after: undefined },
  touchedBy: [],
});

interface Around {
  readonly local: LocalSet;
  /** Paths in the archive. */
  readonly changed: ReadonlySet<string>;
}

function changeOf(
  policy: SetPolicy,
  [old, now]: readonly [Block | undefined, Block],
  { local, changed }: Around,
): PolicyChange {
  const level = { before: old === undefined ? undefined : levelOf(old), after: levelOf(now) };
  const { name, entries } = policy;
  if (old === undefined) return { name, action: 'create', changes: [], level, touchedBy: [] };
  const needed = neededBy(entries, local.needs).filter((path) => changed.has(path));
  const changes: SetPolicyPart[] = [
    ...(entries.some((path) => changed.has(path)) ? ['code' as const] : []),
    ...(level.before === level.after ? [] : ['enforcement-level' as const]),
    ...settingsOf(old, now),
  ];
  const touchedBy = needed.filter((path) => !entries.includes(path));
  const action = changes.length + touchedBy.length === 0 ? 'unchanged' : 'update';
  return { name, action, changes, level, query: queryOf(old, now), touchedBy };
}

function settingsOf(old: Block, now: Block): SetPolicyPart[] {
  if (old.kind === 'opa' || now.kind === 'opa') return queryOf(old, now) === undefined ? [] : ['query'];
  return [
    ...(sourceOfBlock(old) === sourceOfBlock(now) ? [] : ['source' as const]),
    ...(paramsOf(old) === paramsOf(now) ? [] : ['params' as const]),
  ];
}

function queryOf(old: Block, now: Block): PolicyChange['query'] {
  if (old.kind !== 'opa' || now.kind !== 'opa' || old.query.value === now.query.value) return undefined;
  return { before: old.query.value, after: now.query.value };
}

/** However it is laid out. */
const paramsOf = ({ params }: SentinelBlock): string =>
  params === undefined ? '' : (params.source ?? JSON.stringify(params.names)).replace(/\s+/g, ' ');

/** All files that these need, directly or not, themselves included. */
function neededBy(entries: readonly string[], needs: LocalSet['needs']): string[] {
  const found = new Set(entries);
  // A set goes on with what is added to it on the way.
  for (const path of found) for (const next of needs.get(path) ?? []) found.add(next);
  return [...found];
}
