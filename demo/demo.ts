/**
 * The action at work, start to end, one screen for each stage of the story in `stages.ts`. Everything is real but the two
 * services, which the sandbox stands in for.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RunResult, runAction } from '../__tests__/support/run-action.ts';
import { type GitHub, startGitHub } from '../sandbox/github/server.ts';
import { type HcpTerraform, startHcpTerraform } from '../sandbox/hcp-terraform/server.ts';
import { note, showLog, showMarkdown, title } from './show.ts';
import { prepare, type Stage, stages } from './stages.ts';

const { full, save } = parseArgs({
  options: {
    /** Shows the logs, too, and opens what is folded. */
    full: { type: 'boolean', default: false },
    /** The folder to keep each report in, as Markdown. */
    save: { type: 'string' },
  },
}).values;

interface Services {
  readonly terraform: HcpTerraform;
  readonly github: GitHub;
}

if (save !== undefined) await mkdir(save, { recursive: true });
const workspace = await realpath(await mkdtemp(join(tmpdir(), 'publish-terraform-policies-')));
const examples = join(import.meta.dirname, '..', 'examples');
const terraform = await startHcpTerraform();
const github = await startGitHub({ gitFolder: workspace });
try {
  await cp(examples, workspace, { recursive: true });
  await prepare(workspace);
  git('init', '--quiet', '--initial-branch=main');
  commit();
  terraform.seedPolicySet({ name: 'baseline', kind: 'sentinel' });
  terraform.seedPolicySet({ name: 'baseline-opa', kind: 'opa' });
  for (const [index, stage] of stages.entries()) await play(stage, index + 1, { terraform, github });
  if (!full) note('`npm run demo -- --full` opens what is folded (▸), and shows the logs.');
} finally {
  await Promise.all([terraform.close(), github.close(), rm(workspace, { recursive: true, force: true })]);
}

async function play(stage: Stage, number: number, services: Services): Promise<void> {
  const before = git('rev-parse', 'HEAD');
  if (stage.edit !== undefined) {
    await stage.edit(workspace);
    commit();
  }
  const head = git('rev-parse', 'HEAD');
  const event = stage.event({ pull: stage.pull, commit: head });
  services.github.seedPull({
    number: stage.pull,
    headSha: head,
    ...(event.name === 'push' && { merged: true, state: 'closed', mergeCommitSha: head }),
  });
  stage.meanwhile?.(services.terraform);
  services.terraform.reset();
  const result = await run(stage, { number, head }, services);
  await show(stage, number, { services, result, isOnPull: /^pull_request|^push/.test(event.name) });
  // What is not merged is not there afterwards.
  if (event.name === 'pull_request') git('reset', '--quiet', '--hard', before);
}

function run(
  stage: Stage,
  { number, head }: { readonly number: number; readonly head: string },
  { terraform: { url }, github: api }: Services,
): Promise<RunResult> {
  return runAction({
    workspace,
    event: stage.event({ pull: stage.pull, commit: head }),
    env: {
      GITHUB_API_URL: api.url,
      GITHUB_GRAPHQL_URL: api.graphqlUrl,
      GITHUB_SHA: head,
      GITHUB_RUN_ID: String(1000 + number),
    },
    inputs: {
      organization: 'acme',
      token: 'terraform-token',
      hostname: url,
      'github-token': 'github-token',
      ...stage.inputs,
    },
  });
}

interface Played {
  readonly services: Services;
  readonly result: RunResult;
  /** Whether there is a pull request to comment on. */
  readonly isOnPull: boolean;
}

async function show(stage: Stage, number: number, { services, result, isOnPull }: Played): Promise<void> {
  title(`${number}. ${stage.title}`, stage.look);
  if (full) showLog(result.stdout + result.stderr);
  const comment = isOnPull ? services.github.comments(stage.pull).at(-1)?.body : undefined;
  const report = comment ?? result.summary;
  showMarkdown(report, { opened: full });
  if (save !== undefined) await writeFile(join(save, `${String(number).padStart(2, '0')}.md`), report);
  const requests = services.terraform.requests.filter(({ server }) => server === 'api');
  const writes = requests.filter(({ method }) => method !== 'GET').length;
  const where = comment === undefined ? 'The job summary' : `The comment on pull request ${stage.pull}`;
  const asked = `${requests.length} ${requests.length === 1 ? 'request' : 'requests'} to Terraform`;
  const took = `${(result.duration / 1000).toFixed(1)} s`;
  note(
    `${where}. ${result.exitCode === 0 ? 'Green' : 'Red'} after ${took} and ${asked}, ${writes} of them writes.`,
  );
  if ((result.exitCode !== 0) !== (stage.fails ?? false)) process.exitCode = 1;
}

function git(...words: string[]): string {
  const identity = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', '-c', 'core.autocrlf=false'];
  return execFileSync('git', [...identity, ...words], { cwd: workspace, encoding: 'utf8' }).trim();
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Change policies');
}
