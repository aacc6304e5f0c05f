import { hasQuery, type PolicyFile } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { Inspection } from './inspect.ts';

/** Applies a change to all problems of a file, including those that are found later. */
export function mapProblems(inspection: Inspection, change: (problem: Problem) => Problem): Inspection {
  if ('problems' in inspection) return { problems: inspection.problems.map(change) };
  const { file, warnings, renamed } = inspection;
  return { file: mapFindings(file, change), warnings: warnings.map(change), renamed };
}

/** Applies a change to the findings in a file's code. */
export function mapFindings(file: PolicyFile, change: (problem: Problem) => Problem): PolicyFile {
  const findings = file.findings && { findings: file.findings.map(change) };
  if (!hasQuery(file) || file.unstatedQuery === undefined) return { ...file, ...findings };
  const { byDefault, judge } = file.unstatedQuery;
  const unstatedQuery = {
    byDefault: byDefault && change(byDefault),
    judge(query: string) {
      const finding = judge(query);
      return finding && change(finding);
    },
  };
  return { ...file, ...findings, unstatedQuery };
}
