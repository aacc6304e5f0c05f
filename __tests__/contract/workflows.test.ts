/** The rules every workflow of this repository keeps, whoever edits it. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
}

interface Job {
  needs?: string | string[];
  permissions?: Record<string, string>;
  steps: Step[];
  'timeout-minutes'?: number;
}

interface Workflow {
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

const folder = new URL('../../.github/workflows/', import.meta.url);

const files = globSync('*.{yml,yaml}', { cwd: folder })
  .toSorted()
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return { name, text, workflow: parse(text) as Workflow };
  });

const ci = files.find(({ name }) => name === 'ci.yml')?.workflow.jobs ?? {};

test('there are workflows', () => {
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['ci.yml', 'release.yml']));
});

describe.each(files)('$name', ({ text, workflow }) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('grants nothing to all jobs at once, and each job states what it needs', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.filter(([, job]) => job.permissions === undefined)).toEqual([]);
  });

  test('gives the reason for each permission', () => {
    const granted = text.split('\n').filter((line) => /^ +[a-z-]+: (read|write)\b/.test(line));
    expect(granted.filter((line) => !/ # \S/.test(line))).toEqual([]);
  });

  test('limits the time of each job and says which runs exclude each other', () => {
    expect(jobs.filter(([, job]) => job['timeout-minutes'] === undefined)).toEqual([]);
    expect(workflow.concurrency?.group).toBeTruthy();
  });

  test('pins each action to a commit and names its version', () => {
    const uses = text
      .split('\n')
      .filter((line) => /^\s*(- )?uses: /.test(line) && !line.includes('uses: ./'));
    const pinned = /uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('keeps the token of the checkout out of the work tree', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });
});

test('one version of each action is in use', () => {
  const pins = files.flatMap(
    ({ text }) => text.match(/(?<=uses: )[\w.-]+\/[\w.-]+.*@[0-9a-f]{40} # v.+$/gm) ?? [],
  );
  const versions = new Map<string, Set<string>>();
  for (const pin of pins) {
    const [repository = '', version = ''] = [
      pin.split('/').slice(0, 2).join('/').split('@')[0],
      pin.split('@')[1],
    ];
    versions.set(repository, (versions.get(repository) ?? new Set()).add(version));
  }
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

test('ci-ok waits for every other job of CI', () => {
  const others = Object.keys(ci).filter((name) => name !== 'ci-ok');
  expect([ci['ci-ok']?.needs].flat().toSorted()).toEqual(others.toSorted());
});

test('the smoke job expects as many policies as examples/ holds', () => {
  const examples = new URL('../../examples/', import.meta.url);
  const policies = globSync('**/*.{sentinel,rego}', { cwd: examples }).filter(
    // What lies in guardrails/ is published as a policy set.
    (path) => !/(^|[\\/])test[\\/]|_test\.rego$|^guardrails[\\/]/.test(path),
  );
  const smoke = ci['smoke'] as (Job & { env: Record<string, unknown> }) | undefined;
  expect(smoke?.env['POLICIES']).toBe(policies.length);
});
