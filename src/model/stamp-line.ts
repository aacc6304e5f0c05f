import { toMarkdown } from 'mdast-util-to-markdown';
import { oneLine } from '../runtime/safe-text.ts';
import type { PublishingRun } from './publishing-run.ts';

/**
 * The last line of a description, which says where a policy or policy set was published from
 * (docs/behavior.md#stamps): a link whose title has, after name and version, `key=value` with the values
 * percent-encoded. Later versions may add keys.
 */
const LINE = /^[ \t]*\[.* "publish-terraform-policies\/\d+ ([^"]*)"\)[ \t]*$/;

/** The values of a stamp by key. A value that cannot be decoded is undefined. */
export type StampValues = ReadonlyMap<string, string | undefined>;

export interface Described<S> {
  /** Null if there is none. */
  readonly text: string | null;
  readonly stamp: S | undefined;
}

/** Removes stamps from a description, wherever they are. The last one that can be read counts. */
export function splitDescription<S>(
  description: string | null,
  read: (values: StampValues, line: string) => S | undefined,
): Described<S> {
  if (description === null) return { text: null, stamp: undefined };
  const lines = description.split(/\r\n|\n/);
  const stamps = lines.filter((line) => LINE.test(line));
  if (stamps.length === 0) return { text: description, stamp: undefined };
  const stamp = stamps
    .map((line) => read(valuesOf(line), line.trim()))
    .findLast((each) => each !== undefined);
  const text = lines
    .filter((line) => !LINE.test(line))
    .join('\n')
    .trim();
  return { text: text === '' ? null : text, stamp };
}

/** The description to send, with the stamp as its last paragraph. */
export function writeDescription(text: string | null, line: string | undefined): string | null {
  if (line === undefined) return text;
  return text === null || text.trim() === '' ? line : `${text.trimEnd()}\n\n${line}`;
}

export interface LineContent {
  /** The text of the link. */
  readonly words: string;
  /** The target of the link. */
  readonly url: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** One line of Markdown that is also readable as plain text. */
export function writeLine({ words, url, values }: LineContent): string {
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${encode(value)}`);
  const title = `publish-terraform-policies/1 ${pairs.join(' ')}`;
  return toMarkdown({
    type: 'link',
    url: url ?? '',
    title,
    children: [{ type: 'text', value: oneLine(words) }],
  }).trim();
}

/**
 * The URL that a stamp links to. Undefined if there is none, or if it is not http or https, because descriptions can be
 * edited.
 */
export function addressIn(line: string): string | undefined {
  const link = line.slice(0, Math.max(line.lastIndexOf(' "publish-terraform-policies/'), 0));
  const at = link.lastIndexOf('](');
  if (at < 0) return undefined;
  const address = link.slice(at + 2).replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return /^https?:\/\/[!-~]+$/.test(address) ? address : undefined;
}

export function runValues(run: PublishingRun | undefined): Record<string, string> {
  if (run === undefined) return {};
  const { server, repository, id, attempt } = run;
  return { server, repository, run: String(id), attempt: String(attempt) };
}

/** Undefined if the stamp was written outside GitHub Actions, or before stamps contained the run. */
export function readRun(values: StampValues): PublishingRun | undefined {
  const [server, repository] = [values.get('server'), values.get('repository')];
  const [id, attempt] = [count(values.get('run')), count(values.get('attempt'))];
  if (server === undefined || repository === undefined || id === undefined) return undefined;
  return { server, repository, id, attempt: attempt ?? 1 };
}

const valuesOf = (line: string): StampValues => new Map((LINE.exec(line)?.[1] ?? '').split(' ').map(pairOf));

/** A whole number from 1 that JavaScript represents exactly. */
function count(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : undefined;
}

function pairOf(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return [text.slice(0, Math.max(at, 0)), decode(text.slice(at + 1))];
}

/** Slashes and colons are kept for readable paths and times. They are harmless in a title. */
const encode = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/').replaceAll('%3A', ':');

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
