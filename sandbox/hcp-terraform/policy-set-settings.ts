import type { Settings } from './options.ts';
import type { PolicySet, PolicySetKind } from './state.ts';
import type { Validation } from './validation.ts';

type AgentSettings = {
  'agent-enabled': boolean;
  'policy-tool-version': string | null;
  overridable: boolean | null;
};

/** Whether a new set runs on agents, and its tool version (docs/terraform-api.md#policy-sets). */
export function newSettings(kind: PolicySetKind, validation: Validation, settings: Settings): AgentSettings {
  const agent = statedAgent(kind, validation) ?? kind !== 'sentinel';
  return settled(agent, {
    version: statedVersion(kind, agent, { validation, settings }) ?? defaultVersion(kind, settings),
    overridable: validation.flag('overridable') ?? false,
  });
}

/** The same for a change of a set. The documentation disagrees on whether omitted settings are kept or reset. */
export function changedSettings(set: PolicySet, validation: Validation, settings: Settings): AgentSettings {
  const before = settingsOf(set);
  const reset = settings.omittedSettings === 'reset';
  const kept = reset ? set.kind !== 'sentinel' : before['agent-enabled'];
  const agent = statedAgent(set.kind, validation) ?? kept;
  const fallback = reset || !before['agent-enabled'];
  return settled(agent, {
    version:
      statedVersion(set.kind, agent, { validation, settings }) ??
      (fallback ? defaultVersion(set.kind, settings) : before['policy-tool-version']),
    overridable: validation.flag('overridable') ?? before.overridable ?? false,
  });
}

function settingsOf({ attributes }: PolicySet): AgentSettings {
  const version = attributes['policy-tool-version'];
  const overridable = attributes['overridable'];
  return {
    'agent-enabled': attributes['agent-enabled'] === true,
    'policy-tool-version': typeof version === 'string' ? version : null,
    overridable: typeof overridable === 'boolean' ? overridable : null,
  };
}

/** Without agents, there is neither a version nor an override. */
function settled(
  agent: boolean,
  { version, overridable }: { version: string | null; overridable: boolean },
): AgentSettings {
  return {
    'agent-enabled': agent,
    'policy-tool-version': agent ? version : null,
    overridable: agent ? overridable : null,
  };
}

/** OPA always runs on agents. */
function statedAgent(kind: PolicySetKind, validation: Validation): boolean | undefined {
  const stated = validation.flag('agent-enabled');
  return kind === 'opa' ? true : stated;
}

/** Without agents, a version is neither rejected nor stored. */
function statedVersion(
  kind: PolicySetKind,
  agent: boolean,
  { validation, settings }: { validation: Validation; settings: Settings },
): string | null {
  const version = validation.textOrNull('policy-tool-version');
  const offered = [...settings.toolVersions[kind], ...(kind === 'sentinel' ? ['latest'] : [])];
  if (agent && version !== null && !offered.includes(version)) {
    validation.refuse('policy-tool-version', 'Policy tool version is not supported');
  }
  return version;
}

function defaultVersion(kind: PolicySetKind, { toolVersions }: Settings): string | null {
  return kind === 'sentinel' ? 'latest' : (toolVersions[kind].at(-1) ?? null);
}
