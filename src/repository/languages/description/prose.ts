/** Finds the lines of a comment that are about the policy (docs/behavior.md#settings). */
import { isOwnership } from './licence.ts';

const TOOLS = [
  /^(vim?:|ex:|emacs:|kate:|code:\s*language)|-\*-/i,
  /^(regal|nolint|lint|tflint|checkov|tfsec|trivy|cspell|codespell|editorconfig)\b\s*(?:[-:]\s*)?(ignore|disable|enable|off|on|skip|:)/i,
  /^(opa|sentinel|rego)[ -]?(fmt|lint|check|ignore)\b/i,
  /^.{0,80}\bgenerated\b.{0,120}\bdo not edit\b|^\$(id|date|revision|author|header)\b.*\$$/i,
  /^!/,
  /^[^\p{L}\p{N}`]*$/u,
  /^imports?:?$/i,
];

const AUTHORS = [
  /^@?(authors?|(main |core )?maintainers?|contributors?|(code )?owners?|contacts?)\s*:/i,
  /^@(author|maintainer|owner)\b/i,
  /^(authored|written|created|developed|maintained|owned) by\s*:/i,
];

/** "Written by" and only names. */
function isByline(line: string): boolean {
  const names = /^(?:Authored|Written|Created|Developed|Maintained|Owned) by\s+(.*)/.exec(line)?.[1];
  return names?.split(/\s+/).every((word) => /^([\p{Lu}@<(&]|(and|of|the|at)$)|@/u.test(word)) ?? false;
}

const MONTH = '(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*[.,]?';
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?[.,]?`;
const DATE = String.raw`(?:\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:${DAY} )?${MONTH} (?:${DAY} )?\d{4}|\d{4}\b)`;
const OCCASION =
  '@?(?:date|since|(?:first |last )?(?:created|updated|modified|changed|edited|revised|reviewed|released|generated)|(?:creation|release|effective) date|last (?:update|change|revision|review))';
/** A time or a person may follow a date. */
const DATED = String.raw`${DATE}(?:[\s\d:.,;/()+T–-]|utc|gmt|z\b)*(?:by\b.*)?$`;
const EVENT = new RegExp(String.raw`^${OCCASION}(?: (?:on|at|in|date))?\s*[:=-]?\s*${DATED}`, 'i');
const DAY_ALONE = new RegExp(`^${DATED}`, 'i');

/**
 * Whether a line is more than ownership, a name, an author, a date, or instructions for tools. `before` is the previous
 * such line of the paragraph: what looks like a license, a name or a date may continue its sentence.
 */
export function isProse(text: string, path: string, before: string | undefined): boolean {
  const line = text.trim();
  if ([...TOOLS, ...AUTHORS, EVENT].some((pattern) => pattern.test(line))) return false;
  const goesOn = before !== undefined && /[^.!?:;]$/.test(before) && /^[\p{Ll}\d]/u.test(line);
  return goesOn || !(isOwnership(line) || isName(line, path) || isByline(line) || DAY_ALONE.test(line));
}

const NAME_LABEL =
  /^(?:@?file(?: ?name)?|(?:sentinel |rego |opa )?policy(?: name)?|name|title|package)\s*:\s*(\S+)$/i;

/** The file's name, or a label and something that is a name rather than a word. */
function isName(line: string, path: string): boolean {
  const bare = withoutOrnament(line);
  const labelled = NAME_LABEL.exec(bare)?.[1];
  if (labelled !== undefined && /[\p{L}\p{N}][-_./][\p{L}\p{N}]/u.test(labelled)) return true;
  const name = normal(withoutOrnament(labelled ?? bare));
  return (
    name !== '' && [path, path.replace(/\.[^./]*$/, '')].some((own) => `/${normal(own)}`.endsWith(`/${name}`))
  );
}

const normal = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^(\.?\/)+/, '');

function withoutOrnament(line: string): string {
  const isOrnament = (index: number) => '`\'"*=-_#:. '.includes(line.charAt(index));
  let [start, end] = [0, line.length];
  while (start < end && isOrnament(start)) start++;
  while (end > start && isOrnament(end - 1)) end--;
  return line.slice(start, end);
}

const LINK = String.raw`[<([]*https?:\/\/\S+`;
const POINTERS = [
  new RegExp(
    String.raw`^(?:[-*] )?(?:(?:for (?:more )?(?:details|information),? )?(?:see(?: also)?|refer to|refs?|references?|docs?|documentation|links?|sources?|urls?|more(?: info(?:rmation)?)?|based on|(?:copied|adapted|taken) from)\s*[:-]?\s*)?${LINK}(?: for (?:more |further )?(?:details|info|information))?[.]?$`,
    'i',
  ),
  /^(?:[-*] )?\[[^\]]*\]\(\S+\)\.?$/,
  /^(?:see(?: also)?|based on|references?|links?|docs?|documentation|sources?)\s*:?$/i,
  /^(?:(?:opa )?query\s*[:=]\s*)?`?data(?:\.[\w-]+|\["[^"\]]*"\])+`?$/i,
];

/** Whether a line is only a link or a query. */
export const isOnlyPointer = (line: string): boolean => POINTERS.some((pattern) => pattern.test(line.trim()));
