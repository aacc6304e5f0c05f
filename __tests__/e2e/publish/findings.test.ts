/** What reading code finds: it keeps broken policies out, and keeps nobody from going on with what is there. */
import { describe, expect, test } from '@jest/globals';
import type { RunResult } from '../../support/run-action.ts';
import { writeFiles } from '../../support/workspace.ts';
import { places } from '../config/reading.ts';
import {
  annotationsAt,
  errors,
  nothing,
  outcome,
  policyStates,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const CALL = 'package a\n\nimport rego.v1\n\ndeny contains "x" if data.lib.bad(input)\n';
const NO_MAIN = 'helper = func(x) { return x }\n';
const OLD = 'package old\n\ndeny[msg] {\n  msg := "x"\n}\n';
const YOUNG = 'package young\n\ndeny contains "x" if input.plan\n';

/** Errors with their places, lines included. */
const found = (result: RunResult) =>
  errors(result).map(({ message }, index) => ({ at: places(result, 'error')[index], message }));

describe('a finding', () => {
  test('in new code ends the run before it writes, in code that is there it is a warning', async () => {
    const files = { 'a.rego': CALL, 'b.sentinel': NO_MAIN, 'sound.sentinel': sentinel() };
    const { terraform, run } = await scenario({ files });
    const first = await run();
    expect(outcome(first)).toEqual({ ...nothing, exitCode: 1 });
    expect(found(first)).toEqual([
      {
        at: 'a.rego:5',
        message: expect.stringContaining('calls data.lib.bad, a function of another package'),
      },
      {
        at: 'b.sentinel',
        message: expect.stringContaining('report this as an issue in the repository of this action'),
      },
    ]);
    expect(writeLines(terraform)).toEqual([]);
    expect(policyStates(terraform)).toEqual({});

    terraform.seedPolicy({ name: 'a', kind: 'opa', query: 'data.a.deny', code: CALL });
    terraform.seedPolicy({ name: 'b', code: NO_MAIN });
    const second = await run();
    expect(outcome(second)).toMatchObject({ exitCode: 0, created: 1, unchanged: 2 });
    expect(annotationsAt(second, 'warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('The organization already has this code'),
      expect.stringContaining('The organization already has this code'),
    ]);
  });

  test('about a query that nothing states is judged by the one that the policy has', async () => {
    const violation = 'package aa\n\nimport rego.v1\n\nviolation contains "x" if input.plan\n';
    const deny = violation.replace('violation', 'deny');
    const { terraform, folder, run } = await scenario({ files: { 'a.rego': deny } });
    terraform.seedPolicy({ name: 'a', kind: 'opa', query: 'data.aa.violation', code: violation });
    const broken = await run();
    expect(outcome(broken)).toEqual({ ...nothing, exitCode: 1 });
    expect(found(broken)).toEqual([
      {
        at: 'a.rego',
        message: expect.stringMatching(
          /no rule `violation`, which the query of the policy in the organization, data\.aa\.violation, refers to\. Its rules are: deny\./,
        ),
      },
    ]);
    expect(writeLines(terraform)).toEqual([]);

    await writeFiles(folder, { 'a.rego': `# Better.\n${violation}` });
    const better = await run();
    expect(outcome(better)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(policyStates(terraform)).toMatchObject({ a: { query: 'data.aa.violation' } });
  });

  test('in Sentinel that nobody can parse is one, too, but a merge conflict is an error wherever it is', async () => {
    const open = 'x = 1\nmain = rule { length(x }\n';
    const conflict = `x = 1\n<<<<<<< HEAD\n${sentinel()}=======\n${sentinel('x')}>>>>>>> topic\n`;
    const { terraform, folder, run } = await scenario({
      files: { 'conflict.sentinel': conflict, 'open.sentinel': open },
    });
    terraform.seedPolicy({ name: 'conflict', code: conflict });
    terraform.seedPolicy({ name: 'open', code: open });
    expect(found(await run())).toEqual([
      { at: 'conflict.sentinel:2', message: expect.stringContaining('A merge conflict was committed') },
      { at: 'open.sentinel:2', message: expect.stringContaining('`)` is missing') },
    ]);
    await writeFiles(folder, { 'conflict.sentinel': sentinel() });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1, unchanged: 1 });
    expect(places(result, 'warning')).toEqual(['open.sentinel:2']);
  });

  test('is told with other problems, which end the run before the organization is read', async () => {
    const { terraform, run } = await scenario({ files: { 'a.rego': CALL, 'empty.sentinel': '' } });
    terraform.seedPolicy({ name: 'a', kind: 'opa', code: CALL });
    const result = await run();
    expect(places(result, 'error')).toEqual(['empty.sentinel', 'a.rego:5']);
    expect(requestLines(terraform)).toEqual([]);
  });

  test('is told with what the organization makes a problem', async () => {
    const { terraform, run } = await scenario({ files: { 'a.rego': CALL, 'b.sentinel': NO_MAIN } });
    terraform.seedPolicy({ name: 'b', code: NO_MAIN });
    const result = await run({ 'policy-sets': 'nowhere' });
    expect(places(result, 'error')).toEqual(['input policy-sets', 'a.rego:5']);
    expect(annotationsAt(result, 'warning').map(({ file }) => file)).toEqual(['b.sentinel']);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('of the repository around a file: what is not published, and data', async () => {
    const { run } = await scenario({
      files: {
        'policies/policies.hcl':
          'policy "a" { query = "data.a.denny" }\npolicy "b" { query = "data.b.x.deny" }\n',
        'policies/a.rego': `${rego('a')}\nx := data.lib.limit\ny := data.limits.max\nz := data.other\n`,
        'policies/b.rego': rego('b'),
        'policies/lib.rego': 'package lib\n\nlimit := 1\n',
        'policies/limits/data.json': '{"max": 1}',
      },
    });
    const result = await run();
    expect(found(result)).toEqual([
      {
        at: 'policies/a.rego:7',
        message: expect.stringContaining('from policies/lib.rego, which is not published'),
      },
      { at: 'policies/a.rego:8', message: expect.stringContaining('from policies/limits/data.json') },
      { at: 'policies/policies.hcl:1', message: expect.stringContaining('Its rules are: deny, x, y, z.') },
      { at: 'policies/policies.hcl:2', message: expect.stringContaining('refers to the rule `x.deny`') },
    ]);
    expect(places(result, 'warning')).toEqual(['policies/a.rego:9']);
  });
});

test('files of a version of Rego that a policy set does not run are errors, both in one run a warning', async () => {
  const { terraform, run } = await scenario({ files: { 'old.rego': OLD, 'young.rego': YOUNG } });
  terraform.seedPolicySet({ name: 'one', kind: 'opa', toolVersion: '1.4.2' });
  terraform.seedPolicySet({ name: 'zero', kind: 'opa', toolVersion: '0.70.0' });
  const result = await run({ 'policy-sets': 'one, zero' });
  expect(found(result)).toEqual([
    { at: 'old.rego:3', message: expect.stringContaining('Policy set "one" runs OPA 1.4.2') },
    { at: 'young.rego:3', message: expect.stringContaining('Policy set "zero" runs OPA 0.70.0') },
  ]);
  expect(annotationsAt(result, 'warning').map(({ message }) => message)).toEqual([
    expect.stringContaining('No version of OPA accepts all Rego files of this run'),
  ]);
  expect(writeLines(terraform)).toEqual([]);
});
