import path from 'node:path';
import { once } from '../runtime/once.ts';
import { type Folder, type FoundFile, type Locate, locatorOf } from './find-files.ts';
import type { SurroundingsOf } from './inspect.ts';
import { keyOf, type Path } from './languages/rego/reference.ts';
import { declares } from './languages/rego/rego.ts';
import { isRego } from './select-rego.ts';
import { isSentinel } from './select-sentinel.ts';
import { folderOf, type Selected } from './selection.ts';
import { readText } from './source.ts';

/** Rego files that the search found and that are not policies. */
export function unpublished(candidates: readonly FoundFile[], selected: readonly Selected[]): FoundFile[] {
  const published = new Set(selected.map(({ file }) => file.location));
  return candidates.filter((file) => isRego(file) && !published.has(file.location));
}

/** Sentinel files that the search found, published or not. */
export function sentinelFiles(
  candidates: readonly FoundFile[],
  selected: readonly Selected[],
): readonly FoundFile[] {
  const found = [...candidates, ...selected.map(({ file }) => file)];
  return found.filter(isSentinel);
}

/** The files around a policy. Everything is looked up on first use. */
export function surround(
  folder: Folder,
  others: readonly FoundFile[],
  ofPackage: (file: FoundFile) => Path,
  sentinelFiles: readonly FoundFile[],
): SurroundingsOf {
  let byPackage: ReadonlyMap<string, readonly FoundFile[]> | undefined;
  const filesOf = (path: Path) => {
    byPackage ??= Map.groupBy(others, (file) => keyOf(ofPackage(file)));
    return byPackage.get(keyOf(path)) ?? [];
  };
  const locate = locatorOf(folder);
  const working = path.relative(folder.workspace, folder.root).replaceAll(path.sep, '/');
  const byName = once(() => Map.groupBy(sentinelFiles, (file) => path.posix.basename(file.path)));
  return ({ by, file: own }) => ({
    moduleFile: (name) => {
      const files = byName().get(`${path.posix.basename(name)}.sentinel`) ?? [];
      return files.find(({ location }) => location !== own.location)?.path;
    },
    unpublished: (document) => declaring(document, filesOf)?.path,
    dataFile: (document) => dataFile(document, by ? folderOf(by.configuration) : working, locate),
  });
}

/** The file that declares the path, in the longest matching package. */
function declaring(document: Path, filesOf: (path: Path) => readonly FoundFile[]): FoundFile | undefined {
  for (let length = document.length; length > 0; length--) {
    const found = filesOf(document.slice(0, length)).find((file) => {
      const source = readText(file);
      return 'text' in source && declares(source.text, document.slice(length));
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The folder of a data file determines its path in `data`. */
function dataFile(document: Path, below: string, locate: Locate): string | undefined {
  const plain = document.findIndex((name) => !/^[\w-][\w.-]*$/.test(name));
  for (let length = plain < 0 ? document.length : plain; length > 0; length--) {
    const folder = [...(below === '' ? [] : [below]), ...document.slice(0, length)].join('/');
    const found = ['data.json', 'data.yaml'].map((name) => locate(`${folder}/${name}`));
    const file = found.find((each) => 'location' in each);
    if (file !== undefined) return file.path;
  }
  return undefined;
}
