import { isNewer, type RunNumber } from '../model/run-number.ts';

/** Who speaks in a comment. */
export interface Speaker extends RunNumber {
  /** The run wrote to Terraform: what it says is so, even if a newer run that only looked has spoken since. */
  readonly wrote: boolean;
}

const NAME = 'publish-terraform-policies';

/** The hidden first line of a comment: what tells it from others, and who wrote it last (docs/behavior.md#comment). */
export function markerLine(key: string, { id, attempt, wrote }: Speaker): string {
  return `${markerStart(key)}run=${id}.${attempt}${wrote ? ' wrote' : ''} -->`;
}

/** Whether a comment carries the marker of this key. */
export const hasMarker = (body: string, key: string): boolean => body.startsWith(markerStart(key));

/** The run that wrote a comment last. */
export function speakerOf(body: string): Speaker {
  const [, id, attempt, wrote] = /^<!-- \S+ run=(\d{1,15})\.(\d{1,9})( wrote)? -->/.exec(body) ?? [];
  return { id: Number(id ?? 0), attempt: Number(attempt ?? 0), wrote: wrote !== undefined };
}

/**
 * Whether the one may take the place of the other. Of two runs that wrote to Terraform, or of two that did not, the
 * newer one speaks; one that wrote speaks rather than an older or a newer one that did not. Only a newer run that has
 * read what the other says tells something newer: `knowing`.
 */
export function maySpeakInsteadOf(other: Speaker, speaker: Speaker, knowing: boolean): boolean {
  if (speaker.wrote && !other.wrote) return true;
  if (other.wrote && !speaker.wrote && !knowing) return false;
  return !isNewer(other, speaker);
}

/** The text without what differs from run to run although nothing else does. GitHub may change line ends. */
export const comparable = (body: string): string =>
  body
    .replaceAll('\r\n', '\n')
    .replace(/^<!--[^\n]*-->\n/, '')
    .replaceAll(/\/actions\/runs\/\d+/g, '')
    .trimEnd();

/** `--` would end an HTML comment, and so would `>`, which the encoding removes. */
const markerStart = (key: string) => `<!-- ${NAME}:${encodeURIComponent(key).replaceAll('--', '-%2D')} `;
