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
 * How many files are of one version of Rego only: both in one run is a warning, since no OPA runs them together. Files of
 * version 1 alone are what everybody writes today, and nothing to speak of.
 */
export const versionNotes = (files: readonly PolicyFile[]): Notes => regoVersionNotes(files.filter(hasQuery));

/** The same for Rego files of whatever origin. */
export function regoVersionNotes(files: readonly RegoFile[]): Notes {
  const old = files.filter(({ versions }) => only(versions?.notV1, versions?.notV0));
  const young = files.filter(({ versions }) => only(versions?.notV0, versions?.notV1));
  const [oldOnes, youngOnes] = [listed(old), listed(young)];
  const oldText = `OPA 1.x takes ${oldOnes} only if it is asked for version 0 of Rego`;
  const youngText = `OPA 0.x refuses ${youngOnes}, or reads something else in ${young.length === 1 ? 'it' : 'them'}`;
  if (old.length > 0 && young.length > 0) {
    const message = `No version of OPA takes all Rego files of this run as they are: ${oldText}, and ${youngText}.`;
    return { warnings: [{ message, advice: CONVERT }], notices: [] };
  }
  if (old.length > 0) return { warnings: [], notices: [{ message: `${oldText}.`, advice: CONVERT }] };
  return { warnings: [], notices: [] };
}

/** A file of neither version has a problem of its own. */
const only = (against: RegoEvidence | undefined, other: RegoEvidence | undefined): boolean =>
  against !== undefined && other === undefined;

const CONVERT = '`opa fmt --rego-v1` writes a file so that both take it.';

const SHOWN = 3;

function listed(files: readonly RegoFile[]): string {
  const paths = files.slice(0, SHOWN).map(({ path }) => path);
  const more = files.length > SHOWN ? `, and ${files.length - SHOWN} more` : '';
  return `${files.length} Rego file${files.length === 1 ? '' : 's'} (${paths.join(', ')}${more})`;
}
