import type { Problem } from '../model/problem.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import { defaultSource, sourceOfBlock } from '../repository/configuration/policy-blocks.ts';
import { isRemoteSource } from '../repository/configuration/remote-source.ts';
import type { At } from '../repository/configuration/settings.ts';
import type { Attribute, Block, Element, Span } from '../repository/languages/hcl/document.ts';
import { readHcl } from '../repository/languages/hcl/hcl.ts';
import type { Position } from '../repository/languages/lines.ts';
import type { RebasedSource } from './move.ts';
import { archivePath } from './sources.ts';

export interface Rebased {
  readonly text: string;
  /** In the order of the text. */
  readonly sources: readonly RebasedSource[];
  readonly problems: readonly Problem[];
}

/**
 * Rewrites a Sentinel configuration for the root of the archive (docs/policy-sets.md#configuration-in-a-folder-below):
 * the folder is added to local sources, and omitted sources of policies are added. The rest of the text stays the same.
 * Sources outside the archive, and a text with syntax errors, are not changed: both are reported elsewhere. Takes time
 * proportional to the length of the text.
 *
 * @param text with its byte order mark, if it has one, and its own line ends
 * @param folder of the configuration, from the root of the archive
 */
export async function rebase(
  { file, text }: { readonly file: string; readonly text: string },
  folder: string,
): Promise<Rebased> {
  const { elements, faults } = await readHcl(text.replace(/^\uFEFF/, '').replace(LINE_END, '\n'));
  if (faults.length > 0) return { text, sources: [], problems: [] };
  const layout = layoutOf(text);
  const found = elements.flatMap((element) =>
    element.type === 'block' ? foundIn(element, { file, folder, layout }) : [],
  );
  return {
    text: edited(
      text,
      found.flatMap(({ edits }) => edits ?? []),
      layout,
    ),
    sources: found.flatMap(({ source }) => source ?? []),
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}

const LINE_END = /\r\n?|\n/g;

/** The configuration after the rewrite. Lines are those of the original file. */
export function rebasedConfiguration(
  configuration: Extract<Configuration, { kind: 'sentinel' }>,
  folder: string,
): Configuration {
  const at = ({ value, line }: At<string>): At<string> => ({ value: rebased(value, folder) ?? value, line });
  return {
    ...configuration,
    policies: configuration.policies.map((block) => ({
      ...block,
      source: at({ value: sourceOfBlock(block), line: block.source?.line ?? block.line }),
    })),
    provided: configuration.provided.map((each) =>
      each.source === undefined ? each : { ...each, source: at(each.source) },
    ),
    support: configuration.support.map((each) => ({
      ...each,
      source: rebased(each.source, folder) ?? each.source,
    })),
  };
}

/** Undefined if it stays the same, because it is remote or outside the archive. */
function rebased(source: string, folder: string): string | undefined {
  const path = isRemoteSource(source) ? undefined : archivePath(source, folder);
  return path === undefined ? undefined : `./${path}`;
}

interface Around {
  readonly file: string;
  readonly folder: string;
  readonly layout: Layout;
}

/** The result for one source. */
interface Found {
  readonly edits?: readonly Edit[];
  readonly source?: RebasedSource;
  readonly problem?: Problem;
}

interface Edit extends Span {
  readonly text: string;
}

function foundIn(block: Block, around: Around): Found[] {
  switch (block.name) {
    case 'policy':
      return sourceOfPolicy(block, around);
    case 'module':
    case 'import':
      return attributesOf(block, ['source', 'path']).flatMap(
        (stated) => unread(stated, around) ?? replaced(stated, around),
      );
    case 'mock':
      return block.body
        .filter((inner): inner is Block => inner.type === 'block' && inner.name === 'module')
        .flatMap((inner) => attributesOf(inner, ['source']).flatMap((stated) => replaced(stated, around)));
    default:
      return [];
  }
}

const attributesOf = ({ body }: Block, names: readonly string[]): Attribute[] =>
  body.filter((each: Element): each is Attribute => each.type === 'attribute' && names.includes(each.name));

function sourceOfPolicy(block: Block, around: Around): Found[] {
  const [stated] = attributesOf(block, ['source']);
  const [name] = block.labels;
  const unstated = name === undefined ? undefined : rebased(defaultSource(name), around.folder);
  if (stated === undefined) return unstated === undefined ? [] : [inserted(block, unstated, around)];
  if (unstated === undefined || !isNull(stated)) return replaced(stated, around);
  return [{ ...editOf(stated, unstated), source: { line: stated.line, before: undefined, after: unstated } }];
}

/** In HCL, `null` is the same as an omitted attribute. */
const isNull = ({ value }: Attribute): boolean => 'other' in value && value.other === 'null';

/** Only a problem if the configuration is moved. For policies it is reported elsewhere. */
function unread(stated: Attribute, { file }: Around): Found | undefined {
  const { name, line, value } = stated;
  if ('text' in value || isNull(stated)) return undefined;
  const message = `\`${name}\` must be a plain string, but is ${value.other}.`;
  const advice = 'Expressions are not evaluated: write the value itself in double quotes.';
  return { problem: { message, place: { file, line }, advice } };
}

function replaced(stated: Attribute, { folder }: Around): Found[] {
  const { line, value } = stated;
  if ('other' in value) return [];
  const after = rebased(value.text, folder);
  return after === undefined
    ? []
    : [{ ...editOf(stated, after), source: { line, before: value.text, after } }];
}

const editOf = ({ span }: Attribute, source: string): Found =>
  span === undefined ? {} : { edits: [{ ...span, text: quoted(source) }] };

/** Adds the source as the first attribute. A block on one line can only have one attribute. */
function inserted({ line, body, inside }: Block, after: string, { layout }: Around): Found {
  const source = { line, before: undefined, after };
  if (inside === undefined) return { source };
  const { start, end } = inside;
  const { lineEnd } = layout;
  const indentation = layout.indentationOf(line);
  const text = `source = ${quoted(after)}`;
  const at = (place: Position, words: string): Edit => ({ start: place, end: place, text: words });
  const ownLine = `${lineEnd}${indentation}  ${text}`;
  if (start.line !== end.line) return { source, edits: [at(start, ownLine)] };
  if (body.length === 0)
    return { source, edits: [at(start, ` ${text}${start.column === end.column ? ' ' : ''}`)] };
  const edits = [at(start, `${ownLine}${lineEnd}${indentation} `), at(end, `${lineEnd}${indentation}`)];
  return { source, edits };
}

/** An HCL string. */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/[$%](?=\{)/g, '$&$&')
    .replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

interface Layout {
  /** The line ending of the text. */
  readonly lineEnd: string;
  /** The index of a position in the text. */
  readonly indexOf: (position: Position) => number;
  readonly indentationOf: (line: number) => string;
}

function layoutOf(text: string): Layout {
  const ends = [...text.matchAll(LINE_END)];
  const starts = [text.startsWith('\uFEFF') ? 1 : 0, ...ends.map(({ 0: end, index }) => index + end.length)];
  const startOf = (line: number) => starts[line - 1] ?? text.length;
  return {
    lineEnd: ends[0]?.[0] ?? '\n',
    indexOf: ({ line, column }) => startOf(line) + column - 1,
    indentationOf: (line) => /^[ \t]*/.exec(text.slice(startOf(line), startOf(line + 1)))?.[0] ?? '',
  };
}

/** @param edits in the order of the text, without overlaps */
function edited(text: string, edits: readonly Edit[], { indexOf }: Layout): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end, text: words } of edits) {
    pieces.push(text.slice(done, indexOf(start)), words);
    done = indexOf(end);
  }
  return [...pieces, text.slice(done)].join('');
}
