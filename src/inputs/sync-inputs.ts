import { BOOLEANS, oneOf, type Reader, wholeNumber } from './reader.ts';
import { publishesSets } from './versioned-set-inputs.ts';

/** Who publishes these policies, and what that is used for (docs/behavior.md#stamps). */
export interface SyncInputs {
  /** Undefined if the input is not set and there is no repository. */
  readonly owner: string | undefined;
  readonly stamp: boolean;
  readonly prune: boolean;
  readonly maxDeletes: number;
}

const DEFAULT_MAX_DELETES = 10;
const MAX_OWNER_LENGTH = 200;

/** A repository, a team or similar, then optionally `//` and a folder. */
const OWNER = /^[\w.-]+(\/[\w.-]+)*(\/\/[^\p{Cc}\p{Zl}\p{Zp}]+)?$/u;

export function readSyncInputs(reader: Reader): SyncInputs | undefined {
  return reader.group(() => {
    const prune = reader.value('prune', (r) => oneOf(r.text('prune'), false, BOOLEANS));
    const stamp = reader.value('stamp', (r) => oneOf(r.text('stamp'), false, BOOLEANS));
    const most = Number.MAX_SAFE_INTEGER;
    return {
      owner: reader.value('owner', (r) => readRequiredOwner(r, prune || stamp || publishesSets(r))),
      stamp: stamp || prune,
      prune,
      maxDeletes: reader.value(
        'max-deletes',
        (r) => wholeNumber(r.text('max-deletes'), { least: 0, most }) ?? DEFAULT_MAX_DELETES,
      ),
    };
  });
}

function readRequiredOwner(reader: Reader, isNeeded: boolean): string | undefined {
  const owner = readOwner(reader);
  if (owner === undefined && isNeeded) {
    throw new Error(
      'is required by `stamp`, `prune` and `versioned-policy-sets`, because GITHUB_REPOSITORY is not set',
    );
  }
  return owner;
}

/** `<owner>/<repo>`, then `//<working-directory>` unless that is the root (docs/behavior.md#inputs). */
export function readOwner({ environment, text }: Reader): string | undefined {
  const given = text('owner')?.trim();
  if (given !== undefined) {
    if (given.length > MAX_OWNER_LENGTH || !OWNER.test(given)) {
      throw new Error(
        `is "${given}"; use a name such as acme/policies, with letters, digits, ".", "_", "-" and "/", and at most ${MAX_OWNER_LENGTH} characters`,
      );
    }
    return given;
  }
  const repository = environment['GITHUB_REPOSITORY'];
  if (repository === undefined || repository === '') return undefined;
  const folder = (text('working-directory') ?? '.').trim().replace(/^(\.\/)+|\/+$/g, '');
  return folder === '' || folder === '.' ? repository : `${repository}//${folder}`;
}
