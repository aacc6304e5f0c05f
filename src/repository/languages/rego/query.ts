import type { Cause, Place, Problem } from '../../../model/problem.ts';
import { beginsWith, formatDocument, formatPath, isReference, type Path, pathOf } from './reference.ts';
import type { FoundRule, Rego } from './rego.ts';

/** The query of a policy, and what defines it. */
export interface AskedQuery {
  readonly value: string;
  readonly by:
    | 'default'
    | 'input'
    /** The policy's query in the organization. */
    | 'organization'
    | { readonly policy: string; readonly file: string; readonly line: number };
}

export interface Answer {
  readonly finding?: Problem;
  /** The rule that the query refers to, by its path in the package, if it exists. */
  readonly path?: Path;
  readonly rule?: FoundRule;
}

/** Whether a file has the rule that its query refers to. A query with an expression is judged by its start. */
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
  message: `The query ${value} does not start with \`data.\`, so it does not refer to a rule of the file.`,
  place: { file },
  advice: 'Set the input `query` to `data.{package}.<rule>`.',
});

function outside({ package: own = [] }: Rego, file: string, query: AskedQuery): Problem {
  const { by, value } = query;
  const whose =
    by === 'organization'
      ? ' of the policy in the organization'
      : typeof by === 'string'
        ? ''
        : ` of policy "${by.policy}"`;
  const where = typeof by === 'string' ? 'the file' : file;
  return {
    message: `The query ${value}${whose} is not in the package of ${where}, which is ${formatPath(own)}.`,
    place: placeOf(query, file),
    advice:
      by === 'organization'
        ? KEPT
        : by === 'input'
          ? 'Use `{package}` in the input `query` for the package of each file, or set the query of each policy in `policies.hcl`.'
          : 'Correct `query`.',
    cause: { summary: 'have a query for another package', detail: `package ${formatPath(own)}` },
  };
}

function noRule(rego: Rego, file: string, query: AskedQuery, path: Path): Problem {
  const { by, value } = query;
  const rule = formatPath(path);
  const has =
    rego.rules.length === 0
      ? 'It has no rule that a query can refer to.'
      : `Its rules are: ${rego.rules.map(formatPath).join(', ')}.`;
  const place = placeOf(query, file);
  if (typeof by !== 'string') {
    const package_ = formatDocument(rego.package ?? []);
    const message = `The query ${value} of policy "${by.policy}" refers to the rule \`${rule}\`, which ${file} (package ${package_.slice(5)}) does not have. ${has}`;
    const advice = 'Correct `query`, or add the rule.';
    return { message, place, advice, cause: NO_RULE(value) };
  }
  const { whose, advice } = WORDS[by];
  return {
    message: `The file has no rule \`${rule}\`, which ${whose(value)} refers to. ${has}`,
    place,
    advice,
    cause: NO_RULE(value),
  };
}

const NO_RULE = (detail: string): Cause => ({
  summary: 'do not have the rule that their query refers to',
  detail,
});

const LIBRARY = 'If the file is a library or a test, add it to `exclude`.';
const KEPT =
  'The query is kept because no other one is set: set one with the input `query` or in `policies.hcl`, or correct the file.';

const WORDS = {
  default: {
    whose: (query: string) => `the default query ${query}`,
    advice: `The default query is only a guess: set the right one with the input \`query\` or in \`policies.hcl\`. ${LIBRARY}`,
  },
  input: {
    whose: (query: string) => `the input \`query\`, ${query},`,
    advice: `Correct the input \`query\`, or set the query of this policy in \`policies.hcl\`. ${LIBRARY}`,
  },
  organization: {
    whose: (query: string) => `the query of the policy in the organization, ${query},`,
    advice: KEPT,
  },
} as const;
