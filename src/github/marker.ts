import { isNewer, type RunNumber } from '../model/run-number.ts';

/** The run that wrote a comment. */
export interface Speaker extends RunNumber {
  /** Whether the run wrote to Terraform. Its report then outweighs that of a newer run that only read. */
  readonly wrote: boolean;
}

const NAME = 'publish-terraform-policies';

/** The hidden first line of a comment, which identifies it and the run that wrote it (docs/behavior.md#comment). */
export function markerLine(key: string, { id, attempt, wrote }: Speaker): string {
  return `${markerStart(key)}run=${id}.${attempt}${wrote ? ' wrote' : ''} -->`;
}

/** Whether a comment has the marker of this key. */
export const hasMarker = (body: string, key: string): boolean => body.startsWith(markerStart(key));

/** The last run that wrote a comment. */
export function speakerOf(body: string): Speaker {
  const [, id, attempt, wrote] = /^<!-- \S+ run=(\d{1,15})\.(\d{1,9})( wrote)? -->/.exec(body) ?? [];
  return { id: Number(id ?? 0), attempt: Number(attempt ?? 0), wrote: wrote !== undefined };
}

/**
 * Whether a run may overwrite the comment of the other. Between two runs that wrote to Terraform, or two that did not,
 * the newer one wins. A run that wrote wins over one that did not, unless the latter is newer and had read the comment
 * before it started its report (`knowing`).
 */
export function maySpeakInsteadOf(other: Speaker, speaker: Speaker, knowing: boolean): boolean {
  if (speaker.wrote && !other.wrote) return true;
  if (other.wrote && !speaker.wrote && !knowing) return false;
  return !isNewer(other, speaker);
}

/** The text without the parts that differ from run to run. GitHub may change line ends. */
export const comparable = (body: string): string =>
  body
    .replaceAll('\r\n', '\n')
    .replace(/^<!--[^\n]*-->\n/, '')
    .replaceAll(/\/actions\/runs\/\d+/g, '')
    .trimEnd();

/** `--` and `>` would end an HTML comment. `encodeURIComponent` only encodes the latter. */
const markerStart = (key: string) => `<!-- ${NAME}:${encodeURIComponent(key).replaceAll('--', '-%2D')} `;
