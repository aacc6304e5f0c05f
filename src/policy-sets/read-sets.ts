import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { KINDS } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import { describeReference, type PolicySetReference } from '../model/policy-set.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { describeSetFolder, type SetFolder } from '../model/set-folder.ts';
import { type Folder, isInside, resolveFolder } from '../repository/find-files.ts';
import type { LocalSet } from './local-set.ts';
import { type FolderOfSet, readSet, type SetRules } from './read-set.ts';

/** The folders to publish, and the folder that they are relative to. */
export interface SetsToRead extends Pick<SetRules, 'exclude' | 'secrets'> {
  readonly workingDirectory: string;
  readonly sets: readonly (SetFolder & { readonly reference: PolicySetReference })[];
  readonly toolVersion: string | undefined;
}

/** The folders that can be published, and the messages about all of them. */
export interface FoundSets {
  readonly sets: readonly LocalSet[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export const NO_SETS: FoundSets = { sets: [], leftOut: [], problems: [], warnings: [], notices: [] };

/** Reads and checks all folders (docs/policy-sets.md#checks), and reports all problems together. */
export async function readSets(workspace: string, toRead: SetsToRead): Promise<FoundSets> {
  try {
    return await readAll(await resolveFolder(workspace, toRead.workingDirectory), toRead);
  } catch (error) {
    if (error instanceof ProblemsError) return { ...NO_SETS, problems: error.problems };
    throw error;
  }
}

async function readAll(working: Folder, toRead: SetsToRead): Promise<FoundSets> {
  const read = [];
  // One after another, so that only the texts of one folder are in memory.
  for (const { reference, ...folder } of toRead.sets) {
    const found = await resolveSet(working, folder, reference);
    if ('message' in found) read.push({ problems: [found], warnings: [] });
    else read.push(await readSet(reference, found, { ...toRead, working }));
  }
  const sets = read.flatMap((each) => ('local' in each ? each.local : []));
  return {
    sets,
    // Sets may share a folder, and leave out the same files.
    leftOut: [
      ...new Map(sets.flatMap(({ leftOut }) => leftOut).map((each) => [wordsOf(each), each])).values(),
    ],
    problems: [...read.flatMap(({ problems }) => problems), ...wrongTool(sets, toRead.toolVersion)],
    warnings: read.flatMap(({ warnings }) => warnings),
    notices: [],
  };
}

const wordsOf = ({ path: of, why }: LeftOut): string => `${of} ${why}`;

const INPUT = { input: 'versioned-policy-sets' };

/** The folder of one set, with all links resolved. */
async function resolveSet(
  working: Folder,
  { folder, path: below }: SetFolder,
  reference: PolicySetReference,
): Promise<FolderOfSet | Problem> {
  const name = describeReference(reference);
  const found = await resolveInside(working.workspace, path.join(working.root, folder));
  if (found === undefined) {
    return wrong(
      `Folder "${folder}" of policy set "${name}" does not exist, or is not a folder.`,
      'Correct the folder, which is relative to `working-directory`, or check out the repository before this step.',
    );
  }
  if (found === OUTSIDE) return leadsOut(folder, name);
  if (below === undefined) return { workspace: working.workspace, root: found, path: below };
  const configured = await resolveInside(working.workspace, path.join(found, below));
  if (configured === undefined) {
    return wrong(
      `Folder "${below}" does not exist in folder "${folder || '.'}" of policy set "${name}".`,
      'Correct the part after //. It is the folder that contains the configuration, below the one that is packed.',
    );
  }
  if (configured === OUTSIDE) return leadsOut(describeSetFolder({ folder, path: below }), name);
  return { workspace: working.workspace, root: found, path: below };
}

const OUTSIDE = Symbol('outside the workspace');

/** The real path of a folder. Undefined if it does not exist. */
async function resolveInside(
  workspace: string,
  folder: string,
): Promise<string | typeof OUTSIDE | undefined> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || !statSync(real).isDirectory()) return undefined;
  return isInside(workspace, real) ? real : OUTSIDE;
}

const wrong = (message: string, advice: string): Problem => ({ message, place: INPUT, advice });

const leadsOut = (folder: string, name: string): Problem =>
  wrong(
    `Folder "${folder}" of policy set "${name}" is outside the workspace.`,
    'Use a folder inside the workspace.',
  );

/** Each kind has its own tool, so a version can only apply to one kind. */
function wrongTool(sets: readonly LocalSet[], toolVersion: string | undefined): Problem[] {
  if (toolVersion === undefined) return [];
  const place = { input: 'policy-tool-version' };
  const kinds = new Set(sets.map(({ kind }) => kind));
  if (kinds.size > 1) {
    return [
      {
        message: `\`policy-tool-version\` is "${toolVersion}", but the policy sets are of different kinds, which use different tools.`,
        place,
        advice: 'Publish each kind in its own step.',
      },
    ];
  }
  const [kind] = kinds;
  if (toolVersion !== 'latest' || kind === undefined || KINDS[kind].tool.hasLatest) return [];
  return [
    {
      message: `\`policy-tool-version\` is "latest", which policy sets for ${KINDS[kind].label} do not accept.`,
      place,
      advice: `Set an exact version, such as ${KINDS[kind].tool.example}.`,
    },
  ];
}
