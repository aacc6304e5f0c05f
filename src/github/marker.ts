/** The run that wrote a comment. A later run has a higher id; the same run tried again, a higher attempt. */
export interface RunNumber {
  readonly id: number;
  readonly attempt: number;
}

const NAME = 'publish-terraform-policies';

/** The hidden first line of a comment: what tells it from others, and who wrote it last (interface.md 5). */
export function markerLine(key: string, { id, attempt }: RunNumber): string {
  return `${markerStart(key)}run=${id}.${attempt} -->`;
}

/** Whether a comment carries the marker of this key. */
export const hasMarker = (body: string, key: string): boolean => body.startsWith(markerStart(key));

/** The run that wrote a comment last. */
export function runOf(body: string): RunNumber {
  const [, id, attempt] = /^<!-- \S+ run=(\d{1,15})\.(\d{1,9}) -->/.exec(body) ?? [];
  return { id: Number(id ?? 0), attempt: Number(attempt ?? 0) };
}

export const isNewer = (a: RunNumber, b: RunNumber): boolean =>
  a.id > b.id || (a.id === b.id && a.attempt > b.attempt);

/** The text without what differs from run to run although nothing else does. GitHub may change line ends. */
export const comparable = (body: string): string =>
  body
    .replaceAll('\r\n', '\n')
    .replace(/^<!--[^\n]*-->\n/, '')
    .replaceAll(/\/actions\/runs\/\d+/g, '')
    .trimEnd();

/** `--` would end an HTML comment, and so would `>`, which the encoding removes. */
const markerStart = (key: string) => `<!-- ${NAME}:${encodeURIComponent(key).replaceAll('--', '-%2D')} `;
