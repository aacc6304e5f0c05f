import * as core from '@actions/core';
import { describePlace, describeWhat, type Problem } from '../model/problem.ts';
import { oneLine } from '../runtime/safe-text.ts';
import type { Secrets } from '../runtime/secrets.ts';
import { distinctFirst } from './groups.ts';
import { hasDrifted, outcomesOf, type Report, warningsOf } from './report.ts';

/** GitHub shows no more of each level in a step (docs/github.md#runner-limits). */
const MOST = 10;

/** GitHub cuts a message here, in UTF-16 units. */
const LONGEST = 4000;

/** Prints the report's problems as annotations on the files and lines they speak of. */
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
  // Where there is no room for all, another cause is worth more than another file of the same.
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
