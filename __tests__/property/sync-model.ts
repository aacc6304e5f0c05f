import type { PolicySnapshot } from '../../sandbox/hcp-terraform/server.ts';
import { digest, stampOf } from '../e2e/sync/syncing.ts';

/**
 * What a run that prunes shall make of an organization, told the plain way: no requests, no order, no files on disk.
 * See docs/behavior.md#prune-and-renames.
 */

export type Owned = { owner: string; prefix: string };

/** By the name of the file: where it lies, and its code. */
export type Repository = ReadonlyMap<string, { path: string; code: string }>;

export type Expected = {
  level: string;
  code: string | undefined;
  sets: string[];
  text: string;
  stamp: { owner: string | undefined; prefix: string | undefined; path: string | undefined } | undefined;
};

export type Prediction = {
  succeeds: boolean;
  created: number;
  /** How many take over what a policy that goes had. */
  renamed: number;
  deleted: number;
  policies: Record<string, Expected>;
  /** Names of the policies that nobody may touch, not by a byte. */
  untouched: readonly string[];
};

const LINE = /^\[Published from .*"publish-terraform-policies\/1 .*"\)$/;

/** A policy as the model sees it. */
export function seen({ enforcementLevel, code, policySets, description }: PolicySnapshot): Expected {
  const { owner, prefix, path } = stampOf(description) ?? {};
  const lines = (description ?? '').split('\n').filter((line) => !LINE.test(line));
  return {
    level: enforcementLevel,
    code: code?.toString(),
    sets: policySets.toSorted(),
    text: lines.join('\n').trim(),
    stamp: owner === undefined || owner === '' ? undefined : { owner, prefix, path },
  };
}

export function predict(
  organization: readonly PolicySnapshot[],
  { owner, prefix }: Owned,
  files: Repository,
): Prediction {
  const before = new Map(organization.map((policy) => [policy.name, seen(policy)]));
  const wanted = new Map([...files].map(([name, file]) => [prefix + name, file]));
  const isForeign = (name: string) => {
    const stamp = before.get(name)?.stamp;
    return stamp !== undefined && stamp.owner !== owner;
  };
  const orphans = [...before].filter(
    ([name, { stamp }]) => stamp?.owner === owner && stamp.prefix === prefix && !wanted.has(name),
  );
  const refused = [...wanted.keys()].filter(isForeign);
  const nothingMatched = files.size === 0;
  const prunes = refused.length === 0 && !nothingMatched;

  const after = new Map(before);
  let renamed = 0;
  for (const [name, { path, code }] of wanted) {
    if (isForeign(name)) continue;
    const existing = before.get(name);
    const candidates = existing?.stamp === undefined ? orphans.filter(([, one]) => one.code === code) : [];
    const old = candidates.length === 1 ? candidates[0]?.[1] : undefined;
    if (old !== undefined) renamed += 1;
    after.set(name, {
      level: existing?.level ?? old?.level ?? 'advisory',
      code,
      sets: [...new Set([...(existing?.sets ?? []), ...(old?.sets ?? [])])].sort(),
      text: existing?.text ?? old?.text ?? '',
      stamp: { owner, prefix, path },
    });
  }
  if (prunes) for (const [name] of orphans) after.delete(name);

  return {
    succeeds: prunes,
    created: [...wanted.keys()].filter((name) => !before.has(name)).length,
    renamed,
    deleted: prunes ? orphans.length : 0,
    policies: Object.fromEntries(after),
    untouched: [...before.keys()].filter(
      (name) =>
        nothingMatched ||
        isForeign(name) ||
        (!wanted.has(name) && !orphans.some(([orphan]) => orphan === name)),
    ),
  };
}

/** Stamps that do not tell the truth about code that this run uploaded. */
export function staleStamps(before: readonly PolicySnapshot[], after: readonly PolicySnapshot[]): string[] {
  const times = new Map(before.map(({ name, updatedAt }) => [name, updatedAt]));
  return after
    .filter(({ name, updatedAt }) => updatedAt !== times.get(name))
    .filter(({ description, code, updatedAt }) => {
      const stamp = stampOf(description);
      return stamp?.['sha256'] !== digest(code ?? '') || stamp['updated-at'] !== updatedAt;
    })
    .map(({ name }) => name);
}
