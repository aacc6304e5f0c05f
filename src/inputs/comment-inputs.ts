import { createHash } from 'node:crypto';
import { isDefaultPolicies } from './file-inputs.ts';
import { oneOf, type Reader } from './reader.ts';
import { readOwner } from './sync-inputs.ts';
import { readHost, readOrganization } from './terraform-inputs.ts';

export type CommentMode = 'always' | 'changes' | 'never';

export interface CommentInputs {
  readonly mode: CommentMode;
  readonly key: string;
  readonly githubToken: string | undefined;
}

const MAX_KEY_LENGTH = 100;
const COMMENT_MODES = { always: 'always', changes: 'changes', never: 'never' } as const;
export function readCommentInputs(reader: Reader): CommentInputs | undefined {
  return reader.group(() => ({
    mode: reader.value('comment', (r) => oneOf(r.text('comment'), 'always' as const, COMMENT_MODES)),
    key: reader.value('comment-key', readCommentKey),
    githubToken: reader.text('github-token')?.trim(),
  }));
}

/** Identifies this step's comment if the action runs several times per pull request (docs/behavior.md#inputs). */
function readCommentKey(reader: Reader): string {
  const key = reader.text('comment-key')?.trim();
  if (key === undefined) return derivedCommentKey(reader);
  if (key.length > MAX_KEY_LENGTH || /\p{Cc}|\p{Zl}|\p{Zp}/u.test(key)) {
    throw new Error(
      `is longer than ${MAX_KEY_LENGTH} characters or contains control characters; use a short word`,
    );
  }
  return key;
}

function derivedCommentKey(reader: Reader): string {
  const policies = reader.text('policies');
  const parts = [
    reader.quietly(readHost)?.name,
    reader.quietly(readOrganization),
    reader.quietly(readOwner) ?? '',
    reader.text('name-prefix'),
    isDefaultPolicies(policies) ? undefined : policies?.trim(),
    ...versionedSetNames(reader),
  ];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  return `${parts[1] ?? 'policies'}-${digest}`;
}

/** The names in `versioned-policy-sets`, one `name: folder` per line. Without any, the key stays the same. */
function versionedSetNames(reader: Reader): string[] {
  return (reader.text('versioned-policy-sets') ?? '').split(/\r?\n/).flatMap((line) => {
    const [name = ''] = line.replace(/(^|\s)#.*/, '').split(':');
    return name.trim() === '' ? [] : [name.trim()];
  });
}
