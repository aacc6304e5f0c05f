import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Patterns } from '../inputs/patterns.ts';
import type { Problem } from '../model/problem.ts';
import {
  type Configuration,
  readConfiguration,
  unreadableConfiguration,
} from './configuration/configuration.ts';
import { type FoundFile, findFiles, type ListedFolder } from './find-files.ts';
import { guarded } from './guarded.ts';
import { readConfigurationText } from './source.ts';

/** The configuration files found, and their problems. */
export interface Configured {
  readonly configurations: readonly Configuration[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The patterns of configuration files. */
export const configurationsOf = ({ config, exclude }: FileInputs): Patterns => ({ include: config, exclude });

/** Reads the configuration files in a listing that was made with their patterns. */
export async function readConfigurations(folder: ListedFolder, inputs: FileInputs): Promise<Configured> {
  const found = await findFiles(folder, configurationsOf(inputs));
  const read = await Promise.all(found.files.map(readConfigurationFile));
  // A file that cannot be read may name policies, so files below it are not named after themselves.
  const unread = found.problems.map((problem) => unreadableConfiguration(problem.place?.file ?? '', problem));
  const configurations = [...read, ...unread];
  return {
    configurations,
    problems: configurations.flatMap(({ problems }) => problems),
    warnings: configurations.flatMap(({ warnings }) => warnings),
  };
}

async function readConfigurationFile(file: FoundFile): Promise<Configuration> {
  const unreadable = (problem: Problem) => unreadableConfiguration(file.path, problem);
  const place = { file: file.path };
  return guarded(
    async () => {
      const source = readConfigurationText(file);
      return 'text' in source ? readConfiguration(file.path, source.text) : unreadable(source);
    },
    (problem) => unreadable({ ...problem, place }),
  );
}
