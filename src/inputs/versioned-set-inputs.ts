import { POLICY_SET_ID, type PolicySetReference } from '../model/policy-set.ts';
import type { SetFolder } from '../model/set-folder.ts';
import { DEFAULT_CONFIG, isDefaultPolicies } from './file-inputs.ts';
import { BOOLEANS, oneOf, type Reader } from './reader.ts';

/** Which folders are published as versioned policy sets, and what the run may do for that. */
export interface VersionedSetInputs {
  /** In the order of the input. Each policy set appears once. */
  readonly sets: readonly SetInput[];
  /** Whether to create missing policy sets. */
  readonly create: boolean;
  /** Whether to take over a policy set that contains a version without a stamp. */
  readonly adopt: boolean;
  /** Version of Sentinel or OPA, or `latest`; undefined: left as it is. */
  readonly toolVersion: string | undefined;
}

/** Folders as they are written, without `./` and `/` around them; relative to the working directory. */
export interface SetInput extends SetFolder {
  readonly reference: PolicySetReference;
}

/** Inputs for individually managed policies only. */
const OF_POLICIES = ['enforcement-level', 'query', 'policy-sets', 'name-prefix'] as const;

/** Inputs that have no meaning without `versioned-policy-sets`. */
const SWITCHES = ['create-policy-sets', 'adopt-policy-sets'] as const;

const NAME = /^[A-Za-z0-9_-]+$/;
const TOOL_VERSION = /^(latest|\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/;

/** Whether the step publishes versioned policy sets instead of individually managed policies. */
export const publishesSets = (reader: Reader): boolean => reader.text('versioned-policy-sets') !== undefined;

/** Undefined if the step publishes individually managed policies, or if something is wrong. */
export function readVersionedSetInputs(reader: Reader): VersionedSetInputs | undefined {
  if (!publishesSets(reader)) {
    refuseAlone(reader);
    return undefined;
  }
  return reader.group(() => {
    refuseMixed(reader);
    return {
      sets: reader.value('versioned-policy-sets', readSets),
      create: reader.value('create-policy-sets', isOn('create-policy-sets')),
      adopt: reader.value('adopt-policy-sets', isOn('adopt-policy-sets')),
      toolVersion: reader.value('policy-tool-version', readToolVersion),
    };
  });
}

const isOn = (input: string) => (reader: Reader) => oneOf(reader.text(input), false, BOOLEANS);

/** An empty variable in `versioned-policy-sets` must not publish every file as a single policy. */
function refuseAlone(reader: Reader): void {
  const refuse = () => {
    throw new Error('requires `versioned-policy-sets`, which is empty; set it, or remove this input');
  };
  for (const input of SWITCHES) if (reader.value(input, isOn(input))) reader.value(input, refuse);
  if (reader.text('policy-tool-version') !== undefined) reader.value('policy-tool-version', refuse);
}

function refuseMixed(reader: Reader): void {
  const refuse = () => {
    throw new Error(
      'is for individually managed policies, which cannot be published in the same step as `versioned-policy-sets`; remove it, or use a separate step',
    );
  };
  const given = OF_POLICIES.filter((input) => reader.text(input) !== undefined);
  const prunes = reader.quietly(isOn('prune')) === true ? ['prune'] : [];
  const policies = isDefaultPolicies(reader.text('policies')) ? [] : ['policies'];
  const config = isDefaultConfig(reader.given('config')) ? [] : ['config'];
  for (const input of [...policies, ...config, ...given, ...prunes]) reader.value(input, refuse);
}

const isDefaultConfig = (text: string | undefined): boolean =>
  text === undefined || text.split(/\s+/).filter(Boolean).join('\n') === DEFAULT_CONFIG;

function readToolVersion(reader: Reader): string | undefined {
  const version = reader.text('policy-tool-version')?.trim();
  if (version !== undefined && !TOOL_VERSION.test(version))
    throw new Error(`is "${version}"; use an exact version such as 1.4.2, or latest for Sentinel`);
  return version;
}

function readSets(reader: Reader): SetInput[] {
  const lines = (reader.text('versioned-policy-sets') ?? '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
  if (lines.length === 0)
    throw new Error('contains only comments; add a line such as aws-guardrails: policies/aws');
  const sets = lines.map(readLine);
  const faults = [...sets.flatMap((set) => ('fault' in set ? set.fault : [])), ...repeated(sets)];
  if (faults.length > 0) throw new Error(`contains invalid lines: ${faults.join('; ')}`);
  return sets.filter((set) => 'reference' in set);
}

type Line = SetInput | { readonly fault: string };

function readLine(line: string): Line {
  const at = line.indexOf(':');
  const name = (at < 0 ? line : line.slice(0, at)).trim();
  const text = at < 0 ? '' : line.slice(at + 1).trim();
  if (!NAME.test(name)) {
    return {
      fault: `"${line}" (names contain only letters, digits, "-" and "_"; write name: folder, one policy set per line)`,
    };
  }
  const fault = faultOfFolder(text);
  if (fault !== undefined) return { fault: `"${line}" (${fault})` };
  const [folder = '', path] = text.split('//').map(plainFolder);
  return { reference: POLICY_SET_ID.test(name) ? { id: name } : { name }, folder, path };
}

const plainFolder = (text: string): string =>
  text
    .replace(/^(\.\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');

function faultOfFolder(text: string): string | undefined {
  if (/^(["'`]).*\1$/.test(text)) return 'write the folder without quotes';
  if (text.startsWith('//')) return 'name the folder before //, which is . for `working-directory` itself';
  const [, path, more] = text.split('//');
  if (more !== undefined) return 'only one // is possible';
  if (/^([/\\~]|[a-z]:)/i.test(text) || text.includes('\\'))
    return 'name a folder relative to `working-directory`, with / between folders';
  return path === undefined ? undefined : faultOfPath(path);
}

/** What is configured there is part of what is packed. */
function faultOfPath(path: string): string | undefined {
  if (path.startsWith('/')) return 'write two slashes, //, not more';
  if (path.split('/').includes('..')) return 'behind //, name a folder below the one before it, without ..';
  const plain = plainFolder(path);
  if (plain === '') return 'behind //, name the folder that holds the configuration, or remove the //';
  return plain.split('/').includes('.') ? 'behind //, name a folder without . in its path' : undefined;
}

function repeated(sets: readonly Line[]): string[] {
  const names = sets.flatMap((set) => ('reference' in set ? textOf(set.reference) : []));
  const groups = Map.groupBy(names, (name) => name.toLowerCase());
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined || others.length === 0 ? [] : [`"${first}" appears ${others.length + 1} times`],
  );
}

const textOf = (reference: PolicySetReference): string => ('id' in reference ? reference.id : reference.name);
