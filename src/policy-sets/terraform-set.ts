import { posix } from 'node:path';
import type { Place, Problem } from '../model/problem.ts';
import { configuredFolder, pathBelow, type SetFolder } from '../model/set-folder.ts';
import {
  readTerraformPolicies,
  type TerraformFile,
  unreadableTerraformFile,
  withLevelsOfFolder,
} from '../repository/configuration/terraform-policies.ts';
import type { ConfigurationFile, Configured } from './configured.ts';
import type { Exclusions } from './exclusions.ts';
import type { FolderOfPolicies } from './kind-of-folder.ts';
import type { TerraformConfiguration } from './set-configuration.ts';
import { namedSources, sourcesOf } from './sources.ts';

/** Names of the policy files that are not excluded. Like sources, they are packed even if excluded by default. */
export function selectedPolicyFiles(
  { policyFiles }: FolderOfPolicies,
  { folder, path = '' }: SetFolder,
  exclusionsWith: (named: ReadonlyMap<string, Place>) => Exclusions,
): string[] {
  const named = new Map(policyFiles.map((name) => [pathBelow(path, name), {}]));
  const exclusions = exclusionsWith(named);
  return policyFiles.filter((name) => {
    const to = pathBelow(path, name);
    return exclusions.ofFile(to, [{ path: to, file: pathBelow(folder, to) }]) === undefined;
  });
}

interface UnreadableFile {
  /** From the workspace. */
  readonly file: string;
  readonly problem: Problem;
}

/** Reads all files of Terraform policies in a folder, and decides how they and their sources are packed. */
export async function configureTerraform(
  { folder, path }: SetFolder,
  texts: readonly (ConfigurationFile | UnreadableFile)[],
): Promise<Configured<TerraformConfiguration>> {
  const read: TerraformFile[] = [];
  // One after another, because each text may be long.
  for (const each of texts) {
    const isRead = 'text' in each;
    read.push(
      isRead
        ? await readTerraformPolicies(each.file, each.text)
        : unreadableTerraformFile(each.file, each.problem),
    );
  }
  const files = withLevelsOfFolder(read);
  const configuration: TerraformConfiguration = {
    kind: 'tfpolicy',
    path: configuredFolder({ folder, path }),
    files,
    policies: files.flatMap(({ policies }) => policies),
    problems: files.flatMap(({ problems }) => problems),
    warnings: files.flatMap(({ warnings }) => warnings),
  };
  const sources = sourcesOf(configuration, path);
  const { executables, named } = namedSources(sources);
  const ofFiles = texts.map(({ file }): [string, Place] => [
    pathBelow(path ?? '', posix.basename(file)),
    { file, line: 1 },
  ]);
  return {
    configuration,
    sources,
    packing: { named: new Map([...ofFiles, ...named]), executables, move: undefined },
    problems: configuration.problems,
  };
}
