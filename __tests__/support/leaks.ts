import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bearerToken, decoded, type Incoming } from '../../sandbox/http/exchange.ts';
import { secretsHandedOut } from '../../sandbox/http/secrets.ts';
import { runningStandIns } from '../../sandbox/http/stand-in.ts';
import { parseLog } from './commands.ts';

/** A text that left the action, and where it went. */
type Output = readonly [where: string, text: string];

export type Tokens = { readonly terraform: readonly string[]; readonly github: readonly string[] };

/** Shorter texts are no secrets: hiding them would blank half of every report. */
const SHORTEST = 6;

/** As much of a secret is a leak, too: texts are cut. */
const PIECE = 20;

/** Each secret that shows somewhere, once a place: `the token of Terraform (base64) in the job summary`. */
export function leaks(outputs: readonly Output[], secrets: ReadonlyMap<string, string>): string[] {
  const forms = [...secrets].flatMap(([secret, name]) =>
    piecesOf(secret).flatMap((piece) =>
      formsOf(piece).map(([form, text]) => ({ text, what: `${name} (${form})` })),
    ),
  );
  const found = outputs.flatMap(([where, text]) => {
    const ways = [text, asRead(text)];
    return forms
      .filter((form) => ways.some((way) => way.includes(form.text)))
      .map(({ what }) => `${what} in ${where}`);
  });
  return [...new Set(found)];
}

/** The tokens that a run is given, wherever it takes them from. */
export function tokensOf(env: Readonly<Record<string, string>>): Tokens {
  const named = (pattern: RegExp) =>
    Object.entries(env).flatMap(([name, value]) => (pattern.test(name) ? [value.trim()] : []));
  return {
    terraform: named(/^(INPUT_TOKEN|TFE_TOKEN|TF_API_TOKEN|TF_TOKEN_.*)$/),
    github: named(/^INPUT_GITHUB-TOKEN$/),
  };
}

/** What must not show: the tokens, and what the stand-ins handed out. */
export const secretsOf = ({ terraform, github }: Tokens): ReadonlyMap<string, string> =>
  new Map([
    ...secretsHandedOut().map((secret) => [secret, 'an address of the object store'] as const),
    ...github.map((token) => [token, 'the token of GitHub'] as const),
    ...terraform.map((token) => [token, 'the token of Terraform'] as const),
  ]);

/** What was printed, less the lines that tell the runner to mask something. */
export function printed(stdout: string, stderr: string): Output[] {
  const visible = (text: string) => text.replaceAll(/^::add-mask::.*$/gm, '');
  const commands = parseLog(`${stdout}\n${stderr}`).commands.filter(({ name }) => name !== 'add-mask');
  return [
    ['stdout', visible(stdout)],
    ['stderr', visible(stderr)],
    ['a workflow command', commands.map(({ message }) => message).join('\n')],
  ];
}

/** What a run left in the files of the runner. */
export async function written(folder: string): Promise<Output[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'event.json');
  return Promise.all(
    files.map(
      async ({ parentPath, name }): Promise<Output> => [
        `the file ${name}`,
        await readFile(join(parentPath, name), 'utf8'),
      ],
    ),
  );
}

/** What the stand-ins of this process were sent, less what belongs there: its own token in Authorization. */
export function sent(tokens: Tokens): Output[] {
  return runningStandIns()
    .flatMap(({ recording }) => recording.arrivals)
    .flatMap((incoming): Output[] => {
      const { server, method, path, body } = incoming;
      const where = `${method} to ${server}`;
      // There, the address is the right to ask.
      const address: Output[] =
        server === 'object-store' ? [] : [[`the address of ${where}`, `${path}\n${decoded(path)}`]];
      return [
        ...address,
        [`the headers of ${where}`, headersOf(incoming, tokens)],
        [`the body of ${where}`, body.toString('utf8')],
      ];
    });
}

function headersOf({ server, headers }: Incoming, tokens: Tokens): string {
  const own = server === 'api' ? tokens.terraform : server === 'github' ? tokens.github : [];
  const isOwn = own.includes(bearerToken(headers) ?? '');
  return Object.entries(headers)
    .filter(([name]) => !(isOwn && name === 'authorization'))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}

/** The beginning of each line: a runner masks lines, and a text that is cut somewhere begins with it. */
const piecesOf = (secret: string): string[] =>
  secret
    .split(/[\r\n]+/)
    .map((line) => line.trim().slice(0, PIECE))
    .filter((piece) => piece.length >= SHORTEST);

function formsOf(piece: string): [form: string, text: string][] {
  const uri = encodeURIComponent(piece);
  const base64 = [0, 1, 2].map((offset) => innerBase64(piece, offset));
  return [
    ['plain', piece],
    ['URI', uri],
    ['lower-case URI', uri.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())],
    ...base64.map((text): [string, string] => ['base64', text]),
    ...base64.map((text): [string, string] => ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** The characters of base64 that depend on the text alone, whatever stands before it and after it. */
function innerBase64(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const before = Math.ceil((offset * 8) / 6);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(before, whole);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Without the backslashes, entities and invisible gaps that are gone once Markdown is rendered. */
const asRead = (text: string): string =>
  text
    .replaceAll(/[\u200b\\]/g, '')
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/&(amp|lt|gt|quot);/g, (entity, name: string) => ENTITIES[name] ?? entity);
