import {
  hasQuery,
  type OpaFile,
  type Policy,
  type PolicyFile,
  type PolicySet,
  type RegoEvidence,
} from '../model/policy.ts';
import { type Problem, REPORT_WRONG } from '../model/problem.ts';
import type { Pair, SameCode } from './plan.ts';
import type { Renames } from './prune.ts';

/** What reading a file's code found: warnings where the organization has the code already, else problems. */
export interface Sorted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Readers of code can be wrong, so they keep nobody from going on with what is there: a finding ends the run only for
 * code that is new to the organization.
 */
export function sortFindings(
  pairs: readonly Pair[],
  policySets: readonly PolicySet[],
  same: SameCode,
  renames: Renames = new Map(),
): Sorted {
  const isThere = ({ file, policy }: Pair) =>
    (policy !== undefined && same.has(policy.id)) || renames.has(file.name);
  const found = (wanted: boolean) =>
    pairs
      .filter((each) => isThere(each) === wanted)
      .flatMap(({ file, policy }) => findingsOf(file, policySets, renames.get(file.name) ?? policy));
  return { problems: found(false), warnings: found(true).map(asWarning) };
}

const asWarning = ({ message, ...finding }: Problem): Problem => ({
  ...finding,
  message: `${message} The organization has this code already, so it stays.`,
});

/** What was found in the file by itself, where the organization is not asked. */
export function assumedFindings(file: PolicyFile): readonly Problem[] {
  const assumed = hasQuery(file) ? file.unstatedQuery?.byDefault : undefined;
  return [...(file.findings ?? []), ...(assumed === undefined ? [] : [assumed])];
}

/** What was found in the file, and what only its policy's query or the policy sets that it joins make wrong. */
export function findingsOf(
  file: PolicyFile,
  policySets: readonly PolicySet[],
  policy?: Policy,
): readonly Problem[] {
  const own = file.findings ?? [];
  if (!hasQuery(file)) return own;
  // One without code was left by an interrupted run, which cannot have been of another mind about the query.
  const kept = policy?.hasCode === true ? (policy.query ?? '') : '';
  const asked = kept === '' ? file.unstatedQuery?.byDefault : file.unstatedQuery?.judge(kept);
  const unfitSets = policySets
    .filter((set) => set.kind === file.kind)
    .flatMap((set) => unfit(file, set) ?? []);
  return [...own, ...(asked === undefined ? [] : [asked]), ...unfitSets];
}

/** A file of a version of Rego that the policy set's OPA does not run. */
function unfit({ path, versions }: OpaFile, { name, toolVersion = '' }: PolicySet): Problem | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(toolVersion) ?? [];
  if (major === undefined || versions === undefined) return undefined;
  const { notV0, notV1, importsV1 } = versions;
  // What no version runs is among the file's own findings.
  if (notV0 !== undefined && notV1 !== undefined) return undefined;
  if (major === '0' && Number(minor) < FIRST_WITH_V1 && importsV1 !== undefined)
    return importTooNew({ path, line: importsV1, name, toolVersion });
  if (major === '0') return notV0 && tooNew({ path, evidence: notV0, name, toolVersion });
  return notV1 && tooOld({ path, evidence: notV1, name, toolVersion });
}

interface Unfit {
  readonly path: string;
  readonly evidence: RegoEvidence;
  readonly name: string;
  readonly toolVersion: string;
}

const tooNew = ({ path, evidence, name, toolVersion }: Unfit): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which reads version 0 of Rego and does not know ${evidence.what}. Such a file is refused there, or means something else: \`p := 1 if { false }\` gives 1.`,
  place: { file: path, line: evidence.line },
  advice: `Add \`import rego.v1\`, which OPA knows since 0.59, or give the policy set a newer OPA. ${REPORT_WRONG}`,
});

/** The minor version of OPA 0.x that knows `import rego.v1` first. */
const FIRST_WITH_V1 = 59;

const importTooNew = ({
  path,
  line,
  name,
  toolVersion,
}: Omit<Unfit, 'evidence'> & { line: number }): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which does not know \`import rego.v1\`: OPA has it since 0.${FIRST_WITH_V1}.`,
  place: { file: path, line },
  advice: `Give the policy set a newer OPA, or import the keywords from \`future.keywords\`. ${REPORT_WRONG}`,
});

const tooOld = ({ path, evidence, name, toolVersion }: Unfit): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which reads version 1 of Rego: it refuses ${evidence.what}.`,
  place: { file: path, line: evidence.line },
  advice: `Convert the file with \`opa fmt --rego-v1\`, or give the policy set an older OPA. ${REPORT_WRONG}`,
});
