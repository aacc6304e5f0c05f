import path from 'node:path';
import pMap from 'p-map';
import { readCode, reason, sha256 } from '../code.ts';
import type { FileInputs } from '../inputs/inputs.ts';
import {
  ENFORCEMENT_LEVELS,
  type EnforcementLevel,
  EXTENSIONS,
  type PolicyFile,
  type PolicyKind,
} from '../policy.ts';
import { type Problem, ProblemsError } from '../problem.ts';
import { type Folder, type FoundFile, findFiles, resolveFolder } from './find-files.ts';
import { duplicateNames, policyName } from './names.ts';
import { readRego } from './rego.ts';
import { checkSentinel } from './sentinel.ts';

export interface Discovery {
  /** Sorted by path. */
  readonly files: readonly PolicyFile[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export const NOTHING_FOUND: Discovery = { files: [], problems: [], warnings: [], notices: [] };

type Inspection =
  | { readonly file: PolicyFile; readonly warnings: readonly Problem[]; readonly renamed: boolean }
  | { readonly problems: readonly Problem[] };

const OPEN_FILES = 16;

/** Finds the policy files of the repository and checks that each makes a sound policy (interface.md 2, 3). */
export async function discover(workspace: string, inputs: FileInputs): Promise<Discovery> {
  try {
    return await discoverIn(await resolveFolder(workspace, inputs.workingDirectory), inputs);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return { ...NOTHING_FOUND, problems: error.problems };
  }
}

async function discoverIn(folder: Folder, inputs: FileInputs): Promise<Discovery> {
  const { include, exclude } = inputs.policies;
  const found = await findFiles(folder, { include, exclude: [...exclude, ...inputs.exclude] });
  const [candidates, others] = partition(found.files, ({ path }) => kindOf(path) !== undefined);
  if (candidates.length === 0 && found.problems.length === 0) throw nothingFound(folder, inputs);

  const inspections = await pMap(candidates, (file) => inspect(file, inputs), { concurrency: OPEN_FILES });
  const sound = inspections.filter((inspection) => 'file' in inspection);
  const files = sound.map(({ file }) => file);
  return {
    files,
    problems: [
      ...found.problems,
      ...inspections.flatMap((inspection) => ('problems' in inspection ? inspection.problems : [])),
      ...wrongLevel(candidates, inputs.enforcementLevel),
      ...duplicateNames(files),
    ],
    warnings: sound.flatMap(({ warnings }) => warnings),
    notices: [...renamedNotice(sound), ...leftOutNotice(others)],
  };
}

function kindOf(file: string): PolicyKind | undefined {
  const extension = path.posix.extname(file) || path.posix.basename(file);
  return (Object.keys(EXTENSIONS) as PolicyKind[]).find((kind) => EXTENSIONS[kind] === extension);
}

async function inspect(found: FoundFile, inputs: FileInputs): Promise<Inspection> {
  const kind = kindOf(found.path) as PolicyKind;
  const place = { file: found.path };
  const title = inputs.namePrefix + path.posix.basename(found.path).slice(0, -EXTENSIONS[kind].length);
  const name = policyName(title);
  if (name === undefined || title === inputs.namePrefix) return { problems: [badName(title, found.path)] };
  let code: Buffer;
  try {
    code = await readCode(found.location);
  } catch (error) {
    return { problems: [{ message: `The file cannot be read. ${reason(error as Error)}`, place }] };
  }
  const source = decodeUtf8(code);
  if (source === undefined) {
    return {
      problems: [
        {
          message: 'The file is not valid UTF-8 text.',
          place,
          advice: 'Save it as UTF-8, or add it to `exclude`.',
        },
      ],
    };
  }
  if (source.trim() === '') {
    return {
      problems: [
        { message: 'The file is empty.', place, advice: 'Write the policy, or add the file to `exclude`.' },
      ],
    };
  }
  const base = { name, path: found.path, location: found.location, sha256: sha256(code) };
  return { ...inspectSource(base, kind, source, inputs.enforcementLevel), renamed: name !== title };
}

type Base = Pick<PolicyFile, 'name' | 'path' | 'location' | 'sha256'>;

function inspectSource(base: Base, kind: PolicyKind, source: string, level: EnforcementLevel | undefined) {
  if (kind === 'sentinel') {
    const problems = checkSentinel(source, base.path);
    if (problems.length > 0) return { problems };
    return { file: { ...base, kind, ...stated(kind, level) }, warnings: [] };
  }
  const { derivedQuery, problems, warnings } = readRego(source, base.path);
  if (problems.length > 0) return { problems };
  return { file: { ...base, kind, derivedQuery, ...stated(kind, level) }, warnings };
}

/** The level that the input states for a policy of this kind; `wrongLevel` reports one of the other kind. */
function stated<K extends PolicyKind>(kind: K, level: EnforcementLevel | undefined) {
  const levels: readonly (typeof ENFORCEMENT_LEVELS)[K][number][] = ENFORCEMENT_LEVELS[kind];
  const value = levels.find((known) => known === level);
  return value === undefined ? {} : { enforcementLevel: { value, source: 'input' } };
}

function wrongLevel(files: readonly FoundFile[], level: EnforcementLevel | undefined): Problem[] {
  if (level === undefined) return [];
  return (Object.keys(EXTENSIONS) as PolicyKind[]).flatMap((kind) => {
    const levels: readonly string[] = ENFORCEMENT_LEVELS[kind];
    const [first, ...others] = files.filter((file) => kindOf(file.path) === kind);
    if (first === undefined || levels.includes(level)) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return {
      message: `\`enforcement-level\` is "${level}", which ${KIND_NAMES[kind]} policies do not have: ${first.path}${more}.`,
      place: { input: 'enforcement-level' },
      advice: `Use one of ${levels.join(', ')}, or publish the two kinds in two steps.`,
    };
  });
}

const KIND_NAMES = { sentinel: 'Sentinel', opa: 'OPA' } as const;

function decodeUtf8(code: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(code);
  } catch {
    return undefined;
  }
}

function nothingFound({ workspace, root }: Folder, { policies, exclude }: FileInputs): ProblemsError {
  const folder = path.relative(workspace, root).replaceAll(path.sep, '/') || 'the root of the workspace';
  const excluded = [...policies.exclude, ...exclude];
  const braces = policies.include.some((pattern) => pattern.includes('{'));
  return new ProblemsError([
    {
      message: `No policy file matches ${policies.include.join(', ')} in ${folder}${excluded.length === 0 ? '' : ` (excluded: ${excluded.join(', ')})`}.`,
      place: { input: 'policies' },
      advice: `Check out the repository before this step, and correct \`policies\`, \`exclude\` or \`working-directory\`.${
        braces ? ' Braces are not expanded: give each alternative a line of its own.' : ''
      }`,
    },
  ]);
}

const badName = (title: string, file: string): Problem => ({
  message: `"${title}" cannot be made a policy name: names hold ASCII letters, digits, "-" and "_".`,
  place: { file },
  advice: 'Rename the file.',
});

function renamedNotice(sound: readonly { file: PolicyFile; renamed: boolean }[]): Problem[] {
  const renamed = sound
    .filter((inspection) => inspection.renamed)
    .map(({ file }) => `${file.path} → ${file.name}`);
  if (renamed.length === 0) return [];
  return [
    {
      message: `Names hold letters, digits, "-" and "_" only; other characters became "-": ${renamed.join(', ')}.`,
    },
  ];
}

function leftOutNotice(others: readonly FoundFile[]): Problem[] {
  if (others.length === 0) return [];
  const paths = others.map(({ path }) => path).join(', ');
  return [
    {
      message: `Left out, as they end neither in .sentinel nor in .rego: ${paths}.`,
      place: { input: 'policies' },
    },
  ];
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const { yes = [], no = [] } = Object.groupBy(items, (item) => (test(item) ? 'yes' : 'no'));
  return [yes, no];
}
