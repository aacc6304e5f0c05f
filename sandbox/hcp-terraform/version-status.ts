import type { PolicySet, PolicySetVersion, VersionEnd } from './state.ts';

export type VersionStatus = 'pending' | 'ingressing' | 'ready' | 'errored' | 'canceled';

/** The status of a version at a time (docs/terraform-api.md#policy-set-versions). */
export function statusOf({ upload }: PolicySetVersion, now = Date.now()): VersionStatus {
  if (upload === null || now < upload.startsAt) return 'pending';
  return now < upload.endsAt ? 'ingressing' : upload.end.status;
}

/** The times of its changes of status. */
export function timesOf({ createdAt, upload }: PolicySetVersion, now = Date.now()) {
  const moments: [string, number][] = upload
    ? [
        ['pending-at', upload.at],
        ['ingressing-at', upload.startsAt],
        [`${upload.end.status}-at`, upload.endsAt],
      ]
    : [];
  const past = moments
    .filter(([, time]) => time <= now)
    .map(([name, time]): [string, string] => [name, new Date(time).toISOString()]);
  return { timestamps: Object.fromEntries(past), updatedAt: past.at(-1)?.[1] ?? createdAt };
}

/** Why it failed. */
export function failureOf(
  version: PolicySetVersion,
  now = Date.now(),
): Exclude<VersionEnd, { status: 'ready' }> | undefined {
  const end = version.upload?.end;
  const failed = end !== undefined && end.status !== 'ready' && end.status === statusOf(version, now);
  return failed ? end : undefined;
}

export const newestVersion = ({ versions }: PolicySet): PolicySetVersion | undefined => versions.at(-1);

/** The version that became ready last, in any order of creation. */
export function currentVersion({ versions }: PolicySet, now = Date.now()): PolicySetVersion | undefined {
  return versions
    .filter((version) => statusOf(version, now) === 'ready' && currentSince(version) <= now)
    .toSorted((a, b) => currentSince(a) - currentSince(b) || orderOf(a) - orderOf(b))
    .at(-1);
}

const currentSince = ({ upload }: PolicySetVersion): number => upload?.currentAt ?? Number.POSITIVE_INFINITY;

const orderOf = ({ upload }: PolicySetVersion): number => upload?.order ?? 0;

/** A set whose policies come from a repository, an archive or the catalog. */
export function isVersioned(set: PolicySet): boolean {
  return (
    set.fromCatalog || (set.attributes['vcs-repo'] ?? null) !== null || currentVersion(set) !== undefined
  );
}
