/**
 * The action at work, start to end: a preview on a pull request, publishing on merge, a run with nothing to do, and an
 * edit. Everything is real but the two services, which the sandbox stands in for.
 */
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Event, headSha, mergeSha, pullRequest, push } from '../__tests__/support/events.ts';
import { type RunResult, runAction } from '../__tests__/support/run-action.ts';
import { type GitHub, startGitHub } from '../sandbox/github/server.ts';
import { type HcpTerraform, startHcpTerraform } from '../sandbox/hcp-terraform/server.ts';
import { showLog, showMarkdown, title } from './show.ts';

/** Where to keep each comment as Markdown: `--save <folder>`. */
const { save } = parseArgs({ options: { save: { type: 'string' } } }).values;
const examples = join(import.meta.dirname, '..', 'examples');

interface Stage {
  readonly title: string;
  readonly event: Event;
  readonly inputs?: Record<string, string>;
  /** Changes the repository before the run. */
  readonly edit?: (workspace: string) => Promise<void>;
}

const STRICTER = { policies: '**/*.sentinel', 'enforcement-level': 'soft-mandatory' };

const stages: Stage[] = [
  { title: '1. A pull request: dry-run: auto previews it', event: pullRequest() },
  { title: '2. Merged: the policies are published', event: push() },
  { title: '3. The same again: nothing to do', event: push() },
  {
    title: '4. A pull request that edits a policy and makes all Sentinel policies stricter',
    event: pullRequest(),
    inputs: STRICTER,
    edit: (workspace) =>
      appendFile(join(workspace, 'sentinel/required-tags.sentinel'), '\n# Reviewed in November.\n'),
  },
  {
    title: '5. Merged, too',
    event: push(),
    inputs: STRICTER,
  },
];

const workspace = await mkdtemp(join(tmpdir(), 'publish-terraform-policies-'));
const terraform = await startHcpTerraform();
const github = await startGitHub({
  pulls: [{ number: 1, headSha, mergeCommitSha: mergeSha, merged: true, state: 'closed' }],
  commits: { [mergeSha]: [1] },
});
try {
  await cp(examples, workspace, { recursive: true });
  for (const name of ['guardrails', 'guardrails-opa']) {
    terraform.seedPolicySet({ name, kind: name.endsWith('opa') ? 'opa' : 'sentinel' });
  }
  for (const stage of stages) await play(stage, { terraform, github });
} finally {
  await Promise.all([terraform.close(), github.close(), rm(workspace, { recursive: true, force: true })]);
}

async function play(stage: Stage, servers: { terraform: HcpTerraform; github: GitHub }): Promise<void> {
  await stage.edit?.(workspace);
  servers.terraform.reset();
  const result = await run(stage, servers);
  const requests = servers.terraform.requests.filter(({ server }) => server === 'api');
  const writes = requests.filter(({ method }) => method !== 'GET').length;
  title(stage.title);
  showLog(result.stdout + result.stderr);
  title('The comment on the pull request');
  const comment = servers.github.comments(1).at(-1)?.body ?? '(none)';
  showMarkdown(comment);
  if (save !== undefined) await writeFile(join(save, `${stage.title.slice(0, 1)}.md`), comment);
  console.log(
    `${requests.length} requests to Terraform, ${writes} of them writes, ${Math.round(result.duration)} ms\n`,
  );
  if (result.exitCode !== 0) process.exitCode = 1;
}

function run(
  { event, inputs }: Stage,
  servers: { terraform: HcpTerraform; github: GitHub },
): Promise<RunResult> {
  return runAction({
    workspace,
    event,
    env: { GITHUB_API_URL: servers.github.url, GITHUB_GRAPHQL_URL: servers.github.graphqlUrl },
    inputs: {
      organization: 'acme',
      token: 'terraform-token',
      hostname: servers.terraform.url,
      'policy-sets': 'guardrails, guardrails-opa',
      'dry-run': 'auto',
      'github-token': 'github-token',
      'comment-key': 'demo',
      ...inputs,
    },
  });
}
