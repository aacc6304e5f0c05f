import type { FileInputs } from '../inputs/file-inputs.ts';
import { levelOf } from '../model/kinds.ts';
import type { OpaFile, RegoVersions, UnstatedQuery } from '../model/policy.ts';
import type { Cause, Problem } from '../model/problem.ts';
import { type Base, type Checked, statedBy, statedInFile, withReport } from './inspected.ts';
import { describeOpening } from './languages/description/description.ts';
import { judgeUses, type Surroundings } from './languages/rego/foreign.ts';
import { type AskedQuery, answerQuery } from './languages/rego/query.ts';
import { areInLine, formatPath, type Path } from './languages/rego/reference.ts';
import { type Rego, readRego } from './languages/rego/rego.ts';
import type { Selected } from './selection.ts';
import type { Source } from './source.ts';

type SelectedOpa = Extract<Selected, { kind: 'opa' }>;

/** The context in which a Rego file is inspected. */
interface Around {
  readonly inputs: FileInputs;
  readonly surroundings: Surroundings;
}

/** Checks a Rego file and reads its settings. */
export async function inspectRego(
  selected: SelectedOpa,
  base: Base,
  { text, hasByteOrderMark }: Source,
  { inputs, surroundings }: Around,
): Promise<Checked> {
  // OPA ignores METADATA directly after a byte order mark.
  const rego = await readRego(hasByteOrderMark ? `\ufeff${text}` : text);
  const name = formatPath(rego.package ?? []);
  const derivedQuery = `data.${name}.deny`;
  const input = inputs.query?.replaceAll('{package}', name);
  const query =
    statedBy(selected, selected.by?.block.query) ??
    (input === undefined ? undefined : { value: input, source: 'input' });
  const level = levelOf('opa', inputs.enforcementLevel);
  const enforcementLevel =
    statedBy(selected, selected.by?.block.enforcementLevel) ?? (level && { value: level, source: 'input' });
  const asked = askedQuery(selected, query?.value ?? derivedQuery, input !== undefined);
  const { description: own, queryFinding, ...judged } = judgeRego(rego, base.path, asked, surroundings);
  const unstatedQuery = asked.by === 'default' ? unstated(rego, base.path, queryFinding) : undefined;
  const description = statedBy(selected, selected.by?.block.description) ?? statedInFile(own);
  const file: OpaFile = {
    ...base,
    kind: 'opa',
    derivedQuery,
    ...(rego.fault === undefined && { versions: rego.versions }),
    ...(query && { query }),
    ...(unstatedQuery && { unstatedQuery }),
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
  };
  // Whether the derived query is used depends on the organization.
  const findings = unstatedQuery ? judged.findings.filter((each) => each !== queryFinding) : judged.findings;
  return { file, ...judged, findings };
}

function unstated(rego: Rego, file: string, byDefault: Problem | undefined): UnstatedQuery {
  return {
    byDefault: byDefault && withReport(byDefault),
    judge(value) {
      // A file that cannot be read is a finding itself.
      if (rego.fault !== undefined || rego.package === undefined) return undefined;
      const { finding } = answerQuery(rego, file, { value, by: 'organization' });
      return finding && withReport(finding);
    },
  };
}

function askedQuery({ by }: SelectedOpa, value: string, isInput: boolean): AskedQuery {
  if (by === undefined) return { value, by: isInput ? 'input' : 'default' };
  return { value, by: { policy: by.block.name, file: by.configuration, line: by.block.query.line } };
}

/** The problems of a Rego file, and its description. */
interface RegoInspection {
  /** Problems that are certain. */
  readonly problems: readonly Problem[];
  /** Problems in the code, which may be wrong. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly description: string | undefined;
  /** The finding about the query. */
  readonly queryFinding: Problem | undefined;
}

/** Checks that a file works as a single policy with its query. */
export function judgeRego(
  rego: Rego,
  file: string,
  query: AskedQuery,
  surroundings: Surroundings,
): RegoInspection {
  const alone = judgeAlone(rego, file);
  if (rego.fault !== undefined || rego.package === undefined)
    return { ...alone, warnings: [], description: undefined, queryFinding: undefined };
  const { finding, path, rule } = answerQuery(rego, file, query);
  const uses = judgeUses(rego, file, surroundings);
  const isBoolean = path !== undefined && rule?.isBoolean === true;
  return {
    problems: alone.problems,
    findings: [...alone.findings, ...uses.findings, ...(finding ? [finding] : [])],
    warnings: [...uses.warnings, ...(isBoolean ? [onlyBoolean(file, path, rule.line)] : [])],
    description: describe(rego, file, path),
    queryFinding: finding,
  };
}

/** The problems of a file that depend neither on its query nor on other files. */
export function judgeAlone(rego: Rego, file: string): Pick<RegoInspection, 'problems' | 'findings'> {
  const { fault } = rego;
  if (fault === undefined) {
    const without = rego.package === undefined ? [noPackage(file)] : [];
    return { problems: [], findings: [...without, ...syntax(rego, file)] };
  }
  const { message, advice, line, isConflict = false } = fault;
  const problem = { message, place: { file, line }, advice, cause: UNREADABLE };
  return isConflict ? { problems: [problem], findings: [] } : { problems: [], findings: [problem] };
}

/** The description or title of the package, else of the queried rule, else the comments at the top of the file. */
function describe({ annotations, opening }: Rego, file: string, asked: Path | undefined): string | undefined {
  const ofPackage = annotations.filter(({ path }) => path === undefined);
  const ofRule = annotations.filter(
    ({ path }) => path !== undefined && asked !== undefined && areInLine(path, asked),
  );
  const texts = [...ofPackage, ...ofRule].flatMap(({ description, title }) => [description, title]);
  return texts.find((text) => text.trim() !== '')?.trim() ?? describeOpening(opening, file);
}

/** Syntax that OPA rejects, whatever the query. */
function syntax({ imports, wrongImports, versions, metadataFaults }: Rego, file: string): Problem[] {
  const unknown = imports.filter(({ path: [root = ''] }) => !ROOTS.includes(root));
  return [
    ...wrongImports.map((line) => wrongImport({ file, line })),
    ...unknown.map(({ line, path }) => unknownImport(path, { file, line })),
    ...metadataFaults.map(({ line, message }) => ({
      message: `OPA rejects the METADATA block: ${message}.`,
      place: { file, line },
      cause: { summary: 'have a METADATA block that OPA rejects', detail: message },
      advice: 'Correct the block. If it is an ordinary comment, start it with another word.',
    })),
    ...ofNoVersion(versions, file),
  ].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
}

const ROOTS = ['data', 'input', 'future', 'rego'];

const UNREADABLE: Cause = { summary: 'contain text that is not Rego' };

type Line = { readonly file: string; readonly line: number };

const wrongImport = (place: Line): Problem => ({
  message: '`import` is not followed by a path.',
  place,
  advice: 'Write the path without quotes, such as `import data.lib`, or remove the line.',
});

const unknownImport = (path: Path, place: Line): Problem => ({
  message: `\`import ${formatPath(path)}\` is not a path that OPA supports.`,
  place,
  advice: 'Paths start with `data`, `input`, `future` or `rego`.',
});

function ofNoVersion({ notV0, notV1 }: RegoVersions, file: string): Problem[] {
  if (notV0 === undefined || notV1 === undefined) return [];
  const [first, second] = notV0.line <= notV1.line ? [notV0, notV1] : [notV1, notV0];
  const message =
    first.line === second.line && first.what === second.what
      ? `No version of OPA accepts the file: it imports the rules of version 1, which do not allow ${notV1.what}.`
      : `No version of OPA accepts the file: it has ${notV0.what} (line ${notV0.line}), which version 0 of Rego does not support, and ${notV1.what} (line ${notV1.line}), which version 1 does not allow.`;
  const advice = 'Convert the file to version 1 with `opa fmt --rego-v1`.';
  const cause = { summary: 'mix version 0 and version 1 of Rego, so that no version of OPA accepts them' };
  return [{ message, place: { file, line: notV1.line }, advice, cause }];
}

export const onlyBoolean = (file: string, path: Path, line: number): Problem => ({
  message: `The rule \`${formatPath(path)}\`, which the query refers to, is only true or false. Terraform expects a set of messages.`,
  place: { file, line },
  cause: { summary: 'have a query for a rule that is only true or false', detail: formatPath(path) },
  advice: `Write \`${formatPath(path)} contains "message" if { … }\`.`,
});

const noPackage = (file: string): Problem => ({
  message: 'The Rego file does not start with a `package` declaration.',
  place: { file },
  advice: 'Add `package <name>` at the top, or add it to `exclude`.',
});
