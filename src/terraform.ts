import * as core from '@actions/core';
import { endable } from './cancellation.ts';
import type { TerraformInputs } from './inputs/terraform-inputs.ts';
import type { Job } from './job.ts';
import type { Access, Decision } from './mode.ts';
import type { Ownership } from './plan/ownership.ts';
import type { Report } from './report/report.ts';
import { Api } from './tfe/api.ts';
import { Organizations } from './tfe/organizations.ts';
import { Policies } from './tfe/policies.ts';
import { PolicySets } from './tfe/policy-sets.ts';

/** The organization, as far as a run speaks to it. */
export interface Terraform {
  readonly inputs: TerraformInputs;
  readonly organization: string;
  readonly policies: Policies;
  readonly policySets: PolicySets;
  readonly organizations: Organizations;
  readonly ownership: Ownership;
  readonly fileUrl: (path: string) => string | undefined;
  /** Gives up what is still under way, as retries of a page when another one failed. */
  readonly end: () => void;
}

export function openTerraform(job: Job, { access }: Decision, commit: Report['commit']): Terraform {
  const { inputs, log, secrets } = job;
  const cancellation = endable(job.cancellation);
  const terraform = inputs.terraform as TerraformInputs;
  const { organization, token } = access as Access;
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
    organizations: new Organizations(api, organization),
    ownership: {
      owner: inputs.sync?.owner,
      prefix: inputs.files?.namePrefix ?? '',
      stamps: inputs.sync?.stamp === true,
    },
    fileUrl: (path) => commit?.fileUrl(path),
    end: cancellation.end,
  };
}
