import { hasQuery, type PolicyFile, type RegoEvidence, type RegoVersions } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';

interface RegoFile {
  readonly path: string;
  readonly versions?: RegoVersions;
}

interface Notes {
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

/**
 * Notes about files that are valid in only one version of Rego. Files of both versions in one run are a warning, because
 * no version of OPA runs all of them. Files of version 1 are normal and not mentioned.
 */
export const versionNotes = (files: readonly PolicyFile[]): Notes => regoVersionNotes(files.filter(hasQuery));

/** The same for Rego files from any source. */
export function regoVersionNotes(files: readonly RegoFile[]): Notes {
  const old = files.filter(({ versions }) => only(versions?.notV1, versions?.notV0));
  const young = files.filter(({ versions }) => only(versions?.notV0, versions?.notV1));
  const [oldOnes, youngOnes] = [listed(old), listed(young)];
  const oldText = `OPA 1.x accepts ${oldOnes} only in version 0 compatibility mode`;
  const youngText = `OPA 0.x rejects ${youngOnes}, or evaluates ${young.length === 1 ? 'it' : 'them'} differently`;
  if (old.length > 0 && young.length > 0) {
    const message = `No version of OPA accepts all Rego files of this run: ${oldText}, and ${youngText}.`;
    return { warnings: [{ message, advice: CONVERT }], notices: [] };
  }
  if (old.length > 0) return { warnings: [], notices: [{ message: `${oldText}.`, advice: CONVERT }] };
  return { warnings: [], notices: [] };
}

/** A file of neither version is a separate problem. */
const only = (against: RegoEvidence | undefined, other: RegoEvidence | undefined): boolean =>
  against !== undefined && other === undefined;

const CONVERT = '`opa fmt --rego-v1` converts a file so that both versions accept it.';

const SHOWN = 3;

function listed(files: readonly RegoFile[]): string {
  const paths = files.slice(0, SHOWN).map(({ path }) => path);
  const more = files.length > SHOWN ? `, and ${files.length - SHOWN} more` : '';
  return `${files.length} Rego file${files.length === 1 ? '' : 's'} (${paths.join(', ')}${more})`;
}
