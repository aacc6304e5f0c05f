/** A file of an archive, with its content and mode. */
export interface ArchiveFile {
  /** In the archive. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  /** Git ID of the content. */
  readonly blob: string;
}

/** What an upload changes in one file. `before` and `after` are Git IDs of contents. */
export type FileChange =
  | { readonly kind: 'added'; readonly path: string; readonly after: string }
  | { readonly kind: 'removed'; readonly path: string; readonly before: string }
  | { readonly kind: 'changed'; readonly path: string; readonly before: string; readonly after: string }
  /** Only the mode. */
  | { readonly kind: 'mode'; readonly path: string }
  | { readonly kind: 'moved'; readonly path: string; readonly from: string };

/** What an upload changes, sorted by path. A file with the same content at another path is moved. */
export function compareFiles(before: readonly ArchiveFile[], after: readonly ArchiveFile[]): FileChange[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const young = new Map(after.map((file) => [file.path, file]));
  const removed = before.filter(({ path }) => !young.has(path));
  const added = after.filter(({ path }) => !old.has(path));
  const moved = movedFiles(removed, added);
  const origins = new Set(moved.values());
  const changes = [
    ...removed
      .filter(({ path }) => !origins.has(path))
      .map(({ path, blob }): FileChange => ({ kind: 'removed', path, before: blob })),
    ...after.flatMap((file) => changeOf(file, old.get(file.path), moved.get(file.path)) ?? []),
  ];
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function changeOf(
  { path, blob, mode }: ArchiveFile,
  old: ArchiveFile | undefined,
  from: string | undefined,
): FileChange | undefined {
  if (from !== undefined) return { kind: 'moved', path, from };
  if (old === undefined) return { kind: 'added', path, after: blob };
  if (old.blob !== blob) return { kind: 'changed', path, before: old.blob, after: blob };
  return old.mode === mode ? undefined : { kind: 'mode', path };
}

/** Old paths by new path, for contents with exactly one removed and one added file. */
function movedFiles(
  removed: readonly ArchiveFile[],
  added: readonly ArchiveFile[],
): ReadonlyMap<string, string> {
  const keyOf = ({ blob, mode }: ArchiveFile) => `${mode} ${blob}`;
  const lost = Map.groupBy(removed, keyOf);
  const got = Map.groupBy(added, keyOf);
  return new Map(
    [...got].flatMap(([key, [to, ...others]]) => {
      const [from, ...more] = lost.get(key) ?? [];
      const isOne = to !== undefined && from !== undefined && others.length === 0 && more.length === 0;
      return isOne ? [[to.path, from.path] as const] : [];
    }),
  );
}
