import { type IndividualKind, KINDS, kindOfConfiguration, POLICY_KINDS } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import type { FileTree } from './file-tree.ts';

/** A folder contains policies of one kind. */
export type FolderKind = FolderWithConfiguration | FolderOfPolicies;

export interface FolderWithConfiguration {
  readonly kind: IndividualKind;
  /** Name of the configuration file. */
  readonly configuration: string;
}

export interface FolderOfPolicies {
  readonly kind: 'tfpolicy';
  /** Names of the policy files, sorted. */
  readonly policyFiles: readonly string[];
}

/** The name of the configuration in a versioned policy set. Individually managed policies may use other names. */
export const SENTINEL_CONFIGURATION = 'sentinel.hcl';

const CONFIGURATIONS = [
  SENTINEL_CONFIGURATION,
  ...POLICY_KINDS.flatMap((kind) => KINDS[kind].configurationFiles ?? []),
];

/** Whether a file contains Terraform policies, by its name. `._*` are metadata of macOS. */
export const isTerraformPolicy = (name: string): boolean =>
  name.endsWith(KINDS.tfpolicy.ending) && !name.startsWith('._');

/** The names of entries that are not folders, because a folder may have any name. */
export const filesAmong = (entries: ReturnType<FileTree['list']>): string[] =>
  entries.filter(({ type }) => type !== 'folder').map(({ name }) => name);

/**
 * Determines the kind from the names of the files directly in the folder (docs/policy-sets.md#kind-of-a-folder).
 *
 * @param shown the folder as shown in messages. Empty: the workspace itself
 * @param below the problem if the folder has none of these files, but Terraform policies in folders below
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
        message: `${folder} is not a policy set: it contains none of ${CONFIGURATIONS.join(', ')}, and no *${KINDS.tfpolicy.ending} file.`,
        place: INPUT,
        advice:
          'Use the folder that contains the configuration file or the policies, or add a configuration file.',
      }
    );
  }
  return {
    message: `${folder} contains ${listed([...found, ...policyFiles])}, but a policy set has policies of one kind and one configuration file.`,
    place: INPUT,
    advice: 'Keep one of them, or publish each from its own folder.',
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
