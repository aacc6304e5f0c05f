import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import { amount } from '../runtime/amount.ts';
import { messageOf } from '../runtime/error-message.ts';
import type { Exclusions, Spot } from './exclusions.ts';
import type { FileTree } from './file-tree.ts';
import { MAX_ENTRIES, MAX_LINKED_FOLDERS } from './limits.ts';

/** A file that is packed, unless there is a problem with it. */
export interface SelectedFile {
  /** In the archive. */
  readonly path: string;
  /** From the workspace. For a file behind a link, the path through the link. */
  readonly file: string;
  /** Its real path, from the workspace. */
  readonly place: string;
}

export interface SelectedFiles {
  readonly files: readonly SelectedFile[];
  /** By path in the archive. A folder that is left out as a whole ends in `/`. */
  readonly ignored: ReadonlyMap<string, LeftOut>;
  readonly problems: readonly Problem[];
}

/** Selects the regular files of a folder that are packed. Links are followed anywhere in the workspace. */
export function selectFiles(tree: FileTree, folder: string, exclusions: Exclusions): SelectedFiles {
  const selector = new Selector(tree, folder, exclusions);
  selector.enter({ path: '', file: folder, place: folder }, []);
  return selector;
}

/** A file or folder by its path in the archive, its path from the workspace, and its real path. */
interface Here {
  readonly path: string;
  readonly file: string;
  readonly place: string;
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Whether a path is the folder, or is in it. */
const isIn = (place: string, folder: string): boolean =>
  folder === '' || place === folder || place.startsWith(`${folder}/`);

class Selector {
  readonly files: SelectedFile[] = [];
  readonly ignored = new Map<string, LeftOut>();
  readonly problems: Problem[] = [];
  readonly #tree: FileTree;
  readonly #root: string;
  readonly #exclusions: Exclusions;
  #entries = 0;
  #linked = 0;

  constructor(tree: FileTree, root: string, exclusions: Exclusions) {
    this.#tree = tree;
    this.#root = root;
    this.#exclusions = exclusions;
  }

  /** @param trail the real paths of the folders above, because a link to one of them would never end */
  enter(here: Here, trail: readonly string[]): void {
    for (const { name, type } of this.#list(here)) {
      if (this.#isTooMuch(here)) return;
      const child = {
        path: below(here.path, name),
        file: below(here.file, name),
        place: below(here.place, name),
      };
      if (type === 'folder') this.#enterFolder(child, [...trail, here.place]);
      else this.#take(child, type, [...trail, here.place]);
    }
  }

  #list(here: Here): ReturnType<FileTree['list']> {
    try {
      return this.#tree.list(here.place);
    } catch (error) {
      this.#problem(here, messageOf(error), OR_EXCLUDE);
      return [];
    }
  }

  /** Reports the problem once, and stops. */
  #isTooMuch(here: Here): boolean {
    this.#entries++;
    if (this.#entries <= MAX_ENTRIES && this.#linked <= MAX_LINKED_FOLDERS) return false;
    if (this.problems.some(({ message }) => message === TOO_MANY)) return true;
    this.#problem(here, TOO_MANY, 'Publish a smaller folder, or add files that are not needed to `exclude`.');
    return true;
  }

  #enterFolder(here: Here, trail: readonly string[]): void {
    const why = this.#exclusions.ofFolder(here.path, this.#spots(here));
    if (why === undefined) this.enter(here, trail);
    else this.#leaveOut({ ...here, path: `${here.path}/`, file: `${here.file}/` }, why);
  }

  #take(here: Here, type: 'file' | 'link' | 'other', trail: readonly string[]): void {
    const why = this.#exclusions.ofFile(here.path, this.#spots(here));
    if (why !== undefined) this.#leaveOut(here, why);
    else if (type === 'link') this.#follow(here, trail);
    else if (type === 'file') this.files.push(here);
    else this.#problem(here, 'Not a regular file.', OR_EXCLUDE);
  }

  /** A file that is excluded by its own path is not packed through a link either. */
  #follow(here: Here, trail: readonly string[]): void {
    const target = this.#tree.follow(here.place);
    const isCircle = 'place' in target && trail.some((each) => isIn(each, target.place));
    if ('fault' in target || isCircle) {
      const fault = 'fault' in target ? target.fault : 'The link is circular.';
      this.#problem(here, fault, 'Fix or remove the link, or add it to `exclude`.');
      return;
    }
    const there = { ...here, place: target.place };
    if (target.type === 'file') this.#take(there, 'file', trail);
    else {
      this.#linked++;
      this.#enterFolder(there, trail);
    }
  }

  /** The paths to check for exclusion: that in the archive and, behind a link, the real one. */
  #spots({ path, file, place }: Here): Spot[] {
    const shown = { path, file };
    if (place === file) return [shown];
    const inRoot = isIn(place, this.#root)
      ? place.slice(this.#root === '' ? 0 : this.#root.length + 1)
      : undefined;
    return [shown, { path: inRoot, file: place }];
  }

  #leaveOut({ path, file }: Here, why: string): void {
    this.ignored.set(path, { path: file, why });
  }

  #problem({ file }: Here, message: string, advice: string): void {
    this.problems.push({ message, place: { file }, advice });
  }
}

const TOO_MANY = `The policy set has more than ${amount(MAX_ENTRIES)} files and folders, including those behind links, or more than ${amount(MAX_LINKED_FOLDERS)} links to folders.`;
const OR_EXCLUDE = 'Remove it, or add it to `exclude`.';
