import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LeftOut } from '../model/left-out.ts';
import type { Place, Problem } from '../model/problem.ts';
import { type Folder, isInside } from '../repository/find-files.ts';
import { reason } from '../repository/read-file.ts';
import { blobIdOf } from './digest.ts';
import type { Exclusions } from './exclusions.ts';
import { judgeContent, judgeFiles, judgeSizes, type Sized } from './limits.ts';
import { isNeverPacked } from './never-packed.ts';
import type { PackedFile } from './packed-file.ts';

export interface CollectRules {
  readonly exclusions: Exclusions;
  /** What the configuration names, by path in the archive, and where. */
  readonly named: ReadonlyMap<string, Place>;
  /** What Terraform runs as a program, by path in the archive. */
  readonly executables: ReadonlySet<string>;
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

/** Collects what is packed of a folder (docs/policy-sets.md#what-is-packed). Links are packed as what they lead to. */
export function collect(folder: Folder, rules: CollectRules): Collected {
  const collector = new Collector(folder, rules);
  collector.enter({ archive: '', file: fromWorkspace(folder, folder.root), real: folder.root }, []);
  const found = collector.found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const { problems, leftOut } = collector;
  const sizes = judgeSizes(found, fromWorkspace(folder, folder.root));
  // Too much is not read, only to be refused.
  if (sizes.problems.length > 0)
    return { files: [], leftOut, ...sizes, problems: [...problems, ...sizes.problems] };
  const read = found.map((file) => readFound(file, rules));
  return {
    files: read.flatMap((each) => ('blob' in each ? each : [])),
    leftOut,
    problems: [...problems, ...judgeFiles(found), ...read.flatMap((each) => ('message' in each ? each : []))],
    warnings: sizes.warnings,
  };
}

const fromWorkspace = ({ workspace }: Folder, location: string): string =>
  path.relative(workspace, location).replaceAll(path.sep, '/');

type Found = Omit<PackedFile, 'blob'> & Sized;

function readFound(file: Found, { holdsSecret }: CollectRules): PackedFile | Problem {
  let content: Buffer;
  try {
    content = readFileSync(file.location);
  } catch (error) {
    return { message: `The file cannot be read. ${reason(error)}`, place: { file: file.file } };
  }
  const problem = judgeContent(file.file, content, holdsSecret);
  return problem ?? { ...file, size: content.length, blob: blobIdOf(content) };
}

/** A place by its path in the archive, by its path from the workspace, and where it really is. */
interface Here {
  readonly archive: string;
  readonly file: string;
  readonly real: string;
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** No policy set has so many; links to folders that link to others can make any number of them. */
const MOST_ENTRIES = 200_000;
const TOO_MANY = 'Name a smaller folder, exclude what the policies do not need, or remove links to folders.';

class Collector {
  readonly found: Found[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly problems: Problem[] = [];
  readonly #folder: Folder;
  readonly #rules: CollectRules;
  #visited = 0;

  constructor(folder: Folder, rules: CollectRules) {
    this.#folder = folder;
    this.#rules = rules;
  }

  /** `above` are the real folders on the way here: a link back to one of them would go on for ever. */
  enter(here: Here, above: readonly string[]): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(here.real, { withFileTypes: true });
    } catch (error) {
      this.#problem(
        here,
        `The folder cannot be read. ${reason(error)}`,
        'Allow the job to read it, or exclude it.',
      );
      return;
    }
    for (const entry of entries) {
      const child = {
        archive: below(here.archive, entry.name),
        file: below(here.file, entry.name),
        real: path.join(here.real, entry.name),
      };
      this.#visit(child, entry, [...above, here.real]);
    }
  }

  #visit(here: Here, entry: Dirent, above: readonly string[]): void {
    this.#visited++;
    if (this.#visited > MOST_ENTRIES) return;
    if (this.#visited === MOST_ENTRIES)
      this.#problem(here, `The folder holds more than ${MOST_ENTRIES} files and folders.`, TOO_MANY);
    if (this.#isLeftOut(here, entry.isDirectory())) return;
    if (entry.isDirectory()) this.enter(here, above);
    else if (entry.isFile()) this.#add(here);
    else if (entry.isSymbolicLink()) this.#follow(here, above);
    else this.#problem(here, 'It is neither a file, a folder nor a link.', 'Remove it, or exclude it.');
  }

  #follow(here: Here, above: readonly string[]): void {
    const target = this.#targetOf(here);
    if (typeof target === 'string') this.#problem(here, target, 'Correct or remove the link, or exclude it.');
    else if (this.#isLeftOut({ ...target, file: fromWorkspace(this.#folder, target.real) }, target.isFolder))
      return;
    else if (!target.isFolder) this.#add(target);
    else if (!above.includes(target.real)) this.enter(target, above);
    else
      this.#problem(here, 'The link leads to a folder that it lies in.', 'Remove the link, or exclude it.');
  }

  /** What a link leads to, or what is wrong with it. What is left out under its own name does not come in by another one. */
  #targetOf(here: Here): (Here & { readonly isFolder: boolean }) | string {
    const real = realPathOf(here.real);
    if (real === undefined) return 'The link leads nowhere.';
    if (!isInside(this.#folder.workspace, real)) return 'The link leads out of the workspace.';
    if (isGitData(path.relative(this.#folder.workspace, real))) return 'The link leads into Git’s own data.';
    const stat = statSync(real);
    if (!stat.isDirectory() && !stat.isFile())
      return 'The link leads to what is neither a file nor a folder.';
    return { ...here, real, isFolder: stat.isDirectory() };
  }

  #add({ archive, file, real }: Here): void {
    const { size } = lstatSync(real);
    const mode = this.#rules.executables.has(archive) ? 0o755 : 0o644;
    this.found.push({ path: archive, file, location: real, mode, size });
  }

  #isLeftOut(here: Here, isFolder: boolean): boolean {
    const why = this.#whyLeftOut(here, isFolder);
    if (why === undefined) return false;
    const place = this.#rules.named.get(here.archive);
    if (place !== undefined) {
      this.problems.push({
        message: `The configuration names ${here.archive}, which is not packed: it ${why}.`,
        place,
        advice: 'Take back what leaves it out, or move the file.',
      });
    } else this.leftOut.push({ path: isFolder ? `${here.file}/` : here.file, why });
    return true;
  }

  #whyLeftOut({ archive, file, real }: Here, isFolder: boolean): string | undefined {
    if (isNeverPacked(path.basename(archive)) || isNeverPacked(path.basename(real)))
      return 'is never packed, whatever the rules say';
    const { exclusions, named } = this.#rules;
    const isNamed = isFolder
      ? [...named.keys()].some((each) => each.startsWith(`${archive}/`))
      : named.has(archive);
    return exclusions.why({ archive, file, isFolder, isNamed });
  }

  #problem({ file }: Here, message: string, advice: string): void {
    this.problems.push({ message, place: { file }, advice });
  }
}

const isGitData = (relative: string) => relative.toLowerCase().split(path.sep).includes('.git');

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}
