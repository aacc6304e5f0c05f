import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Problem } from '../model/problem.ts';
import {
  type Configuration,
  readConfiguration,
  unreadableConfiguration,
} from './configuration/configuration.ts';
import { type Folder, type FoundFile, findFiles } from './find-files.ts';
import { guarded } from './guarded.ts';
import { readConfigurationText } from './source.ts';

/** The configuration files of a search, and what is to be said of them. */
export interface Configured {
  readonly configurations: readonly Configuration[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export async function readConfigurations(
  folder: Folder,
  { config, exclude }: FileInputs,
): Promise<Configured> {
  if (config.length === 0) return { configurations: [], problems: [], warnings: [] };
  const found = await findFiles(folder, { include: config, exclude });
  const read = await Promise.all(found.files.map(readConfigurationFile));
  // What cannot be read may name policies all the same: nothing below it goes by file name.
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
