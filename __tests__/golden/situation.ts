import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRunContext } from '../../src/github/context.ts';
import { findHead } from '../../src/github/head.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import type { Policy, PolicySet } from '../../src/model/policy.ts';
import { type Problem, ProblemsError, withoutRepeats } from '../../src/model/problem.ts';
import { compareCode, type OrganizationSource, readOrganization } from '../../src/policies/organization.ts';
import { type Change, createPlan, pair, wantedSettings } from '../../src/policies/plan.ts';
import type { Entry, Report } from '../../src/report/report.ts';
import { type Discovery, discover, NOTHING_FOUND } from '../../src/repository/discover.ts';
import { checkedEntry, plannedEntry, resultEntry } from '../../src/run/entries.ts';
import { commitOf, organizationOf, runUrlOf } from '../../src/run/links.ts';
import { type Access, decideMode } from '../../src/run/mode.ts';
import { explainFailure } from '../../src/tfe/explain.ts';
import * as events from '../support/events.ts';
import { workspace } from '../support/workspace.ts';
import { aPolicy, aReport, somePlanInputs } from '../unit/builders.ts';

/** What a run meets: the repository, its inputs and event, and the organization. */
export interface Situation {
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** On top of an organization and a token; undefined takes one of those away. */
  readonly inputs?: Readonly<Record<string, string | undefined>>;
  /** A pull request from a branch of the repository when left out. */
  readonly event?: events.Event;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly policies?: readonly (Partial<Policy> & { readonly code: string | Buffer })[];
  readonly policySets?: readonly PolicySet[];
  /** What reading the organization ends with. */
  readonly unreadable?: unknown;
  /** What writing a policy ends with, by its name. */
  readonly failures?: Readonly<Record<string, { readonly error: unknown; readonly wrote?: boolean }>>;
}

/** What a run knows before it looks at its files: its inputs and event, what it may do, and a report that says so. */
export async function frameOf(situation: Pick<Situation, 'files' | 'inputs' | 'event' | 'env'>) {
  const environment = await environmentOf(situation);
  const inputs = readInputs(environment);
  const context = readRunContext(environment);
  const { pullRequest, dryRun, expectNoChanges } = inputs.run;
  const head = await findHead(context, { pullRequest, auto: dryRun === 'auto' }, async () => undefined);
  const decision = decideMode(inputs, context, head);
  const { mode } = decision;
  const report: Report = aReport({
    mode: mode.kind,
    organization: mode.kind === 'check' ? undefined : organizationOf(inputs),
    commit: commitOf(context, head, undefined),
    runUrl: runUrlOf(context),
    expectNoChanges,
    checkReason:
      mode.kind === 'check' && decision.problems.length === 0
        ? { message: `Only the files were checked, because ${mode.why}.`, advice: mode.advice }
        : undefined,
    previewOnly: decision.previewOnly,
    problems: [...inputs.problems, ...decision.problems],
  });
  return { inputs, context, decision, report };
}

/** The report of a run in that situation, made by the parts of the action themselves; only the services are not there. */
export async function reportOf(situation: Situation): Promise<Report> {
  const { inputs, context, decision, report: frame } = await frameOf(situation);
  const found = await orProblems(() =>
    inputs.files === undefined ? NOTHING_FOUND : discover(context.workspace, inputs.files),
  );
  const findings = 'files' in found ? found.files.flatMap((file) => file.findings ?? []) : [];
  const { mode } = decision;
  const report: Report = {
    ...frame,
    ...('files' in found ? shown(found) : {}),
    // None of these situations has code in the organization that something was found in.
    problems: withoutRepeats([...frame.problems, ...found.problems, ...findings]),
  };
  if (report.problems.length > 0 || !('files' in found)) return report;
  if (mode.kind === 'check') return { ...report, entries: found.files.map(checkedEntry) };

  const source = sourceOf(situation);
  const { organization } = decision.access as Access;
  const references = inputs.terraform?.policySets ?? [];
  const planned = await orProblems(async () => {
    const state = await readOrganization(source, { name: organization, references, prune: false });
    const { pairs, problems } = pair(found.files, state);
    if (state.problems.length + problems.length > 0) return { problems: [...state.problems, ...problems] };
    const { same, diffs } = await compareCode(pairs, source, {
      parallelism: 9,
      trustStamps: true,
      onCompared: () => undefined,
    });
    return { ...createPlan(pairs, state, somePlanInputs([...same])), diffs };
  });
  if (!('changes' in planned)) return { ...report, problems: planned.problems };
  const entries = planned.changes
    .map((change) => (mode.kind === 'dry-run' ? plannedEntry(change) : publishedEntry(change, situation)))
    .map((entry) => ({ ...entry, diff: planned.diffs.get(entry.name) }));
  return { ...report, entries, warnings: [...report.warnings, ...planned.warnings] };
}

const shown = ({ policyCount, leftOut, warnings, notices }: Discovery) => ({
  policyCount,
  leftOut,
  warnings,
  notices,
});

/** What ends a run before its first write is part of the report. */
export async function orProblems<T>(
  act: () => T | Promise<T>,
): Promise<T | { problems: readonly Problem[] }> {
  try {
    return await act();
  } catch (error) {
    return { problems: error instanceof ProblemsError ? error.problems : [explainFailure(error)] };
  }
}

async function environmentOf({
  files,
  inputs,
  event = events.pullRequest(),
  env,
}: Pick<Situation, 'files' | 'inputs' | 'event' | 'env'>) {
  const folder = await workspace({ ...files });
  const given = { organization: 'acme', token: 'a-token-of-the-organization', ...inputs };
  const payload = join(await workspace(), 'event.json');
  await writeFile(payload, JSON.stringify(event.payload));
  const all = {
    GITHUB_WORKSPACE: folder,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: payload,
    GITHUB_REPOSITORY: 'acme/policies',
    GITHUB_RUN_ID: '1001',
    GITHUB_SHA: events.mergeSha,
    ...event.env,
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...env,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function sourceOf({ policies = [], policySets = [], unreadable }: Situation): OrganizationSource {
  const code = new Map(
    policies.map((policy) => [aPolicy(policyOf(policy)).id, Buffer.from(policy.code)] as const),
  );
  const list = policies.map((policy) => aPolicy(policyOf(policy)));
  return {
    policies: {
      release: { kind: true },
      list: async () => {
        if (unreadable !== undefined) throw unreadable;
        return list;
      },
      download: async (id) => code.get(id),
    },
    policySets: {
      findByName: async (wanted) => policySets.find(({ name }) => name === wanted),
      findById: async (wanted) => policySets.find(({ id }) => id === wanted),
      list: async () => [...policySets],
    },
  };
}

function policyOf({ code: _, ...policy }: Partial<Policy> & { code: string | Buffer }): Partial<Policy> {
  return policy;
}

/** The entry of a change that was carried out as far as it got. */
function publishedEntry(change: Change, { failures = {} }: Situation): Entry {
  const { file } = change;
  const existing = change.action === 'create' ? undefined : change.policy;
  const failure = failures[file.name];
  if (failure === undefined && existing !== undefined && change.action === 'unchanged')
    return { ...plannedEntry(change), status: 'applied' };
  const wrote = failure === undefined || failure.wrote === true;
  const { enforcementLevel } = wantedSettings(file, existing);
  const made = aPolicy({
    ...(existing ?? { name: file.name, kind: file.kind }),
    ...(enforcementLevel === undefined ? {} : { enforcementLevel }),
  });
  return resultEntry({
    change,
    policy: wrote ? made : existing,
    wrote,
    error: failure?.error,
    skipped: false,
    duration: 0,
  });
}
