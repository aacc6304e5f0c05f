import { KINDS } from '../../model/kinds.ts';
import type { Place, Problem } from '../../model/problem.ts';
import type { Configuration } from '../../repository/configuration/configuration.ts';
import { isRemoteSource } from '../../repository/configuration/remote-source.ts';

/** A feature in a policy set that not every version of Sentinel supports. */
export interface UsedFeature {
  /** The first version that supports it: `0.19.0`. */
  readonly since: string;
  /** The feature, in the plural. */
  readonly what: string;
  readonly place: Place;
  /** What versions before `until` do wrong, although they support it. */
  readonly flaw?: { readonly until: string; readonly words: string };
}

/** The oldest Sentinel version that agents run (docs/policy-sets.md#versions-of-sentinel). */
const FIRST_ON_AGENTS = '0.23.1';

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;
type Feature = Omit<UsedFeature, 'place'> & {
  /** The lines of the configuration that use it. */
  readonly linesIn: (configuration: SentinelConfiguration) => readonly number[];
};

const importBlocks = (form: SentinelConfiguration['provided'][number]['form']): Feature => ({
  since: '0.19.0',
  what: `\`import "${form}"\` blocks`,
  linesIn: ({ provided }) =>
    provided.filter((each) => each.form === form && !each.isOlderForm).map(({ line }) => line),
});

/** The line of a remote source. */
const remoteLine = ({
  source,
}: Pick<SentinelConfiguration['provided'][number], 'source'>): readonly number[] =>
  source !== undefined && isRemoteSource(source.value) ? [source.line] : [];

/** Configuration features by version. Source: https://developer.hashicorp.com/sentinel/docs/changelog */
const FEATURES: readonly Feature[] = [
  { since: '0.16.0', what: 'configuration files in HCL', linesIn: () => [1] },
  {
    since: '0.16.0',
    what: 'remote sources of policies and modules',
    linesIn: ({ policies, provided }) =>
      [...policies, ...provided.filter(({ form }) => form === 'module')].flatMap(remoteLine),
  },
  {
    since: '0.18.11',
    what: '`policy` blocks without `enforcement_level`',
    linesIn: ({ policies }) =>
      policies.flatMap(({ enforcementLevel, line }) => (enforcementLevel === undefined ? line : [])),
  },
  importBlocks('module'),
  importBlocks('static'),
  importBlocks('plugin'),
  {
    since: '0.21.0',
    what: '`params` of a policy',
    linesIn: ({ policies }) => policies.flatMap(({ params }) => params?.line ?? []),
    flaw: { until: '0.26.0', words: 'may also apply the `params` of one policy to the next one' },
  },
  { since: '0.22.0', what: '`sentinel` blocks', linesIn: ({ tool }) => tool.map(({ line }) => line) },
  {
    since: '0.23.0',
    what: 'features such as `apply-all`',
    linesIn: ({ tool }) =>
      tool.flatMap(({ features }) => (features?.names.includes('apply-all') ? features.line : [])),
  },
  {
    since: '0.24.0',
    what: 'remote sources of static imports and plugins',
    linesIn: ({ provided }) => provided.filter(({ form }) => form !== 'module').flatMap(remoteLine),
  },
];

/**
 * Features in a policy set that not every version of Sentinel supports, by version.
 *
 * @param partial places of imports of a part of static data: `import "people/admins"`
 */
export function usedFeatures(configuration: SentinelConfiguration, partial: readonly Place[]): UsedFeature[] {
  const { path: file } = configuration;
  const configured = FEATURES.flatMap(({ linesIn, ...feature }) =>
    linesIn(configuration).map((line) => ({ ...feature, place: { file, line } })),
  );
  const imported = partial.map((place) => ({
    since: '0.40.0',
    what: 'imports of a part of static data',
    place,
  }));
  return [...configured, ...imported];
}

/** Warnings for features that the Sentinel version of a policy set does not support. `latest` supports everything. */
export function tooNewFor(
  { name, toolVersion }: { readonly name: string; readonly toolVersion: string },
  features: readonly UsedFeature[],
): Problem[] {
  if (features.length === 0 || numbersOf(toolVersion) === undefined) return [];
  const runs = `Policy set "${name}" runs ${KINDS.sentinel.label} ${toolVersion}`;
  const onAgents = isOlder(toolVersion, FIRST_ON_AGENTS)
    ? [
        {
          message: `${runs}, but agents require Sentinel ${FIRST_ON_AGENTS} or later.`,
          place: { input: 'policy-tool-version' },
          advice: adviceFor(FIRST_ON_AGENTS),
        },
      ]
    : [];
  return [...onAgents, ...features.flatMap((feature) => unknownTo(toolVersion, runs, feature))];
}

function unknownTo(toolVersion: string, runs: string, feature: UsedFeature): Problem[] {
  const { since, what, place, flaw } = feature;
  if (isOlder(toolVersion, since)) {
    const message = `${runs}, which does not support ${what}. They require Sentinel ${since} or later.`;
    return [{ message, place, advice: adviceFor(since) }];
  }
  if (flaw === undefined || !isOlder(toolVersion, flaw.until)) return [];
  const message = `${runs}, which ${flaw.words}. Sentinel ${flaw.until} fixes this.`;
  return [{ message, place, advice: adviceFor(flaw.until) }];
}

/** Never advises a version that agents do not run. */
function adviceFor(version: string): string {
  const advised = isOlder(version, FIRST_ON_AGENTS) ? FIRST_ON_AGENTS : version;
  return `Set \`policy-tool-version\` to ${advised} or later, or to \`latest\`.`;
}

/** Major, minor and patch. Without a patch, the latest one is assumed. Undefined if it is not a version. */
function numbersOf(version: string): readonly number[] | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return [Number(major), Number(minor), patch === undefined ? Number.POSITIVE_INFINITY : Number(patch)];
}

function isOlder(version: string, than: string): boolean {
  const [left = [], right = []] = [numbersOf(version), numbersOf(than)];
  const index = left.findIndex((number, at) => number !== right[at]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}
