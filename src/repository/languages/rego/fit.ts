import type { RegoEvidence, RegoVersions } from '../../../model/policy.ts';
import { type Problem, REPORT_WRONG } from '../../../model/problem.ts';

/** Why the OPA version of a policy set does not support the version of Rego in a file. Undefined if it does. */
export function unfitFor(
  { name, toolVersion = '' }: { readonly name: string; readonly toolVersion?: string },
  { path, versions }: { readonly path: string; readonly versions?: RegoVersions },
): Problem | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(toolVersion) ?? [];
  if (major === undefined || versions === undefined) return undefined;
  const { notV0, notV1, importsV1 } = versions;
  // A file that no version supports is a separate finding.
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
  message: `Policy set "${name}" runs OPA ${toolVersion}, which uses version 0 of Rego and does not support ${evidence.what}. It rejects the file or evaluates it differently: \`p := 1 if { false }\` is 1.`,
  place: { file: path, line: evidence.line },
  cause: {
    summary: `require a newer version of OPA than ${toolVersion}, which policy set "${name}" runs`,
    detail: evidence.what,
  },
  advice: `Add \`import rego.v1\`, which OPA supports since 0.59, or set a newer version of OPA for the policy set. ${REPORT_WRONG}`,
});

/** The minor version of OPA 0.x that introduced `import rego.v1`. */
const FIRST_WITH_V1 = 59;

const importTooNew = ({
  path,
  line,
  name,
  toolVersion,
}: Omit<Unfit, 'evidence'> & { line: number }): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which does not support \`import rego.v1\`. It is available since OPA 0.${FIRST_WITH_V1}.`,
  place: { file: path, line },
  cause: {
    summary: `require a newer version of OPA than ${toolVersion}, which policy set "${name}" runs`,
    detail: '`import rego.v1`',
  },
  advice: `Set a newer version of OPA for the policy set, or import the keywords from \`future.keywords\`. ${REPORT_WRONG}`,
});

const tooOld = ({ path, evidence, name, toolVersion }: Unfit): Problem => ({
  message: `Policy set "${name}" runs OPA ${toolVersion}, which uses version 1 of Rego and rejects ${evidence.what}.`,
  place: { file: path, line: evidence.line },
  cause: {
    summary: `require an older version of OPA than ${toolVersion}, which policy set "${name}" runs`,
    detail: evidence.what,
  },
  advice: `Convert the file with \`opa fmt --rego-v1\`, or set an older version of OPA for the policy set. ${REPORT_WRONG}`,
});
