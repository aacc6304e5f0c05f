import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { members, type PolicyState, policyStates } from '../e2e/publish/reading.ts';
import { type Files, rego, sentinel } from '../e2e/publish/scenario.ts';
import { type RunOptions, type RunResult, runAction } from '../support/run-action.ts';
import { workspace } from '../support/workspace.ts';

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

export type End = {
  readonly policies: Record<string, PolicyState>;
  readonly members: Record<string, string[]>;
};

/** Everything that a run is about, without what no two servers have alike. */
export const endOf = (terraform: HcpTerraform): End => ({
  policies: policyStates(terraform),
  members: members(terraform),
});

export type Organization = {
  readonly terraform: HcpTerraform;
  run(options?: Partial<Omit<RunOptions, 'workspace'>>): Promise<RunResult>;
};

const token = 'terraform-token';

/** An organization of its own, gone when `act` is done: what one run does no other sees. */
export async function inOrganization<T>(
  server: HcpTerraformOptions,
  act: (organization: Organization) => Promise<T>,
): Promise<T> {
  const terraform = await startHcpTerraform({ rateLimit: null, tokens: [token], ...server });
  seed(terraform);
  const folder = await repository();
  const run: Organization['run'] = (options = {}) =>
    runAction({
      // Longer than all retries of one request take.
      timeout: 300_000,
      ...options,
      workspace: folder,
      inputs: {
        organization: 'acme',
        token,
        hostname: terraform.url,
        comment: 'never',
        'policy-sets': 'base, base-opa',
        ...options.inputs,
      },
    });
  try {
    return await act({ terraform, run });
  } finally {
    await terraform.close();
  }
}

let made: Promise<string> | undefined;

/** One for all, since no run changes it. */
function repository(): Promise<string> {
  made ??= workspace(files);
  return made;
}
