/** What action.yml declares is what the code reads and writes. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { BUILT_IN_EXCLUDE, DEFAULT_POLICIES } from '../../src/inputs/file-inputs.ts';
import { readInputs, readSecrets } from '../../src/inputs/inputs.ts';
import { outputsOf } from '../../src/report/outputs.ts';

interface Action {
  name: string;
  description: string;
  author: string;
  branding: { icon: string; color: string };
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: Record<string, string>;
}

const root = new URL('../../', import.meta.url);
const action = parse(readFileSync(new URL('action.yml', root), 'utf8')) as Action;
const defaults = Object.entries(action.inputs).flatMap(([name, input]) =>
  input.default === undefined ? [] : [[name, input.default] as const],
);

const variable = (input: string) => `INPUT_${input.toUpperCase()}`;

/** The names of the inputs that the code asks for. */
function askedFor(): Set<string> {
  const asked = new Set<string>();
  const environment = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get(_, name) {
        if (typeof name === 'string' && name.startsWith('INPUT_')) asked.add(name);
        return undefined;
      },
    },
  );
  readSecrets(environment);
  readInputs(environment);
  return asked;
}

describe('the head', () => {
  test('is what the Marketplace takes', () => {
    expect(action.name).toBe('Publish Terraform Policies');
    expect(action.description.length).toBeGreaterThan(20);
    expect(action.description.length).toBeLessThan(125);
    expect(action.author).toBeTruthy();
  });

  test('has an icon and a colour that GitHub knows', () => {
    // Some of the icons of Feather that fit; colours are all there are.
    expect(['shield', 'upload-cloud', 'check-circle', 'lock', 'file-text']).toContain(action.branding.icon);
    expect([
      ...['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'],
    ]).toContain(action.branding.color);
  });

  test('runs what is there', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
    expect(existsSync(new URL('dist/index.js', root))).toBe(true);
  });
});

describe('inputs', () => {
  test('are those that the code reads', () => {
    expect([...askedFor()].toSorted()).toEqual(Object.keys(action.inputs).map(variable).toSorted());
  });

  test.each(Object.entries(action.inputs))('%s is described, and not required', (name, input) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(input.description).toMatch(/\.$/);
    expect(input.required).toBe(false);
  });

  test('have the defaults that the code has', () => {
    const given = Object.fromEntries(
      defaults.filter(([name]) => name !== 'github-token').map(([name, value]) => [variable(name), value]),
    );
    expect(readInputs(given)).toEqual(readInputs({}));
    expect(action.inputs['policies']?.default).toBe(DEFAULT_POLICIES);
    for (const pattern of BUILT_IN_EXCLUDE) expect(action.inputs['exclude']?.description).toContain(pattern);
    expect(action.inputs['github-token']?.default).toBe(`\${{ ${['github', 'token'].join('.')} }}`);
  });

  test('have texts for defaults, as YAML would change other values', () => {
    expect(defaults.filter(([, value]) => typeof value !== 'string')).toEqual([]);
  });
});

describe('outputs', () => {
  test('are those that the code sets', () => {
    const set = [...Object.keys(outputsOf({ entries: [] }, '')), 'comment-url'];
    expect(Object.keys(action.outputs).toSorted()).toEqual(set.toSorted());
  });

  test.each(Object.entries(action.outputs))('%s is described', (_, output) => {
    expect(output.description).toMatch(/\.$/);
  });
});
