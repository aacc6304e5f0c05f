import type { RegoEvidence, RegoVersions } from '../../../model/policy.ts';
import { type Problem, REPORT_WRONG } from '../../../model/problem.ts';

/** Why the OPA of a policy set does not run a file, whose version of Rego it does not know; undefined where it does. */
export function unfitFor(
  { name, toolVersion = '' }: { readonly name: string; readonly toolVersion?: string },
  { path, versions }: { readonly path: string; readonly versions?: RegoVersions },
): Problem | undefined {
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
  cause: {
    summary: `are written for a newer OPA than the ${toolVersion} of policy set "${name}"`,
    detail: evidence.what,
  },
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
  cause: {
    summary: `are written for a newer OPA than the ${toolVersion} of policy set "${name}"`,
    detail: '`import rego.v1`',
  },
  advice: `Give the policy set a newer OPA, or import the keywords from \`future.keywords\`. ${REPORT_WRONG}`,
});

const tooOld = ({ path, evidence, name, toolVersion }: Unfit): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which reads version 1 of Rego: it refuses ${evidence.what}.`,
  place: { file: path, line: evidence.line },
  cause: {
    summary: `are written for an older OPA than the ${toolVersion} of policy set "${name}"`,
    detail: evidence.what,
  },
  advice: `Convert the file with \`opa fmt --rego-v1\`, or give the policy set an older OPA. ${REPORT_WRONG}`,
});
