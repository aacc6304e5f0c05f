/** Whatever a fork puts into its files, they are read in time that grows with their length. */
import { describe, expect, test } from '@jest/globals';
import { type Problem, withoutRepeats } from '../../../src/model/problem.ts';
import { distinctFirst, groupProblems, problemLines } from '../../../src/report/groups.ts';
import type { Configuration } from '../../../src/repository/configuration/configuration.ts';
import { readConfiguration } from '../../../src/repository/configuration/configuration.ts';
import { readTerraformPolicies } from '../../../src/repository/configuration/terraform-policies.ts';
import {
  describeOpening,
  describeSentinel,
} from '../../../src/repository/languages/description/description.ts';
import { readPlain } from '../../../src/repository/languages/hcl/plain.ts';
import { readRego } from '../../../src/repository/languages/rego/rego.ts';
import { select } from '../../../src/repository/select.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const repeated =
  (text: string, before = '', after = '') =>
  (size: number) =>
    `${before}${text.repeat(Math.ceil(size / text.length))}${after}`;

/** The input is made before the work is measured. */
const preparing =
  <T>(make: (size: number) => T, work: (input: T) => unknown) =>
  (size: number) => {
    const input = make(size);
    return () => work(input);
  };

const numbered = (line: (n: number) => string) => (size: number) =>
  Array.from({ length: Math.ceil(size / line(10).length) }, (_, n) => line(n)).join('');

describe('Terraform policies', () => {
  const policy = (labels: string) => `resource_policy ${labels} {\n enforce {\n  condition = a.b\n }\n}\n`;
  test.each<[string, (size: number) => string]>([
    ['policies', numbered((n) => policy(`"a" "p${n}"`))],
    ['policies of one name', numbered((n) => policy(`"a${n}" "p"`))],
    ['the same policy', numbered(() => policy('"a" "p"'))],
    [
      'inputs that decide levels',
      numbered(
        (n) =>
          `input "i${n}" {\n type = string\n default = "advisory"\n}\nresource_policy "a" "p${n}" {\n enforcement_level = input.i${n}\n}\n`,
      ),
    ],
    ['operations', repeated('"create", ', 'resource_policy "a" "p" {\n operations = [', ']\n}\n')],
    ['references', repeated('prior_attrs.a + ', 'resource_policy "a" "p" {\n filter = ', '1\n}\n')],
    ['lines that break at operators', repeated('a &&\n', 'locals {\n a = ', 'b\n}\n')],
    ['plugins', numbered((n) => (n === 0 ? 'policy {\n plugins {\n' : `  p${n} = { source = "x" }\n`))],
    [
      'lists in lists',
      (size) => `locals {\n a = ${'['.repeat(80)}${'1,'.repeat(size / 2)}${']'.repeat(80)}\n}\n`,
    ],
  ])('of %s', async (_, make) => {
    const read = (text: string) => readTerraformPolicies('a.policy.hcl', text);
    expect(await growth(2_000, preparing(make, read))).toBeLessThan(LINEAR);
  });
});

describe('HCL', () => {
  test.each<[string, (size: number) => string]>([
    ['spaces', repeated(' ')],
    ['line breaks in a block', repeated('\n', 'policy "p" {\n a = ')],
    ['CR alone', repeated('\r', 'a = 1\n')],
    ['U+2028', repeated('\u2028', 'a = 1\n')],
    ['white space in a template', repeated(' ', 'a = "${', '}"')],
    ['arguments without a value', repeated('a =\n')],
    ['words', repeated('a\n')],
    ['strings', repeated('"')],
    ['strings that are not closed', repeated('a = "')],
    ['blocks that are not closed', repeated('policy "a" {\n')],
    ['blocks at fault', repeated('policy "a" {\n  source = \n}\n')],
    ['blocks on one line', repeated('policy "a" {} ')],
    ['braces', repeated('{')],
    ['brackets', repeated('a = [\n')],
    ['templates', repeated('"${', 'a = ')],
    ['signs', repeated('-', 'policy "p" {\n a = ')],
    ['heredocs', repeated('x = <<A\n')],
    ['comments that are not closed', repeated('/*', 'x = 1\n')],
    ['spaces behind a heredoc', repeated(' ', 'x = <<E\nhello\nE\nb = [', '1]\n')],
    ['brackets behind a heredoc', repeated('[', 'x = <<E\nhello\nE\nb = ')],
    ['spaces behind a comment that is not closed', repeated(' ', 'x = /*\npolicy "a" {}\nb = [', '1]\n')],
    ['spaces behind a heredoc that is not closed', repeated(' ', 'x = <<E\npolicy "a" {}\nb = [', '1]\n')],
    [
      'sound blocks',
      (size) => Array.from({ length: size / 40 }, (_, n) => `policy "p${n}" {\n  source = "x"\n}\n`).join(''),
    ],
    ['sound blocks with references', numbered((n) => `policy "p${n}" {\n  source = x\n}\n`)],
    ['sound lines in a block', repeated('  a = b\n', 'policy "p" {\n', '}\n')],
    ['values on several lines', repeated('a = [\n"b"\n]\n')],
  ])('of %s', async (_, make) => {
    const read = (text: string) => readConfiguration('sentinel.hcl', text);
    expect(await growth(2_000, preparing(make, read))).toBeLessThan(LINEAR);
  });
});

describe('plain lines of HCL', () => {
  test.each<[string, (size: number) => string]>([
    ['labels', repeated(' "a"', 'policy', ' x\n')],
    ['spaces before a label', repeated(' ', 'policy', 'x\n')],
    ['spaces before a value', repeated(' ', 'a =', 'x\n')],
    ['a long name', repeated('a')],
    ['blocks', repeated('policy "a" {\n}\n')],
  ])('of %s', async (_, make) => {
    expect(await growth(80_000, preparing(make, readPlain))).toBeLessThan(LINEAR);
  });
});

describe('JSON', () => {
  test.each<[string, (size: number) => string]>([
    [
      'policies',
      (size) =>
        JSON.stringify(
          {
            policy: Object.fromEntries(
              Array.from({ length: size / 40 }, (_, n) => [`p${n}`, { query: 'data.a.b' }]),
            ),
          },
          null,
          1,
        ),
    ],
    ['faults', repeated('}\n')],
    ['words', repeated('a\n')],
    ['line breaks', repeated('\n', '{"policy": 1', '}')],
  ])('of %s', async (_, make) => {
    const read = (text: string) => readConfiguration('policies.json', text);
    expect(await growth(80_000, preparing(make, read))).toBeLessThan(LINEAR);
  });
});

/** Four times the size is still below what is read of an opening. */
describe('openings', () => {
  test.each<[string, (size: number) => string]>([
    ['comments of either form', repeated('# a\n// a\n')],
    ['comments on one line', repeated('/* a */ ')],
    ['the edge of a box', repeated('#', '# a ', 'x\n')],
    ['sentences that look like licences', repeated('This is provided under to by. ', '# ')],
    ['lines that look like licences', repeated('# This is distributed under\n')],
    ['words that begin a licence', repeated('use of this a-', '# ')],
    ['words of generators', repeated('generated ', '# ')],
    ['people', repeated('A@ ', '# Written by ', 'x\n')],
    ['owners', repeated('Acme ', '# Copyright ', 'x\n')],
    ['digits behind a date', repeated('1 ', '# 2024-01-01 ', 'x\n')],
    ['a name', repeated('./', '# ', 'x\n')],
    ['ornaments', repeated('`-', '# ', 'x\n')],
    ['a link', repeated('a', '# See https://', ' for x\n')],
    ['a query', repeated('.a', '# data', ' x\n')],
  ])('of %s', async (_, make) => {
    const read = (text: string) => {
      describeSentinel(text, 'a.sentinel');
      describeOpening(text, 'a.rego');
    };
    expect(await growth(15_000, preparing(make, read))).toBeLessThan(LINEAR);
  });

  test('more than that is not read', () => {
    expect(describeSentinel(`/*${' '.repeat(100_000)}Text. */`, 'a.sentinel')).toBeUndefined();
    expect(describeSentinel(`/* Text. ${'*'.repeat(100_000)}*/`, 'a.sentinel')).toBe('Text.');
  });
});

describe('policies', () => {
  test.each<[string, (size: number) => string]>([
    ['imports', repeated('import data.x\nimport "x"\n', 'package a\n')],
    ['METADATA', repeated('# METADATA\n\n', '', 'package a\n')],
    ['comments', repeated('#\n')],
    ['line breaks', repeated('\n', '# a\n', 'x')],
    ['stars', repeated('*', '/* a ', 'x */\npackage a\n')],
    ['lines of no-break spaces', repeated('\u00a0\n', '/*', '*/ x')],
    ['spaces behind a word for linters', repeated(' ', '# lint', 'x\n')],
  ])('of %s', async (_, make) => {
    const read = async (text: string) => {
      const rego = await readRego(text);
      describeSentinel(text, 'a.sentinel');
      describeOpening(rego.opening, 'a.rego');
    };
    expect(await growth(30_000, preparing(make, read))).toBeLessThan(LINEAR);
  });

  test('of megabytes of line breaks are read', () => {
    expect(describeSentinel(`# Text.\n${'\n'.repeat(5_000_000)}main = 1\n`, 'a.sentinel')).toBe('Text.');
  });

  test('many of them, below as many configurations', async () => {
    const make = (size: number) => {
      const folders = Array.from({ length: size }, (_, n) => `f${n}`);
      const files = folders.map((folder) => ({ path: `${folder}/a.rego`, location: `/${folder}/a.rego` }));
      const configurations = folders.map(
        (folder): Configuration => ({
          path: `${folder}/policies.hcl`,
          kind: 'opa',
          decides: true,
          policies: [
            { kind: 'opa', name: folder, line: 1, query: { value: `data.${folder}.deny`, line: 2 } },
          ],
          provided: [],
          params: [],
          support: [],
          problems: [],
          warnings: [],
        }),
      );
      return { files, configurations };
    };
    const work = ({ files, configurations }: ReturnType<typeof make>) =>
      select({
        candidates: files,
        configurations,
        locate: (path) => ({ path, location: `/${path}` }),
        packageOf: ({ path }) => [path.split('/')[0] ?? ''],
        unselectedRego: async () => [],
      });
    expect((await work(make(3))).selected).toHaveLength(3);
    expect(await growth(500, preparing(make, work))).toBeLessThan(LINEAR);
  });

  test('many of them, which as many sets name or leave out', async () => {
    const make = (size: number) => {
      const files = Array.from({ length: size }, (_, n) => {
        const path = `policies/f${n % 9}/x/b${n}.sentinel`;
        return { path, location: `/${path}` };
      });
      return {
        files,
        folders: files.map((_, n) => ({ set: `sets/s${n}`, named: `../../policies/f${n % 9}` })),
      };
    };
    const work = async ({ files, folders }: ReturnType<typeof make>) => {
      const configurations = folders.map(({ set, named }) =>
        readConfiguration(`${set}/sentinel.hcl`, `policy "a" { source = "${named}/a.sentinel" }`),
      );
      const { leftOut } = await select({
        candidates: files,
        configurations: await Promise.all(configurations),
        locate: (path) => ({ path, location: `/${path}` }),
        packageOf: () => [],
        unselectedRego: async () => [],
      });
      expect(leftOut.length).toBeGreaterThanOrEqual(files.length);
    };
    expect(await growth(300, preparing(make, work))).toBeLessThan(LINEAR);
  });

  test('of one cause', async () => {
    const make = (size: number): Problem[] =>
      Array.from({ length: size }, (_, n) => ({
        message: `Needs ${n}.`,
        place: { file: `a${n}`, line: n },
        advice: 'Add the file to `exclude`.',
        exclude: [`x/a${n}`],
        cause: { summary: 'need {}', what: `thing ${n}`, detail: `${n}` },
        policies: [`a${n}`],
      }));
    const work = (problems: Problem[]) => {
      expect(problemLines(withoutRepeats(problems), problems.length)).toHaveLength(1);
      distinctFirst(problems);
    };
    expect(await growth(2_000, preparing(make, work))).toBeLessThan(LINEAR);
  });

  test('whose packages many queries misspell', async () => {
    const make = (size: number) => {
      const files = Array.from({ length: size }, (_, n) => ({ path: `p${n}.rego`, location: `/p${n}.rego` }));
      const policies = files.map((_, n) => `policy "a${n}" { query = "data.q${n}.deny" }`).join('\n');
      return { files, policies };
    };
    const work = async ({ files, policies }: ReturnType<typeof make>) => {
      const { problems } = await select({
        candidates: files,
        configurations: [await readConfiguration('policies.hcl', policies)],
        locate: (path) => ({ path, location: `/${path}` }),
        packageOf: ({ path }) => [path.slice(0, -'.rego'.length)],
        unselectedRego: async () => [],
      });
      expect(problems).toHaveLength(files.length);
    };
    expect(await growth(500, preparing(make, work))).toBeLessThan(LINEAR);
  });

  test('of which messages speak', async () => {
    const work = (message: string) => groupProblems([{ message }], 1);
    expect(await growth(50_000, preparing(repeated(' (request '), work))).toBeLessThan(LINEAR);
  });
});
