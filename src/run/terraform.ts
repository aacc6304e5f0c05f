import * as core from '@actions/core';
import type { RunContext } from '../github/context.ts';
import type { TerraformInputs } from '../inputs/terraform-inputs.ts';
import type { ThisRun } from '../model/publishing-run.ts';
import type { Ownership } from '../policies/ownership.ts';
import type { Report } from '../report/report.ts';
import { asInNames } from '../repository/names.ts';
import { endable, withGrace } from '../runtime/cancellation.ts';
import { Api } from '../tfe/api.ts';
import { Organizations } from '../tfe/organizations.ts';
import { Policies } from '../tfe/policies.ts';
import { PolicySets } from '../tfe/policy-sets.ts';
import { VersionedSets } from '../tfe/versioned-sets.ts';
import type { Job } from './job.ts';
import { organizationUrls } from './links.ts';
import type { Access, Mode } from './mode.ts';

/** The organization, as far as a run speaks to it. */
export interface Terraform {
  readonly inputs: TerraformInputs;
  readonly organization: string;
  readonly policies: Policies;
  readonly policySets: PolicySets;
  readonly versionedSets: VersionedSets;
  readonly organizations: Organizations;
  readonly ownership: Ownership;
  /** Whether the run writes, or only looks. */
  readonly publishes: boolean;
  /** The commit that is published, where it is known, and the pages of its files and folders. */
  readonly commit: string | undefined;
  readonly fileUrl: (path: string) => string | undefined;
  readonly folderUrl: (path: string) => string | undefined;
  /** The page with the organization's policy sets. */
  readonly policySetsUrl: string;
  /** From here on nothing is waited for. */
  readonly overdue: AbortSignal;
  /** Gives up what is still under way, as retries of a page when another one failed. */
  readonly end: () => void;
}

/** Which organization to speak to, and how. */
export interface Connection {
  readonly terraform: TerraformInputs;
  readonly access: Access;
}

interface Opening extends Connection {
  /** What stamps link to. */
  readonly commit: Report['commit'];
}

/** Time for a version that was uploaded to get into force when the run is cancelled, and to get its stamp. Milliseconds. */
const UPLOAD_GRACE = 3_500;

/** Opens the organization for a run. Nothing is asked of it yet. */
export function openTerraform(job: Job, mode: Mode, { terraform, access, commit }: Opening): Terraform {
  const { inputs, log, secrets } = job;
  const begun = inputs.subject === 'policies' ? job.cancellation : withGrace(job.cancellation, UPLOAD_GRACE);
  const cancellation = endable(begun);
  const { organization, token } = access;
  const api = new Api({
    origin: terraform.host.origin,
    token,
    parallelism: terraform.parallelism,
    certificates: terraform.certificates,
    cancellation,
    onSecret: core.setSecret,
    onFailedSecret: (address) => secrets.add(address),
    onAnswer: log.isDebug ? (line) => log.debug(line) : undefined,
  });
  return {
    inputs: terraform,
    organization,
    policies: new Policies(api, organization),
    policySets: new PolicySets(api, organization),
    versionedSets: new VersionedSets(api, organization),
    organizations: new Organizations(api, organization),
    ownership: {
      owner: inputs.sync?.owner,
      prefix: asInNames(inputs.files?.namePrefix ?? ''),
      run: thisRun(job.context),
      stamps: inputs.sync?.stamp === true,
    },
    publishes: mode.kind === 'publish',
    commit: commit?.sha,
    fileUrl: (path) => commit?.fileUrl(path),
    folderUrl: (path) => commit?.folderUrl(path),
    policySetsUrl: organizationUrls(terraform.host.origin, organization).policySetsUrl,
    overdue: cancellation.overdue,
    end: cancellation.end,
  };
}

/** The run as stamps name it; undefined outside GitHub Actions. */
function thisRun({ runId, runAttempt, serverUrl, repositoryName }: RunContext): ThisRun | undefined {
  if (!Number.isSafeInteger(runId) || runId <= 0 || repositoryName === undefined) return undefined;
  if (!URL.canParse(serverUrl)) return undefined;
  const repository = `${repositoryName.owner}/${repositoryName.repo}`;
  return { server: new URL(serverUrl).host, repository, id: runId, attempt: runAttempt, serverUrl };
}
