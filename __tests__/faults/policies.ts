import type { HcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { members, policyStates, published } from '../e2e/publish/reading.ts';
import { type Files, rego, sentinel } from '../e2e/publish/scenario.ts';
import { hasEffect } from './faults.ts';
import type { Asked, End, Subject } from './subject.ts';

/** What the repository holds: of everything that a run can have to do, something. */
const files: Files = {
  'sentinel.hcl': `
policy "new-cost"  { enforcement_level = "soft-mandatory" }
policy "new-size"  { enforcement_level = "hard-mandatory" }
policy "newer"     { enforcement_level = "advisory" }
policy "stricter"  { enforcement_level = "hard-mandatory" }
policy "half-made" { enforcement_level = "soft-mandatory" }
policy "settled"   { enforcement_level = "advisory" }
`,
  'new-cost.sentinel': sentinel('new_cost'),
  'new-size.sentinel': sentinel('new_size'),
  'new-tags.rego': rego('new_tags'),
  'newer.sentinel': sentinel('newer'),
  'newer-tags.rego': rego('newer_tags', 'newer'),
  'stricter.sentinel': sentinel('stricter'),
  'half-made.sentinel': sentinel('half_made'),
  'settled.sentinel': sentinel('settled'),
};

/** Enough that lists have a second page. */
const OTHERS = 104;

function seed(terraform: HcpTerraform): void {
  for (let number = 1; number <= OTHERS; number += 1) {
    terraform.seedPolicy({ name: `other-${number}`, code: sentinel('other') });
  }
  const held = { enforcementLevel: 'advisory', description: 'Kept' };
  terraform.seedPolicy({ ...held, name: 'newer', code: sentinel('older') });
  terraform.seedPolicy({
    ...held,
    name: 'newer-tags',
    kind: 'opa',
    query: 'data.newer_tags.deny',
    code: rego('newer_tags', 'older'),
  });
  terraform.seedPolicy({ ...held, name: 'stricter', code: sentinel('stricter') });
  terraform.seedPolicy({ ...held, name: 'half-made', code: null });
  terraform.seedPolicy({ ...held, name: 'settled', code: sentinel('settled') });
  terraform.seedPolicySet({ name: 'base', policies: ['newer', 'settled', 'other-1'] });
  terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
}

/** What nothing tells from the code of a policy: the object store has any bytes. */
const passes: Subject['passes'] = (kind, { poses }) => kind === 'object store' && poses === true;

/** The policy that a write is for. */
const policyOf = (name: string): string | undefined =>
  /policies\/([^/]+)|\((.*)\)/.exec(name)?.slice(1).join('');

/** A policy is looked up first: never is one created that is there. */
function repeatedCreate(terraform: HcpTerraform, { name }: Asked): string[] {
  if (!CREATE.test(name)) return [];
  return terraform.policies().some((policy) => name.endsWith(`(${policy.name})`))
    ? [`${name}, which is there`]
    : [];
}

function unsound(terraform: HcpTerraform): string[] {
  const policies = terraform.policies();
  const names = policies.map(({ name }) => name);
  return [
    ...policies
      .filter(({ code, policySets }) => code === null && policySets.length > 0)
      .map(({ name, policySets }) => `${policySets.join()} holds ${name}, which has no code`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`),
  ];
}

const endOf = (terraform: HcpTerraform): End => ({
  entries: policyStates(terraform),
  others: members(terraform),
});

const CREATE = /^POST .*policies \(/;

/** Individually managed policies, as members of two policy sets. */
export const policies: Subject = {
  title: 'Policies',
  kinds: [
    ['look a name up', /^GET .*policies\?.*search/],
    ['list policies', /^GET .*policies\?/],
    ['look sets up', /^GET .*policy-sets\?/],
    ['download', /^GET .*\/download$/],
    ['object store', /^GET object store$/],
    ['create', CREATE],
    ['upload', /^PUT /],
    ['update settings', /^PATCH /],
    ['read back', /^GET \/policies\//],
    ['add members', /^POST .*relationships/],
  ],
  reading: ['list policies', 'look sets up', 'download', 'object store'],
  files,
  seed,
  inputs: () => ({ 'policy-sets': 'base, base-opa' }),
  endOf,
  unsound,
  untimely: repeatedCreate,
  passes,
  // A policy that was made is found, even if no create is ever answered.
  mayBeGreen: (kind, named) => passes(kind, named) || (kind === 'create' && hasEffect(named)),
  takesLong: () => false,
  // Or one did nothing which was answered as if it had.
  clear:
    /\b(GET|POST|PUT|PATCH|DELETE) \/api\/v2\/\S+.*( returned |: )|The server took the code, but does not have it/,
  entryOf: policyOf,
  finishes: (name, before) =>
    /^(PUT|PATCH) /.test(name) && before.some((early) => policyOf(early) === policyOf(name)),
  reported: published,
};
