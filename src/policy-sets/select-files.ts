import { posix } from 'node:path';
import type { LeftOut } from '../model/left-out.ts';
import type { Place, Problem } from '../model/problem.ts';
import { messageOf } from '../runtime/error-message.ts';
import type { Exclusions } from './exclusions.ts';
import type { FileTree } from './file-tree.ts';
import { isNeverPacked } from './never-packed.ts';

export interface SelectRules {
  readonly exclusions: Exclusions;
  /** What the configuration names, by path in the archive, and where. */
  readonly named: ReadonlyMap<string, Place>;
  /** What Terraform runs as a program, by path in the archive. */
  readonly executables: ReadonlySet<string>;
}

/** A file that is packed. */
export interface SelectedFile {
  /** In the archive. */
  readonly path: string;
  /** From the workspace; for what lies behind a link, the path through the link. */
  readonly file: string;
  /** Where it really is, from the workspace. */
  readonly place: string;
  readonly mode: 0o644 | 0o755;
}

export interface SelectedFiles {
  /** In the order of the archive. */
  readonly files: readonly SelectedFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}

/** Selects what is packed of a folder (docs/policy-sets.md#what-is-packed). Links are packed as what they lead to. */
export function selectFiles(tree: FileTree, folder: string, rules: SelectRules): SelectedFiles {
  const selector = new Selector(tree, rules);
  selector.enter({ archive: '', file: folder, place: folder }, []);
  const { files, leftOut, problems } = selector;
  return { files: files.sort(byBytes), leftOut, problems };
}

const byBytes = (a: SelectedFile, b: SelectedFile) =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** A file or folder by its path in the archive, its path from the workspace, and where it really is. */
interface Here {
  readonly archive: string;
  readonly file: string;
  readonly place: string;
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** No policy set has so many; links to folders that link to others can make any number of them. */
const MOST_ENTRIES = 200_000;
const TOO_MANY = 'Name a smaller folder, exclude what the policies do not need, or remove links to folders.';

class Selector {
  readonly files: SelectedFile[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly problems: Problem[] = [];
  readonly #tree: FileTree;
  readonly #rules: SelectRules;
  readonly #namedFolders: ReadonlySet<string>;
  #entries = 0;

  constructor(tree: FileTree, rules: SelectRules) {
    this.#tree = tree;
    this.#rules = rules;
    this.#namedFolders = new Set([...rules.named.keys()].flatMap(foldersOf));
  }

  /** `above` are the places of the folders on the way here: a link back to one of them would go on for ever. */
  enter(here: Here, above: readonly string[]): void {
    for (const { name, type } of this.#list(here)) {
      this.#entries++;
      if (this.#entries === MOST_ENTRIES)
        this.#problem(here, `The folder holds more than ${MOST_ENTRIES} files and folders.`, TOO_MANY);
      if (this.#entries >= MOST_ENTRIES) return;
      const child = {
        archive: below(here.archive, name),
        file: below(here.file, name),
        place: below(here.place, name),
      };
      this.#visit(child, type, [...above, here.place]);
    }
  }

  #list(here: Here): ReturnType<FileTree['list']> {
    try {
      return this.#tree.list(here.place);
    } catch (error) {
      this.#problem(here, messageOf(error), 'Allow the job to read it, or exclude it.');
      return [];
    }
  }

  #visit(here: Here, type: ReturnType<FileTree['list']>[number]['type'], above: readonly string[]): void {
    if (this.#isLeftOut(here, here.file, type === 'folder')) return;
    if (type === 'folder') this.enter(here, above);
    else if (type === 'file') this.#add(here);
    else if (type === 'link') this.#follow(here, above);
    else this.#problem(here, 'It is neither a file, a folder nor a link.', 'Remove it, or exclude it.');
  }

  #follow(here: Here, above: readonly string[]): void {
    const target = this.#tree.follow(here.place);
    if ('fault' in target) return void this.#problem(here, target.fault, CORRECT_LINK);
    const { place, type } = target;
    // What is left out under its own name does not come in by another one.
    if (this.#isLeftOut(here, place, type === 'folder')) return;
    if (type === 'file') this.#add({ ...here, place });
    else if (above.includes(place))
      this.#problem(here, 'The link leads to a folder that it lies in.', CORRECT_LINK);
    else this.enter({ ...here, place }, above);
  }

  #add({ archive, file, place }: Here): void {
    const mode = this.#rules.executables.has(archive) ? 0o755 : 0o644;
    this.files.push({ path: archive, file, place, mode });
  }

  /** @param from what is asked, from the workspace: the file itself, or what it leads to */
  #isLeftOut({ archive, file }: Here, from: string, isFolder: boolean): boolean {
    const why = this.#whyLeftOut(archive, from, isFolder);
    if (why === undefined) return false;
    const place = this.#rules.named.get(archive);
    if (place !== undefined) this.problems.push(namedAndLeftOut(archive, `it ${why}`, place));
    else this.leftOut.push({ path: isFolder ? `${file}/` : file, why });
    return true;
  }

  #whyLeftOut(archive: string, from: string, isFolder: boolean): string | undefined {
    if (isNeverPacked(posix.basename(archive)) || isNeverPacked(posix.basename(from)))
      return 'is never packed, whatever the rules say';
    const { exclusions, named } = this.#rules;
    const isNamed = isFolder ? this.#namedFolders.has(archive) : named.has(archive);
    return exclusions.why({ archive, file: from, isFolder, isNamed });
  }

  #problem({ file }: Here, message: string, advice: string): void {
    this.problems.push({ message, place: { file }, advice });
  }
}

const CORRECT_LINK = 'Correct or remove the link, or exclude it.';

export const namedAndLeftOut = (archive: string, why: string, place: Place): Problem => ({
  message: `The configuration names ${archive}, which is not packed: ${why}.`,
  place,
  advice: 'Take back what leaves it out, or move the file.',
});

/** The folders above a file, the outermost first. */
export function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
