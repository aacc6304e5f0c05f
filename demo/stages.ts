/** The story that the demo tells: what happens to a repository of policies, one stage after the other. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Event, pullRequest, push, schedule, workflowDispatch } from '../__tests__/support/events.ts';
import type { HcpTerraform } from '../sandbox/hcp-terraform/server.ts';

export interface Stage {
  readonly title: string;
  /** What is worth looking at, in one line. */
  readonly look: string;
  /** What starts the run, at the commit that is checked out; of a push, the pull request that was merged by it. */
  readonly event: (at: { readonly pull: number; readonly commit: string }) => Event;
  readonly pull: number;
  readonly inputs: Readonly<Record<string, string>>;
  /** Changes the repository before the run. A pull request that no push follows is closed without merging. */
  readonly edit?: (workspace: string) => Promise<void>;
  /** What others do in HCP Terraform before the run. */
  readonly meanwhile?: (terraform: HcpTerraform) => void;
  /** Whether the run is meant to fail. */
  readonly fails?: boolean;
}

/** Each file is a policy, but for the library, which a step of its own publishes. */
const SINGLE = {
  exclude: 'guardrails/**',
  'policy-sets': 'baseline, baseline-opa',
  prune: 'true',
  'dry-run': 'auto',
};

const SET = {
  'versioned-policy-sets': 'aws-guardrails: guardrails',
  'create-policy-sets': 'true',
  'dry-run': 'auto',
};

const onPull: Stage['event'] = ({ pull, commit }) => pullRequest({ number: pull, headSha: commit });
const onMerge: Stage['event'] = ({ commit }) => push({ sha: commit });

/** Levels of the Sentinel policies, as a configuration file states them. */
const LEVELS: Readonly<Record<string, string>> = {
  'allowed-instance-types': 'soft-mandatory',
  'allowed-module-sources': 'advisory',
  'allowed-providers': 'soft-mandatory',
  'encrypted-storage': 'hard-mandatory',
  'monthly-cost-limit': 'advisory',
  'no-open-security-groups': 'hard-mandatory',
  'no-public-s3-buckets': 'hard-mandatory',
  'protect-stateful-resources': 'soft-mandatory',
  'required-tags': 'soft-mandatory',
};

/** What the demo's repository has besides the examples. */
export async function prepare(workspace: string): Promise<void> {
  const blocks = Object.entries(LEVELS).map(
    ([name, level]) => `policy "${name}" {\n  enforcement_level = "${level}"\n}\n`,
  );
  await writeFile(join(workspace, 'sentinel/sentinel.hcl'), blocks.join('\n'));
}

/** Replaces a part of a file, which has to be there. */
function replacing(path: string, before: string, after: string): NonNullable<Stage['edit']> {
  return async (workspace) => {
    const file = join(workspace, path);
    const text = await readFile(file, 'utf8');
    if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
    await writeFile(file, text.replace(before, after));
  };
}

const renaming: NonNullable<Stage['edit']> = async (workspace) => {
  const folder = join(workspace, 'sentinel');
  await rename(join(folder, 'required-tags.sentinel'), join(folder, 'cost-tags.sentinel'));
  await replacing('sentinel/sentinel.hcl', '"required-tags"', '"cost-tags"')(workspace);
};

export const stages: readonly Stage[] = [
  {
    title: 'A pull request adds policies to a repository',
    look: 'The preview compares the repository with the organization. Nothing is written.',
    event: onPull,
    pull: 1,
    inputs: SINGLE,
  },
  {
    title: 'It is merged: the policies are published',
    look: 'The same comment, brought up to date. A policy set gets a policy only after its code and its level.',
    event: onMerge,
    pull: 1,
    inputs: SINGLE,
  },
  {
    title: 'The workflow runs again: there is nothing to do',
    look: 'Three requests for 14 policies: the stamp in each description says which code was published.',
    event: () => workflowDispatch(),
    pull: 1,
    inputs: SINGLE,
  },
  {
    title: 'A pull request changes a policy',
    look: 'One policy changes. Its difference is folded here, as it is on GitHub.',
    event: onPull,
    pull: 2,
    inputs: SINGLE,
    edit: replacing('sentinel/required-tags.sentinel', '["CostCenter", ', '["CostCenter", "DataClass", '),
  },
  {
    title: 'A pull request with mistakes',
    look: 'Both are found at once, before anything is written. The run fails.',
    event: onPull,
    pull: 3,
    inputs: SINGLE,
    fails: true,
    edit: async (workspace) => {
      await replacing(
        'sentinel/encrypted-storage.sentinel',
        'stores_encrypted and',
        'stores_encrypted and (',
      )(workspace);
      await replacing('opa/required_tags.rego', 'deny contains', 'denied contains')(workspace);
    },
  },
  {
    title: 'A pull request makes a policy less strict',
    look: 'What is enforced less is said at the top, so that a reviewer sees it in any list of changes.',
    event: onPull,
    pull: 4,
    inputs: SINGLE,
    edit: replacing(
      'sentinel/sentinel.hcl',
      '"no-public-s3-buckets" {\n  enforcement_level = "hard-mandatory"',
      '"no-public-s3-buckets" {\n  enforcement_level = "advisory"',
    ),
  },
  {
    title: 'A policy is renamed',
    look: 'The new policy takes over the policy set before the old one is deleted: it is enforced all the time.',
    event: onMerge,
    pull: 5,
    inputs: SINGLE,
    edit: renaming,
  },
  {
    title: 'A drift check at night: somebody has changed a policy by hand',
    look: 'The run fails, and says what the organization has that the repository does not.',
    event: () => schedule(),
    pull: 5,
    inputs: { ...SINGLE, 'dry-run': 'false', 'expect-no-changes': 'true' },
    fails: true,
    meanwhile: (terraform) =>
      void terraform.seedPolicy({ name: 'no-open-security-groups', enforcementLevel: 'advisory' }),
  },
  {
    title: 'A library whose policies share a module is published as a versioned policy set',
    look: 'The whole folder is uploaded as one version. Attaching the new policy set is up to you.',
    event: onMerge,
    pull: 6,
    inputs: SET,
  },
  {
    title: 'A pull request changes the module',
    look: 'Four policies import the module: what they decide may change, although their own files do not.',
    event: onPull,
    pull: 7,
    inputs: SET,
    meanwhile: (terraform) => terraform.changePolicySet('aws-guardrails', { global: true }),
    edit: replacing(
      'guardrails/modules/tfplan-functions/tfplan-functions.sentinel',
      '(rc.change.actions contains "create" or rc.change.actions contains "update")',
      'rc.change.actions is not ["no-op"]',
    ),
  },
];
