import { KINDS, kindOfConfiguration, POLICY_KINDS, type PolicyKind } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';

/** What a folder holds: policies of one kind, as its configuration file says. */
export interface FolderKind {
  readonly kind: PolicyKind;
  /** Name of the configuration file. */
  readonly configuration: string;
}

/** The name that a versioned policy set's configuration has, for the kind that has every name elsewhere. */
export const SENTINEL_CONFIGURATION = 'sentinel.hcl';

const CONFIGURATIONS = [
  SENTINEL_CONFIGURATION,
  ...POLICY_KINDS.flatMap((kind) => KINDS[kind].configurationFiles ?? []),
];

/** How a file of Terraform's own policy language is called. */
const TERRAFORM_POLICY = '.policy.hcl';

/**
 * Decides what a folder holds by the names of the files directly in it (docs/policy-sets.md#kind-of-a-folder).
 *
 * @param shown the folder as it is shown in messages; empty: the workspace itself
 */
export function kindOfFolder(names: readonly string[], shown: string): FolderKind | Problem {
  const found = CONFIGURATIONS.filter((name) => names.includes(name));
  const others = names.filter((name) => name.endsWith(TERRAFORM_POLICY));
  const [configuration, ...more] = found;
  const place = { input: 'versioned-policy-sets' };
  const folder = shown === '' ? 'The root of the workspace' : `Folder ${shown}`;
  if (configuration !== undefined && more.length === 0 && others.length === 0)
    return { kind: kindOfConfiguration(configuration), configuration };
  if (configuration === undefined && others.length === 0) {
    return {
      message: `${folder} has none of ${CONFIGURATIONS.join(', ')}, so it is not a policy set.`,
      place,
      advice: 'Name the folder that holds the configuration file, or add one that names the policies.',
    };
  }
  if (configuration === undefined) {
    return {
      message: `${folder} holds Terraform policies (${listed(others)}), a kind that this version of the action does not publish.`,
      place,
      advice: 'Publish Sentinel or OPA policies, or update the action.',
    };
  }
  return {
    message: `${folder} has ${listed([...found, ...others])}, but a policy set holds policies of one kind, with one configuration file.`,
    place,
    advice: 'Remove all but one, or publish each from a folder of its own.',
  };
}

const MOST = 5;

const listed = (names: readonly string[]): string =>
  names.length > MOST
    ? `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`
    : names.join(', ');
