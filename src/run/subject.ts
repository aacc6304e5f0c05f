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

/** What the step publishes, as the repository has it: read, checked, and ready to be compared with the organization. */
export interface Subject {
  /** How many policies were found, sound or not. */
  readonly policyCount: number;
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
  /** What counts unless the organization turns out to have the very code. A run that only checks cannot know. */
  readonly findings: readonly Problem[];
  /** What a report shows in which nothing is compared. */
  readonly checked: Shown;
  /** What a report shows before anything is known of the organization. */
  readonly none: Shown;
  /** Compares with the organization, and writes what has to be written, if the run may. */
  publish(terraform: Terraform): Promise<Published>;
}

type Shown = Pick<Report, 'entries' | 'sets'>;

export type Published = Shown & Pick<Report, 'problems' | 'warnings'>;

/** Reads and checks what the inputs name. */
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
