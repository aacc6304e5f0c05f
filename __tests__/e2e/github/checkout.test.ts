/** The commit that report, links and stamps name: the one that is checked out, whatever the event says. */
import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import type { RunResult } from '../../support/run-action.ts';
import { stampOf } from '../sync/syncing.ts';
import { beforehand, lines, scenario, sentinel } from './scenario.ts';

/** As run-action has it. */
const eventSha = events.mergeSha;
const checkedOut = 'd00d'.repeat(10);
const branchHead = 'beef'.repeat(10);

const gitIn = (folder: string, head: string, origin?: string): Record<string, string> => ({
  [`${folder}.git/HEAD`]: head,
  ...(origin === undefined ? {} : { [`${folder}.git/config`]: `[remote "origin"]\n\turl = ${origin}\n` }),
});

const onBranch = (sha: string) => ({
  '.git/HEAD': 'ref: refs/heads/release\n',
  '.git/packed-refs': `# pack-refs with: peeled fully-peeled sorted \n${sha} refs/heads/release\n`,
});

type Row = {
  name: string;
  files: Record<string, string>;
  folder?: string;
  event?: events.Event;
  /** The commit that is named, and where the file is linked to. */
  sha: string;
  link: string | undefined;
};

const rows: Row[] = [
  {
    name: 'a checkout with `ref`',
    files: onBranch(checkedOut),
    sha: checkedOut,
    link: `https://github.com/acme/policies/blob/${checkedOut}/cost.sentinel`,
  },
  {
    name: 'a checkout of another repository with `path`',
    files: gitIn('library/', `${checkedOut}\n`, 'https://x-access-token:ghs_x@github.com/acme/library'),
    folder: 'library',
    sha: checkedOut,
    link: `https://github.com/acme/library/blob/${checkedOut}/cost.sentinel`,
  },
  {
    name: 'a checkout of another server',
    files: gitIn('', checkedOut, 'git@gitlab.example:acme/policies.git'),
    sha: checkedOut,
    link: undefined,
  },
  {
    name: 'the merge commit of a pull request',
    files: gitIn('', eventSha, 'https://github.com/acme/policies'),
    event: events.pullRequest(),
    sha: events.headSha,
    link: `https://github.com/acme/policies/blob/${events.headSha}/cost.sentinel`,
  },
  {
    name: 'a HEAD that cannot be read',
    files: gitIn('', 'ref: refs/heads/.invalid'),
    sha: eventSha,
    link: `https://github.com/acme/policies/blob/${eventSha}/cost.sentinel`,
  },
];

describe('report, links and stamps name', () => {
  const resultOf = beforehand(rows, async ({ files, folder, event }) => {
    const path = folder === undefined ? 'cost.sentinel' : `${folder}/cost.sentinel`;
    const { terraform, run } = await scenario({ files: { [path]: sentinel(), ...files } });
    const inputs = { stamp: 'true', comment: 'never', 'working-directory': folder ?? '.' };
    const result = await run({ inputs, ...(event === undefined ? {} : { event }) });
    return { path, result, description: terraform.policies()[0]?.description ?? '' };
  });

  test.each(rows)('$name', (row) => {
    const { path, result, description } = resultOf(row);
    expect(result.exitCode).toBe(0);
    expect(result.summary).toContain(row.sha.slice(0, 7));
    expect(result.summary).toContain(`\`${path}\``);
    expect(stampOf(description)).toMatchObject({ path });
    expect(description).toContain(`](${row.link ?? '<>'} "`);
    if (row.link === undefined) expect(result.summary).not.toMatch(/\/(blob|commit)\//);
    else expect(result.summary).toContain(`(${row.link})`);
  });
});

describe('a run that is tried again on a branch', () => {
  const again = { GITHUB_RUN_ATTEMPT: '2', GITHUB_REF: 'refs/heads/release/1', GITHUB_RUN_ID: '77' };
  const runs = [
    { name: 'of which the head is elsewhere: a warning', env: again, warns: true },
    { name: 'which it has checked out at its head', files: onBranch(branchHead), env: again },
    {
      name: 'without publishing: GitHub is not asked',
      env: again,
      inputs: { 'dry-run': 'true' },
      asks: false,
    },
    {
      name: 'for the first time: GitHub is not asked',
      env: { ...again, GITHUB_RUN_ATTEMPT: '1' },
      asks: false,
    },
    { name: 'that is gone', env: { ...again, GITHUB_REF: 'refs/heads/gone' } },
    {
      name: 'with the files of another repository: GitHub is not asked',
      files: gitIn('', checkedOut, 'https://github.com/acme/library.git'),
      env: again,
      asks: false,
    },
    { name: 'with a token that GitHub refuses', env: again, inputs: { 'github-token': 'wrong' } },
  ] as const;

  const resultOf = beforehand(runs, async (row) => {
    const { github, run } = await scenario({
      files: { 'cost.sentinel': sentinel(), ...('files' in row ? row.files : {}) },
      github: { branches: { 'release/1': branchHead } },
    });
    const inputs = { comment: 'never', ...('inputs' in row ? row.inputs : {}) };
    return { result: await run({ inputs, env: row.env }), asked: lines(github.requests) };
  });

  const warnings = ({ annotations }: RunResult) =>
    annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);

  test.each(runs)('$name', (row) => {
    const { result, asked } = resultOf(row);
    expect(result.exitCode).toBe(0);
    expect(asked).toHaveLength('asks' in row ? 0 : 1);
    if (!('warns' in row)) {
      expect(warnings(result)).toEqual([]);
      return;
    }
    expect(asked).toEqual(['GET /branches/release%2F1']);
    expect(warnings(result)).toEqual([expect.stringContaining('moved on')]);
    for (const words of [
      '`release/1`',
      'attempt 2 of run 77',
      eventSha.slice(0, 7),
      branchHead.slice(0, 7),
    ]) {
      expect(warnings(result)[0]).toContain(words);
    }
  });
});
