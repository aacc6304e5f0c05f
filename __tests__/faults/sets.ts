import type { HcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import type { FileSnapshot, VersionedPolicySetSnapshot } from '../../sandbox/hcp-terraform/snapshot.ts';
import { setStampLine } from '../../src/model/set-stamp.ts';
import { digest } from '../../src/policy-sets/digest.ts';
import { blobIdOf } from '../../src/policy-sets/read-packed.ts';
import { type Files, sentinel } from '../e2e/publish/scenario.ts';
import { contentOf, publishedSets, stampOf } from '../e2e/sets/publishing.ts';
import { hasEffect } from './faults.ts';
import type { Asked, End, Subject } from './subject.ts';

/** What holds policies of a repository as one version: `older` was published before. */
const folder = (name: string, tags: string): Files => ({
  [`${name}/sentinel.hcl`]: `
import "module" "tags" {
  source = "./tags.sentinel"
}

policy "cost" {
  source            = "./cost.sentinel"
  enforcement_level = "soft-mandatory"
}
`,
  [`${name}/cost.sentinel`]: `import "tags"\n\n${sentinel('tags.ok')}`,
  [`${name}/tags.sentinel`]: `ok = ${tags}\n`,
});

/** What is configured below the folder that is packed, and needs more of it. */
const below = (name: string): Files => {
  const { [`${name}/sentinel.hcl`]: configuration = '', ...others } = folder(name, 'true');
  return { ...others, [`${name}/sets/prod/sentinel.hcl`]: String(configuration).replaceAll('./', '../../') };
};

/** The organization has no `fresh`, an older version of `ours`, and a version of `theirs` that nobody stamped. */
const files: Files = {
  ...below('fresh'),
  ...folder('ours', 'input.new'),
  ...folder('theirs', 'not input.bad'),
};

const older = { 'sentinel.hcl': 'policy "old" {}\n', 'old.sentinel': sentinel('false') };

const [OWNER, TOOL] = ['acme/policies', '0.40.0'];

function seed(terraform: HcpTerraform): void {
  terraform.seedPolicySet({ name: 'ours', description: 'Kept', files: older });
  terraform.changePolicySet('ours', { description: `Kept\n\n${olderStamp(terraform)}` });
  terraform.seedPolicySet({ name: 'theirs', description: 'Theirs', files: older, toolVersion: '0.30.0' });
}

function olderStamp(terraform: HcpTerraform): string {
  const { currentVersion, files } = terraform.policySet('ours');
  const run = { server: 'github.com', repository: OWNER, id: 900, attempt: 1 };
  const content = { version: currentVersion ?? '', digest: digestOfFiles(files) };
  const commit = 'c0ffee0000000000000000000000000000000000';
  return setStampLine({ run, owner: OWNER, folder: 'ours', content, commit, url: undefined });
}

/** As the action's own digest has it, of what the service unpacked. */
const digestOfFiles = (unpacked: readonly FileSnapshot[]): string =>
  digest(
    unpacked.map((file) => {
      if (!('bytes' in file)) throw new Error(`${file.path} is a link`);
      return { path: file.path, mode: file.mode === 0o755 ? 0o755 : 0o644, blob: blobIdOf(file.bytes) };
    }),
  );

/** To take a set over is asked for only as long as nothing of this owner stands there. */
function inputs(terraform: HcpTerraform): Record<string, string> {
  const adopts = !isStamped(terraform.policySet('theirs'));
  return {
    'versioned-policy-sets': 'fresh: fresh//sets/prod\nours: ours\ntheirs: theirs',
    'create-policy-sets': 'true',
    'policy-tool-version': TOOL,
    ...(adopts ? { 'adopt-policy-sets': 'true' } : {}),
  };
}

const isStamped = ({ description }: VersionedPolicySetSnapshot) => stampOf(description)['owner'] === OWNER;

const setsOf = (terraform: HcpTerraform): VersionedPolicySetSnapshot[] =>
  terraform.policySets().map(({ id }) => terraform.policySet(id));

const endOf = (terraform: HcpTerraform): End => ({
  entries: Object.fromEntries(
    setsOf(terraform).map(({ name, description, currentVersion, ...set }) => [
      name,
      {
        kind: set.kind,
        // How often something was uploaded to get there does not matter.
        description: description?.replace(currentVersion ?? 'no version', 'its current version'),
        settings: [set.global, set.toolVersion, set.agentEnabled, set.policiesPath],
        content: contentOf(terraform, name),
      },
    ]),
  ),
});

/** By server, the digest of each version that was in force at some request. A version never changes. */
const inForce = new WeakMap<HcpTerraform, Map<string, string>>();

function unsound(terraform: HcpTerraform): string[] {
  const sets = setsOf(terraform);
  const digests = inForce.get(terraform) ?? new Map<string, string>();
  inForce.set(terraform, digests);
  for (const { currentVersion: id, files: content } of sets)
    if (id !== null && !digests.has(id)) digests.set(id, digestOfFiles(content));
  const names = sets.map(({ name }) => name);
  return [
    ...sets.flatMap((set) => [...wrongClaim(set, digests), ...wrongSettings(set), ...wrongOwner(set)]),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`),
  ];
}

/** A stamp names a version that is or was in force, and what that one holds, or no version. */
function wrongClaim(
  { name, description }: VersionedPolicySetSnapshot,
  digests: Map<string, string>,
): string[] {
  const { version, sha256 } = stampOf(description);
  if (version === undefined && sha256 === undefined) return [];
  const held = digests.get(version ?? '');
  if (held === undefined) return [`the stamp of ${name} names ${version}, which was never in force`];
  return held === sha256 ? [] : [`the stamp of ${name} says ${sha256} of ${version}, which holds ${held}`];
}

/** Settings are those of the version before until one from here is in force. A new set applies nowhere. */
function wrongSettings({ name, versions, ...set }: VersionedPolicySetSnapshot): string[] {
  const tool = { ours: null, theirs: '0.30.0', fresh: TOOL }[name];
  const isOld = set.currentVersion === null || set.currentVersion === versions[0]?.id;
  return [
    ...(set.global ? [`${name} is global`] : []),
    ...(isOld && set.toolVersion !== tool ? [`${name} runs its old version with ${set.toolVersion}`] : []),
  ];
}

/** Whoever uploads says so first: else the run could not be repeated. */
const wrongOwner = (set: VersionedPolicySetSnapshot): string[] =>
  set.name === 'theirs' && set.versions.length > 1 && !isStamped(set)
    ? [`${set.name} has a version from here, and no stamp`]
    : [];

/** A set is looked up first, and nothing is ever attached. */
function untimely(terraform: HcpTerraform, { name, request }: Asked): string[] {
  const isThere = terraform.policySets().some((set) => name.endsWith(`(${set.name})`));
  const attaches = JSON.stringify(request.body ?? null).includes('"relationships"');
  return [
    ...(CREATE.test(name) && isThere ? [`${name}, which is there`] : []),
    ...(attaches ? [`${name} with relationships`] : []),
  ];
}

const CREATE = /^POST .*policy-sets \(/;

/** The policy set that a request is for. */
const setNamed = (name: string): string | undefined =>
  /(?:policy-sets\/|policy-set-versions\/|archive of )([\w-]+)|\(([\w-]+)\)/.exec(name)?.slice(1).join('');

/** Versioned policy sets: one is new, one was published before, one is taken over. */
export const sets: Subject = {
  title: 'Policy sets',
  kinds: [
    ['look a set up', /^GET \/organizations\/acme\/policy-sets\?/],
    ['create a set', CREATE],
    ['create a version', /^POST \/policy-sets\/[\w-]+\/versions$/],
    ['archive', /^PUT archive of /],
    ['ask the version', /^GET \/policy-set-versions\//],
    ['read the set', /^GET \/policy-sets\//],
    ['change the set', /^PATCH \/policy-sets\//],
    ['ask for the plan', /^GET \/organizations\/acme(\/entitlement-set)?$/],
  ],
  reading: ['look a set up'],
  files,
  seed,
  inputs,
  endOf,
  unsound,
  untimely,
  passes: () => false,
  // What is there is found, whatever was answered.
  mayBeGreen: (kind, named) => ['create a set', 'archive'].includes(kind) && hasEffect(named),
  // As if the archive had come: the version never gets ready.
  takesLong: (kind, { name }) => kind === 'archive' && name === 'empty 200 in its place',
  clear: /\b(GET|POST|PUT|PATCH) \/api\/v2\/\S+.*( returned |: )|is not ready after 5 minutes/,
  entryOf: setNamed,
  finishes: (name, before) =>
    !/^(POST|PUT) /.test(name) && before.includes(`PUT archive of ${setNamed(name)}`),
  reported: publishedSets,
};
