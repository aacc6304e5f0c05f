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

/** The organization and its API. */
export interface Terraform {
  readonly inputs: TerraformInputs;
  readonly organization: string;
  readonly policies: Policies;
  readonly policySets: PolicySets;
  readonly versionedSets: VersionedSets;
  readonly organizations: Organizations;
  readonly ownership: Ownership;
  /** Whether the run writes. */
  readonly publishes: boolean;
  /** The commit that is published, if known, and the URLs of its files and folders. */
  readonly commit: string | undefined;
  readonly fileUrl: (path: string) => string | undefined;
  readonly folderUrl: (path: string) => string | undefined;
  /** URL of the organization's policy sets. */
  readonly policySetsUrl: string;
  /** After this signal, the run waits for nothing. */
  readonly overdue: AbortSignal;
  /** Stops requests that are no longer needed, such as retries of a page after another page failed. */
  readonly end: () => void;
}

/** Which organization to contact, and how. */
export interface Connection {
  readonly terraform: TerraformInputs;
  readonly access: Access;
}

interface Opening extends Connection {
  /** The commit for links in stamps. */
  readonly commit: Report['commit'];
}

/** Time after a cancellation for an uploaded version to become current and get its stamp. Milliseconds. */
const UPLOAD_GRACE = 3_500;

/** Opens the organization for a run. Does not send requests. */
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

/** The run for stamps. Undefined outside GitHub Actions. */
function thisRun({ runId, runAttempt, serverUrl, repositoryName }: RunContext): ThisRun | undefined {
  if (!Number.isSafeInteger(runId) || runId <= 0 || repositoryName === undefined) return undefined;
  if (!URL.canParse(serverUrl)) return undefined;
  const repository = `${repositoryName.owner}/${repositoryName.repo}`;
  return { server: new URL(serverUrl).host, repository, id: runId, attempt: runAttempt, serverUrl };
}
