import type { HcpTerraform, HcpTerraformOptions } from '../../../sandbox/hcp-terraform/server.ts';
import type { VersionedPolicySetSnapshot } from '../../../sandbox/hcp-terraform/snapshot.ts';
import type { RunResult } from '../../support/run-action.ts';
import { type Files, scenario } from '../publish/scenario.ts';

/** A Sentinel library: two policies, a module, a static import and a parameter. */
export const library: Files = {
  'policies/sentinel.hcl': `
import "module" "tags" {
  source = "./modules/tags.sentinel"
}

policy "cost" {
  source            = "./cost.sentinel"
  enforcement_level = "hard-mandatory"
}

policy "size" {
  source = "./size.sentinel"
  params = { limit = 5 }
}
`,
  'policies/cost.sentinel': 'import "tags"\n\nmain = rule { tags.ok }\n',
  'policies/size.sentinel': 'param limit\n\nmain = rule { limit > 1 }\n',
  'policies/modules/tags.sentinel': 'ok = true\n',
};

/** The same for OPA: two files of one package, and a query that asks for both. */
export const regoLibrary: Files = {
  'rego/policies.hcl': `
policy "tags" {
  query             = "data.terraform.deny"
  enforcement_level = "mandatory"
}
`,
  'rego/tags.rego':
    'package terraform\n\nimport rego.v1\n\nimport data.lib\n\ndeny contains "no" if lib.bad(input)\n',
  'rego/lib/lib.rego': 'package lib\n\nimport rego.v1\n\nbad(x) if x.plan\n',
};

/** A library, and a server on which a version is ready soon. */
export const publishing = (files: Files = library, server: HcpTerraformOptions = {}) =>
  scenario({ files, server: { ingressDelay: 20, ...server } });

export const asBase = { 'versioned-policy-sets': 'base: policies' };
export const asNewBase = { ...asBase, 'create-policy-sets': 'true' };

/** One object of the output `policy-sets`. */
export interface PublishedSet {
  readonly name: string;
  readonly id: string | null;
  readonly kind: string;
  readonly path: string;
  readonly action: string;
  readonly changes: readonly string[];
  readonly version: string | null;
  readonly digest: string;
  readonly status: string;
  readonly error: string | null;
}

export const publishedSets = ({ outputs }: RunResult): PublishedSet[] =>
  JSON.parse(outputs['policy-sets'] ?? '') as PublishedSet[];

/** @throws Error where there is no such set */
export const setOf = (terraform: HcpTerraform, name = 'base'): VersionedPolicySetSnapshot =>
  terraform.policySet(name);

/** Path, mode and text of what is in force. */
export const contentOf = (terraform: HcpTerraform, name = 'base') =>
  setOf(terraform, name).files.map((file) =>
    'bytes' in file ? [file.path, file.mode.toString(8), file.bytes.toString()] : [file.path, 'link'],
  );

/** The values of the stamp in a description. */
export function stampOf(description: string | null): Record<string, string> {
  const title = /"publish-terraform-policies\/1 ([^"]*)"\)$/.exec(description ?? '')?.[1] ?? '';
  return Object.fromEntries(
    title.split(' ').map((pair) => [pair.split('=')[0] ?? '', decodeURIComponent(pair.split('=')[1] ?? '')]),
  );
}
