import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import { assumedFindings } from '../policies/findings.ts';
import type { Report } from '../report/report.ts';
import { discover, NOTHING_FOUND } from '../repository/discover.ts';
import { checkedEntry } from './entries.ts';
import type { Job } from './job.ts';
import { planPolicies } from './plan-policies.ts';
import { publishPolicies } from './publish-policies.ts';
import { checkedSet } from './set-entries.ts';
import type { Terraform } from './terraform.ts';
import {
  assumedFindings as assumedOfSets,
  publishVersionedSets,
  readVersionedSets,
} from './versioned-sets.ts';

/** What the step publishes, read from the repository, checked, and ready to be compared with the organization. */
export interface Subject {
  /** Number of policies found, including those with problems. */
  readonly policyCount: number;
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
  /** Findings in code, which count unless the organization already has the code. */
  readonly findings: readonly Problem[];
  /** For the report of a run that only checks files. */
  readonly checked: Shown;
  /** For a report without entries. */
  readonly none: Shown;
  /** Compares with the organization, and publishes if allowed. */
  publish(terraform: Terraform): Promise<Published>;
}

type Shown = Pick<Report, 'entries' | 'sets'>;

export type Published = Shown & Pick<Report, 'problems' | 'warnings'>;

/** Reads and checks the files selected by the inputs. */
export const readSubject = (job: Job): Promise<Subject> => {
  switch (job.inputs.subject) {
    case 'policies':
      return readPolicies(job);
    case 'versioned policy sets':
      return readSets(job);
  }
};

async function readPolicies(job: Job): Promise<Subject> {
  const { inputs, context } = job;
  const found = inputs.files === undefined ? NOTHING_FOUND : await discover(context.workspace, inputs.files);
  return {
    ...found,
    findings: found.files.flatMap(assumedFindings),
    checked: { entries: found.files.map(checkedEntry) },
    none: { entries: [] },
    publish: async (terraform) => {
      const plan = await planPolicies(job, terraform, found);
      const { warnings, problems } = plan;
      if (problems.length > 0) return { entries: [], warnings, problems };
      const done = await publishPolicies(job, terraform, plan);
      return {
        entries: done.entries.map((entry) => ({ ...entry, diff: plan.diffs.get(entry.name) })),
        warnings: [...warnings, ...done.warnings],
        problems: [],
      };
    },
  };
}

async function readSets(job: Job): Promise<Subject> {
  const { sets, ...found } = await readVersionedSets(job);
  return {
    ...found,
    policyCount: sets.reduce((sum, { policies }) => sum + policies.length, 0),
    findings: assumedOfSets(job, sets),
    checked: { entries: [], sets: sets.map(checkedSet) },
    none: { entries: [], sets: [] },
    publish: async (terraform) => ({
      entries: [],
      ...(await publishVersionedSets(job, terraform, sets)),
    }),
  };
}
