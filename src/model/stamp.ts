import { toMarkdown } from 'mdast-util-to-markdown';
import { oneLine } from '../runtime/safe-text.ts';
import type { PublishingRun, Stamp } from './policy.ts';

/**
 * The line at the end of a description that says where the policy was published from (docs/behavior.md#stamps): a link
 * whose title has, after name and version, `key=value` with the values percent-encoded. Later versions may add keys.
 */
const LINE = /^[ \t]*\[.* "publish-terraform-policies\/\d+ ([^"]*)"\)[ \t]*$/;

export interface Description {
  /** Null where there is none. */
  readonly text: string | null;
  readonly stamp: Stamp | undefined;
}

/** Takes stamps out of a description, wherever somebody may have moved them. The last one counts. */
export function readDescription(description: string | null): Description {
  if (description === null) return { text: null, stamp: undefined };
  const lines = description.split(/\r\n|\n/);
  const isStamp = (line: string) => LINE.test(line);
  const stamp = lines.findLast((line) => parse(line) !== undefined);
  if (!lines.some(isStamp)) return { text: description, stamp: undefined };
  const text = lines
    .filter((line) => !isStamp(line))
    .join('\n')
    .trim();
  return { text: text === '' ? null : text, stamp: stamp === undefined ? undefined : parse(stamp) };
}

/** The description as it is sent: the stamp is the last paragraph. */
export function writeDescription(text: string | null, line: string | undefined): string | null {
  if (line === undefined) return text;
  return text === null || text.trim() === '' ? line : `${text.trimEnd()}\n\n${line}`;
}

export interface StampContent extends Omit<Stamp, 'line'> {
  /** Address of the file at the commit. */
  readonly url: string | undefined;
}

/** One line of Markdown that reads well as plain text, too. */
export function stampLine({ url, ...stamp }: StampContent): string {
  const { run, owner, prefix, path, sha256, updatedAt } = stamp;
  const values = { ...runValues(run), owner, prefix, path, sha256, 'updated-at': updatedAt };
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${encode(value)}`);
  const title = `publish-terraform-policies/1 ${pairs.join(' ')}`;
  const words = oneLine(`Published from ${path} (${owner})`);
  return toMarkdown({
    type: 'link',
    url: url ?? '',
    title,
    children: [{ type: 'text', value: words }],
  }).trim();
}

function runValues(run: PublishingRun | undefined): Record<string, string> {
  if (run === undefined) return {};
  const { server, repository, id, attempt } = run;
  return { server, repository, run: String(id), attempt: String(attempt) };
}

/**
 * The address that a stamp links to. Undefined where there is none to be found, or one that is not of the web: people
 * can edit descriptions.
 */
export function stampAddress({ line }: Stamp): string | undefined {
  const link = line.slice(0, Math.max(line.lastIndexOf(' "publish-terraform-policies/'), 0));
  const at = link.lastIndexOf('](');
  if (at < 0) return undefined;
  const address = link.slice(at + 2).replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return /^https?:\/\/[!-~]+$/.test(address) ? address : undefined;
}

function parse(line: string): Stamp | undefined {
  const title = LINE.exec(line)?.[1];
  if (title === undefined) return undefined;
  const pairs = new Map(title.split(' ').map(pairOf));
  const [owner, path, sha256] = [pairs.get('owner'), pairs.get('path'), pairs.get('sha256')];
  if (owner === undefined || path === undefined || sha256 === undefined) return undefined;
  return {
    run: parseRun(pairs),
    owner,
    prefix: pairs.get('prefix') ?? '',
    path,
    sha256,
    updatedAt: pairs.get('updated-at') ?? '',
    line: line.trim(),
  };
}

function parseRun(pairs: ReadonlyMap<string, string | undefined>): PublishingRun | undefined {
  const [server, repository] = [pairs.get('server'), pairs.get('repository')];
  const [id, attempt] = [count(pairs.get('run')), count(pairs.get('attempt'))];
  if (server === undefined || repository === undefined || id === undefined) return undefined;
  return { server, repository, id, attempt: attempt ?? 1 };
}

/** A whole number from 1 that JavaScript can hold exactly. */
function count(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : undefined;
}

function pairOf(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return [text.slice(0, Math.max(at, 0)), decode(text.slice(at + 1))];
}

/** Slashes and colons may stay: they make a path and a time, and harm nothing in a title. */
const encode = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/').replaceAll('%3A', ':');

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
