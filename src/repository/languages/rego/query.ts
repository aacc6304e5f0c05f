import type { Cause, Place, Problem } from '../../../model/problem.ts';
import { beginsWith, formatDocument, formatPath, isReference, type Path, pathOf } from './reference.ts';
import type { FoundRule, Rego } from './rego.ts';

/** The query of a policy, and what states it. */
export interface AskedQuery {
  readonly value: string;
  readonly by:
    | 'default'
    | 'input'
    /** It is the one that the policy has. */
    | 'organization'
    | { readonly policy: string; readonly file: string; readonly line: number };
}

export interface Answer {
  readonly finding?: Problem;
  /** The rule that the query asks for, by its path in the package, where it asks for one and there is one. */
  readonly path?: Path;
  readonly rule?: FoundRule;
}

/** Whether a file has what its query asks for. A query that is more than a reference is judged by how it begins. */
export function answerQuery(rego: Rego, file: string, query: AskedQuery): Answer {
  const asked = pathOf(query.value);
  const own = rego.package ?? [];
  if (asked === undefined) {
    const isWrong = query.by === 'input' && isReference(query.value);
    return isWrong ? { finding: noDocument(query, file) } : {};
  }
  if (!beginsWith(asked, own)) return { finding: outside(rego, file, query) };
  const path = asked.slice(own.length);
  if (path.length === 0) return {};
  const rule = rego.find(path);
  return rule === undefined ? { finding: noRule(rego, file, query, path) } : { path, rule };
}

const placeOf = ({ by }: AskedQuery, file: string): Place =>
  typeof by === 'string' ? { file } : { file: by.file, line: by.line };

const noDocument = ({ value }: AskedQuery, file: string): Problem => ({
  message: `The query ${value} does not begin with \`data.\`, so it asks for no rule of the file.`,
  place: { file },
  advice: 'Write the input `query` as `data.{package}.<rule>`.',
});

function outside({ package: own = [] }: Rego, file: string, query: AskedQuery): Problem {
  const { by, value } = query;
  const whose =
    by === 'organization'
      ? 'The query of the policy in the organization,'
      : typeof by === 'string'
        ? 'The query'
        : `The query of policy "${by.policy}",`;
  const where = typeof by === 'string' ? 'the file' : file;
  return {
    message: `${whose} ${value} asks outside the package of ${where}, which is ${formatPath(own)}.`,
    place: placeOf(query, file),
    advice:
      by === 'organization'
        ? KEPT
        : by === 'input'
          ? 'Write `{package}` in the input `query` for the package of each file, or state the query of each policy in `policies.hcl`.'
          : 'Correct `query`.',
    cause: { summary: 'have a query for another package', detail: `package ${formatPath(own)}` },
  };
}

function noRule(rego: Rego, file: string, query: AskedQuery, path: Path): Problem {
  const { by, value } = query;
  const rule = formatPath(path);
  const has =
    rego.rules.length === 0
      ? 'It has no rule that a query can ask for.'
      : `It has: ${rego.rules.map(formatPath).join(', ')}.`;
  const place = placeOf(query, file);
  if (typeof by !== 'string') {
    const package_ = formatDocument(rego.package ?? []);
    const message = `The query ${value} of policy "${by.policy}" asks for \`${rule}\`, which ${file} (package ${package_.slice(5)}) does not have. ${has}`;
    const advice = 'Correct `query`, or add the rule.';
    return { message, place, advice, cause: NO_RULE(value) };
  }
  const { whose, advice } = WORDS[by];
  return {
    message: `The Rego file has no rule \`${rule}\`, which ${whose(value)} asks for. ${has}`,
    place,
    advice,
    cause: NO_RULE(value),
  };
}

const NO_RULE = (detail: string): Cause => ({
  summary: 'do not have the rule that their query asks for',
  detail,
});

const LIBRARY = 'If the file is a library or a test, add it to `exclude`.';
const KEPT =
  'Nothing states another query, so it stays: state one with the input `query` or in `policies.hcl`, or correct the file.';

const WORDS = {
  default: {
    whose: (query: string) => `the default query ${query}`,
    advice: `The default query is a guess: state the right one with the input \`query\` or in \`policies.hcl\`. ${LIBRARY}`,
  },
  input: {
    whose: (query: string) => `the input \`query\`, ${query},`,
    advice: `Correct the input \`query\`, or state the query of this policy in \`policies.hcl\`. ${LIBRARY}`,
  },
  organization: {
    whose: (query: string) => `the query of the policy in the organization, ${query},`,
    advice: KEPT,
  },
} as const;
