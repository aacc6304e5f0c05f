import { type IndividualKind, KINDS, kindOfConfiguration, POLICY_KINDS } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';

/** What a folder holds: policies of one kind. */
export type FolderKind = FolderWithConfiguration | FolderOfPolicies;

export interface FolderWithConfiguration {
  readonly kind: IndividualKind;
  /** Name of the file that names the policies. */
  readonly configuration: string;
}

export interface FolderOfPolicies {
  readonly kind: 'tfpolicy';
  /** Names of the files that hold the policies, sorted. */
  readonly policyFiles: readonly string[];
}

/** The name that a versioned policy set's configuration has, for the kind that has every name elsewhere. */
export const SENTINEL_CONFIGURATION = 'sentinel.hcl';

const CONFIGURATIONS = [
  SENTINEL_CONFIGURATION,
  ...POLICY_KINDS.flatMap((kind) => KINDS[kind].configurationFiles ?? []),
];

/** Whether a file holds policies of Terraform's own language, by its name. macOS adds others that only look so. */
export const isTerraformPolicy = (name: string): boolean =>
  name.endsWith(KINDS.tfpolicy.ending) && !name.startsWith('._');

/**
 * Decides what a folder holds by the names of the files directly in it (docs/policy-sets.md#kind-of-a-folder).
 *
 * @param shown the folder as it is shown in messages; empty: the workspace itself
 * @param below what is wrong where the folder has nothing, but holds Terraform policies further below
 */
export function kindOfFolder(
  names: readonly string[],
  shown: string,
  below: () => Problem | undefined = () => undefined,
): FolderKind | Problem {
  const found = CONFIGURATIONS.filter((name) => names.includes(name));
  const policyFiles = names.filter(isTerraformPolicy).toSorted();
  const [configuration, ...more] = found;
  const folder = shownFolder(shown);
  if (configuration === undefined && policyFiles.length > 0) return { kind: 'tfpolicy', policyFiles };
  if (configuration !== undefined && more.length === 0 && policyFiles.length === 0)
    return { kind: kindOfConfiguration(configuration), configuration };
  if (configuration === undefined) {
    return (
      below() ?? {
        message: `${folder} has none of ${CONFIGURATIONS.join(', ')}, nor a file *${KINDS.tfpolicy.ending}, so it is not a policy set.`,
        place: INPUT,
        advice:
          'Name the folder that holds the configuration file or the policies, or add one that names the policies.',
      }
    );
  }
  return {
    message: `${folder} has ${listed([...found, ...policyFiles])}, but a policy set holds policies of one kind, with one configuration file.`,
    place: INPUT,
    advice: 'Remove all but one, or publish each from a folder of its own.',
  };
}

const INPUT = { input: 'versioned-policy-sets' };

export const shownFolder = (shown: string): string =>
  shown === '' ? 'The root of the workspace' : `Folder ${shown}`;

const MOST = 5;

export const listed = (names: readonly string[]): string =>
  names.length > MOST
    ? `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`
    : names.join(', ');
