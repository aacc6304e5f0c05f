import { join, posix, relative, sep } from 'node:path';
import { KINDS } from '../../model/kinds.ts';
import { describeReference, type PolicySetReference } from '../../model/policy-set.ts';
import type { Problem } from '../../model/problem.ts';
import type { SetFolder } from '../../model/set-folder.ts';
import { policyWords } from '../../repository/configuration/terraform-policies.ts';
import type { Folder } from '../../repository/find-files.ts';
import { list } from '../../repository/search.ts';
import { type FolderOfPolicies, isTerraformPolicy, listed, shownFolder } from '../kind-of-folder.ts';
import type { SetPolicy, UnsetParameter } from '../local-set.ts';
import type { PackedFile } from '../packed-file.ts';
import { readPieces } from '../read-packed.ts';
import { policyId, type TerraformConfiguration } from '../set-configuration.ts';
import type { Source } from '../sources.ts';
import { type Checked, NOTHING_FOUND } from './checked.ts';

/** Checks the packed files of a set of Terraform policies. Policy files themselves were checked when they were read. */
export function checkTerraform(
  { files: policyFiles }: TerraformConfiguration,
  sources: readonly Source[],
  files: readonly PackedFile[],
): Checked & { readonly unsetParameters: readonly UnsetParameter[] } {
  const direct = new Set(policyFiles.map(({ path }) => path));
  const nested = belowFolderOf(direct, files).filter(
    ({ path, file }) => isTerraformPolicy(posix.basename(path)) && !direct.has(file),
  );
  const byPath = new Map(files.map((file) => [file.path, file]));
  const programs = sources.flatMap((source) => {
    const file = byPath.get(source.path ?? '');
    return file === undefined || runsOnLinux(file) ? [] : [noProgram(source)];
  });
  return {
    ...NOTHING_FOUND,
    warnings: [...neverRun(nested), ...programs],
    unsetParameters: policyFiles.flatMap(({ path: file, inputs }) =>
      inputs
        .filter(({ isOptional }) => !isOptional)
        .map(({ name, line }) => ({ name, place: { file, line } })),
    ),
  };
}

/** Folders beside the one of the policies may be those of other policy sets. */
function belowFolderOf(direct: ReadonlySet<string>, files: readonly PackedFile[]): readonly PackedFile[] {
  const folder = posix.dirname(files.find(({ file }) => direct.has(file))?.path ?? '');
  return folder === '.' ? files : files.filter(({ path }) => path.startsWith(`${folder}/`));
}

/** The policies as defined by their files. */
export function terraformPolicies(
  { policies }: TerraformConfiguration,
  files: readonly PackedFile[],
): SetPolicy[] {
  const paths = new Map(files.map(({ file, path }) => [file, path]));
  return policies.map((block) => {
    const path = paths.get(block.place.file);
    return {
      id: policyId(block),
      name: block.name,
      title: policyWords(block),
      kind: 'tfpolicy',
      path: block.place.file,
      enforcementLevel: block.level.value,
      levelFrom: block.level.from,
      place: block.place,
      entries: path === undefined ? [] : [path],
    };
  });
}

/** Runs pass without them, so it may go unnoticed. */
function neverRun(nested: readonly PackedFile[]): Problem[] {
  const [first] = nested;
  if (first === undefined) return [];
  const paths = nested.map(({ file }) => file);
  return [
    {
      message: `Terraform only runs policies directly in the folder. It never runs these in folders below: ${listed(paths)}.`,
      place: { file: first.file },
      advice:
        'Move them up, or publish their folder as another policy set, with `name: folder//path` if they need files outside it.',
    },
  ];
}

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const MACHINE_AT = 18;
/** x86-64 and ARM64. */
const MACHINES = [0x3e, 0xb7];

/** Whether the file starts like a program for the platforms of agents. Unreadable files are reported elsewhere. */
function runsOnLinux({ bytes, size }: PackedFile): boolean {
  try {
    for (const piece of readPieces(bytes, size))
      return (
        piece.subarray(0, ELF.length).equals(ELF) &&
        piece.length > MACHINE_AT &&
        MACHINES.includes(piece.readUInt16LE(MACHINE_AT))
      );
    return false;
  } catch {
    return true;
  }
}

const noProgram = ({ by, text, place }: Source): Problem => ({
  message: `Source "${text}" of ${by} is not a program for Linux on x86-64 or ARM64, so agents cannot run it.`,
  place,
  advice: 'Build it for agents, for example with `GOOS=linux GOARCH=amd64 go build`.',
});

const INPUT = { input: 'versioned-policy-sets' };
const ENDING = KINDS.tfpolicy.ending;

/** For a folder whose policy files are all excluded. */
export const allLeftOut = ({ policyFiles }: FolderOfPolicies, shown: string): Problem => ({
  message: `${shownFolder(shown)} contains no *${ENDING} files except ${listed(policyFiles)}, which are excluded by \`exclude\` or \`.terraformignore\`, or never packed.`,
  place: INPUT,
  advice: 'Change `exclude` or `.terraformignore`, or use another folder.',
});

/** For a folder with Terraform policies only in folders below: none of them would run, and every run would pass. */
export function furtherBelow(
  reference: PolicySetReference,
  { folder, shown }: { readonly folder: Folder & Pick<SetFolder, 'path'>; readonly shown: string },
  working: Folder,
): Problem | undefined {
  const search = { include: [`**/*${ENDING}`], exclude: ['**/node_modules/**'] };
  const { files } = list(join(folder.workspace, shown), [search], () => {});
  if (files.length === 0) return undefined;
  const packed = relative(working.root, folder.root).replaceAll(sep, '/') || '.';
  const lines = [...new Set(files.map((file) => posix.dirname(file)))].map(
    (below) => `\`${describeReference(reference)}: ${packed}//${posix.join(folder.path ?? '', below)}\``,
  );
  return {
    message: `${shownFolder(shown)} contains no *${ENDING} files directly, only in folders below: ${listed(files)}. Terraform would run none of them, and every run would pass.`,
    place: INPUT,
    advice: `Add their folder to the line: ${listed(lines)}.`,
  };
}
