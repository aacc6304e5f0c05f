import { readlinkSync } from 'node:fs';
import path from 'node:path';
import pMap from 'p-map';
import type { VersionedSet } from '../../model/policy-set.ts';
import { configuredFolder, pathBelow, readSetFolder, type SetFolder } from '../../model/set-folder.ts';
import type { SetStamp } from '../../model/set-stamp.ts';
import { messageOf } from '../../runtime/error-message.ts';
import { modeOf } from '../collect.ts';
import { configure } from '../configured.ts';
import { digest, inArchiveOrder } from '../digest.ts';
import type { FileTree } from '../file-tree.ts';
import { IGNORE_FILE, IgnoreRules } from '../ignore-file.ts';
import { type FolderKind, filesAmong, kindOfFolder } from '../kind-of-folder.ts';
import type { LocalSet } from '../local-set.ts';
import { movedContent, movedPath } from '../move.ts';
import type { PackedFile } from '../packed-file.ts';
import { blobIdOf, readWhole } from '../read-packed.ts';
import { selectFiles } from '../select-files.ts';
import type { SetConfiguration } from '../set-configuration.ts';
import { configureTerraform, selectedPolicyFiles } from '../terraform-set.ts';
import { type CommitEntry, commitTree } from './commit-tree.ts';
import type { ArchiveFile } from './compare-files.ts';

/** The commits of the repository, as far as they can be read. */
export interface History {
  /** All files of the commit in the stamp. */
  filesOf(stamp: SetStamp): Promise<readonly CommitEntry[] | Unknown>;
  /** @throws Error with a message for users */
  contentOf(blob: string): Promise<Buffer>;
}

/** Why something is not known, and what to do about it. */
export interface Unknown {
  readonly cause: string;
  readonly advice: string;
}

/** The current content of a policy set. */
export interface Before {
  readonly files: readonly (ArchiveFile & Pick<CommitEntry, 'size'>)[];
  readonly configuration: SetConfiguration;
  /** The rewritten configuration, if it was not packed as it is in the commit. */
  readonly rebased: Buffer | undefined;
}

/** Contents by Git ID, from the checkout or from GitHub. */
export type ContentOf = (blob: string) => Promise<Buffer>;

/** Maximum number of link targets to request that are not in the checkout. */
const MOST_LINKS = 20;

/**
 * Determines the current content of a policy set from the commit in its stamp, because the service does not return it
 * (docs/policy-sets.md#preview). The content of the commit was only published if it has the digest of the stamp.
 */
export async function readBefore(
  local: LocalSet,
  set: VersionedSet,
  { history, contentOf, workspace }: { history: History; contentOf: ContentOf; workspace: string },
): Promise<Before | Unknown> {
  const stamp = stampInForce(set);
  if ('cause' in stamp) return stamp;
  try {
    const entries = await history.filesOf(stamp);
    if ('cause' in entries) return entries;
    const targets = await linkTargets(entries, workspace, contentOf);
    const before = await selectBefore(local, stamp, { entries, targets, contentOf });
    if (before !== undefined && 'cause' in before) return before;
    if (before === undefined || digest(before.files) !== stamp.content.digest) return notTheCommit(stamp);
    return before;
  } catch (error) {
    return { cause: messageOf(error), advice: 'Run again.' };
  }
}

type Published = SetStamp & { readonly content: NonNullable<SetStamp['content']> };

/** The stamp, if it is that of the current version. */
function stampInForce({ stamp, currentVersion }: VersionedSet): Published | Unknown {
  const version = currentVersion?.id ?? 'none';
  if (stamp === undefined) {
    return {
      cause: `its current version ${version} was not published by this action`,
      advice: 'After the next publish, reports show what changes.',
    };
  }
  const { content } = stamp;
  if (content !== undefined && content.version === version) return { ...stamp, content };
  const published = content === undefined ? 'no version' : `version ${content.version}`;
  return {
    cause: `its current version is ${version}, but this owner published ${published}. Somebody else uploaded a version since, or a run was interrupted`,
    advice: 'After the next publish, reports show what changes.',
  };
}

const notTheCommit = ({ commit }: SetStamp): Unknown => ({
  cause: `its content differs from commit \`${commit?.slice(0, 7) ?? ''}\`, from which it was published. Possible causes are files changed by a step, another \`exclude\`, Git LFS, or other line endings`,
  advice: 'Publish the files as they are in the commit. The next preview then shows what changes.',
});

/** The folder was created by a step, or by a checkout to another path. */
const withoutFolder = (folder: string, { commit = '' }: SetStamp): Unknown => ({
  cause: `commit \`${commit.slice(0, 7)}\`, from which it was published, does not contain folder \`${folder}\` of the workspace`,
  advice:
    'Publish a folder of the repository. If the checkout step has a `path`, keep it and set `working-directory` to it.',
});

/** The targets of the links in a commit. Most are unchanged in the checkout. */
async function linkTargets(
  entries: readonly CommitEntry[],
  workspace: string,
  contentOf: ContentOf,
): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>();
  const links = entries.filter(({ type }) => type === 'link');
  for (const { place, blob } of links) {
    const here = targetHere(path.join(workspace, place));
    if (here !== undefined && blobIdOf(Buffer.from(here)) === blob) targets.set(blob, here);
  }
  const others = new Set(links.map(({ blob }) => blob).filter((blob) => !targets.has(blob)));
  for (const blob of [...others].slice(0, MOST_LINKS)) targets.set(blob, (await contentOf(blob)).toString());
  return targets;
}

function targetHere(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

interface Commit {
  readonly entries: readonly CommitEntry[];
  readonly targets: ReadonlyMap<string, string>;
  readonly contentOf: ContentOf;
}

/** The files of the commit that would be packed. Undefined if its folder is not of this kind. */
async function selectBefore(
  local: LocalSet,
  stamp: SetStamp,
  { entries, targets, contentOf }: Commit,
): Promise<Before | Unknown | undefined> {
  const { folder, path } = readSetFolder(stamp.folder);
  const configured = configuredFolder({ folder, path });
  const tree = commitTree(entries, (blob) => targets.get(blob));
  const names = namesIn(tree, configured);
  if (names === undefined) return withoutFolder(configured, stamp);
  const blobs = new Map(entries.map(({ place, blob, size }) => [place, { blob, size }]));
  const textOf = async (place: string): Promise<string | undefined> => {
    const target = tree.follow(place);
    const found = 'fault' in target ? undefined : blobs.get(target.place);
    return found === undefined ? undefined : (await contentOf(found.blob)).toString();
  };
  const kind = kindOfFolder(names, configured);
  if ('message' in kind || kind.kind !== local.kind) return undefined;
  const ignore = new IgnoreRules((await textOf(pathBelow(folder, IGNORE_FILE))) ?? '');
  const before = await configuredIn({ kind, folder, path, textOf, ignore, local });
  if (before === undefined) return undefined;
  const { configuration, packing } = before;
  const selected = selectFiles(tree, folder, local.exclusionsWith(packing, ignore));
  const files = selected.files.map(({ path: from, place }) => {
    const content = movedContent(from, packing.move);
    const held = content === undefined ? blobs.get(place) : { blob: blobIdOf(content), size: content.length };
    return {
      path: movedPath(from, packing.move),
      mode: modeOf(from, packing.executables),
      ...(held ?? { blob: '', size: undefined }),
    };
  });
  return { files: inArchiveOrder(files), configuration, rebased: packing.move?.content };
}

interface Former extends SetFolder {
  readonly kind: FolderKind;
  readonly textOf: (place: string) => Promise<string | undefined>;
  readonly ignore: IgnoreRules;
  readonly local: LocalSet;
}

/** The configuration in the commit. Undefined if it cannot be read. */
async function configuredIn({ kind, textOf, ignore, local, ...at }: Former) {
  const configured = configuredFolder(at);
  const names =
    kind.kind === 'tfpolicy'
      ? selectedPolicyFiles(kind, at, (named) => local.exclusionsWith({ named, move: undefined }, ignore))
      : [kind.configuration];
  const read = await pMap(
    names,
    async (name) => {
      const file = pathBelow(configured, name);
      return { file, text: await textOf(file) };
    },
    { concurrency: 5 },
  );
  const files = read.flatMap(({ file, text }) => (text === undefined ? [] : { file, text }));
  const [first] = files;
  if (first === undefined || files.length < names.length) return undefined;
  return kind.kind === 'tfpolicy' ? configureTerraform(at, files) : configure(kind, at.path, first);
}

/** The names in a folder of the commit. Undefined if it has no such folder. */
function namesIn(tree: FileTree, folder: string): string[] | undefined {
  const target = tree.follow(folder);
  if ('fault' in target || target.type !== 'folder') return undefined;
  const entries = tree.list(target.place);
  // A submodule that is not checked out is empty.
  return entries.length === 0 ? undefined : filesAmong(entries);
}

/**
 * Reads contents from the checkout or requests them, each once. After a failure nothing more is requested, because each
 * request would make the run wait for the same reason.
 */
export function contentsOf(local: LocalSet, history: Pick<History, 'contentOf'>): ContentOf {
  const here = new Map(local.files.map((file) => [file.blob, file]));
  const original = local.moved?.original;
  const idOfOriginal = original && blobIdOf(original);
  const asked = new Map<string, Promise<Buffer>>();
  let failure: Error | undefined;
  const ask = async (blob: string) => {
    if (failure !== undefined) throw failure;
    try {
      return await history.contentOf(blob);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(messageOf(error));
      throw failure;
    }
  };
  return (blob) => {
    const file = here.get(blob);
    if (file !== undefined) return readHere(file);
    if (original !== undefined && blob === idOfOriginal) return Promise.resolve(original);
    const known = asked.get(blob) ?? ask(blob);
    asked.set(blob, known);
    return known;
  };
}

async function readHere(file: PackedFile): Promise<Buffer> {
  const content = readWhole(file);
  if (blobIdOf(content) === file.blob) return content;
  throw new Error('a file changed during the run');
}
