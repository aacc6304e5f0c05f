import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import type { Folder } from '../repository/find-files.ts';
import { reason } from '../repository/read-file.ts';
import { blobIdOf } from './digest.ts';
import { diskTree } from './file-tree.ts';
import { judgeContent, judgeFiles, judgeSizes } from './limits.ts';
import type { PackedFile } from './packed-file.ts';
import { type SelectRules, selectFiles } from './select-files.ts';

export interface CollectRules extends SelectRules {
  /** Whether a file holds one of the run's own secrets. */
  readonly holdsSecret: (content: Buffer) => boolean;
}

export interface Collected {
  /** In the order of the archive. */
  readonly files: readonly PackedFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Collects what is packed of a folder on this machine, and judges what nothing may be packed with. */
export function collect({ workspace, root }: Folder, rules: CollectRules): Collected {
  const folder = path.relative(workspace, root).replaceAll(path.sep, '/');
  const { files, leftOut, problems } = selectFiles(diskTree(workspace), folder, rules);
  const found = files.map(({ place, ...file }) => {
    const location = path.join(workspace, place);
    return { ...file, location, size: statSync(location).size };
  });
  const sizes = judgeSizes(found, folder);
  const all = [...problems, ...judgeFiles(found), ...sizes.problems];
  // Too much is not read, only to be refused.
  if (sizes.problems.length > 0) return { files: [], leftOut, problems: all, warnings: [] };
  const read = found.map((file) => readFile(file, rules));
  return {
    files: read.flatMap((each) => ('blob' in each ? each : [])),
    leftOut,
    problems: [...all, ...read.flatMap((each) => ('message' in each ? each : []))],
    warnings: sizes.warnings,
  };
}

function readFile(file: Omit<PackedFile, 'blob'>, { holdsSecret }: CollectRules): PackedFile | Problem {
  let content: Buffer;
  try {
    content = readFileSync(file.location);
  } catch (error) {
    return { message: `The file cannot be read. ${reason(error)}`, place: { file: file.file } };
  }
  const problem = judgeContent(file.file, content, holdsSecret);
  return problem ?? { ...file, size: content.length, blob: blobIdOf(content) };
}
