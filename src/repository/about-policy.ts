import { hasQuery, type PolicyFile } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { Inspection } from './inspect.ts';

/** Applies to everything that is, or may yet be, said of a file. */
export function mapProblems(inspection: Inspection, change: (problem: Problem) => Problem): Inspection {
  if ('problems' in inspection) return { problems: inspection.problems.map(change) };
  const { file, warnings, renamed } = inspection;
  return { file: mapFindings(file, change), warnings: warnings.map(change), renamed };
}

/** Applies to what reading the file's code found. */
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
