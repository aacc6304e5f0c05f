import * as core from '@actions/core';
import { describePlace, describeWhat, type Problem } from '../model/problem.ts';
import { oneLine } from '../runtime/safe-text.ts';
import type { Secrets } from '../runtime/secrets.ts';
import { distinctFirst } from './groups.ts';
import { hasDrifted, outcomesOf, type Report, warningsOf } from './report.ts';

/** Maximum number of annotations per level and step that GitHub shows (docs/github.md#runner-limits). */
const MOST = 10;

/** GitHub truncates longer messages. UTF-16 units. */
const LONGEST = 4000;

/** Prints the problems of the report as annotations on their files and lines. */
export function annotate(report: Report, secrets: Secrets): void {
  const { problems, notices, checkReason } = report;
  const failures = outcomesOf(report).flatMap(({ error }) => (error === undefined ? [] : [error]));
  const drift = hasDrifted(report) ? [DRIFT] : [];
  annotateLevel(core.error, [...problems, ...drift, ...failures], secrets);
  annotateLevel(core.warning, warningsOf(report), secrets);
  annotateLevel(core.notice, checkReason === undefined ? notices : [checkReason, ...notices], secrets);
}

const DRIFT: Problem = {
  message: 'The organization has drifted from the repository.',
  place: { input: 'expect-no-changes' },
  advice: 'The report shows each difference. Publish again, or update the repository.',
};

function annotateLevel(print: typeof core.error, all: readonly Problem[], secrets: Secrets): void {
  const problems = all.flatMap(atEachPlace);
  // If there are too many, different causes are more useful than several files with the same cause.
  const shown = problems.length > MOST ? distinctFirst(problems).slice(0, MOST - 1) : problems;
  for (const problem of shown) print(cut(secrets.redact(messageOf(problem))), properties(problem));
  const left = problems.length - shown.length;
  if (left > 0) print(`${left} more: see the job summary or the log.`);
}

const atEachPlace = ({ otherPlaces = [], ...problem }: Problem): Problem[] => [
  problem,
  ...otherPlaces.map((place) => ({ ...problem, place })),
];

const messageOf = (problem: Problem) => oneLine(describeWhat(problem));

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

function properties({ place }: Problem): core.AnnotationProperties {
  if (place?.file === undefined) return place?.input === undefined ? {} : { title: describePlace(place) };
  return { file: place.file, ...(place.line === undefined ? {} : { startLine: place.line }) };
}
