import type { HcpTerraform, HcpTerraformOptions } from '../../../sandbox/hcp-terraform/server.ts';
import type { VersionedPolicySetSnapshot } from '../../../sandbox/hcp-terraform/snapshot.ts';
import type { RunResult } from '../../support/run-action.ts';
import { bodies, lines, requestLines } from '../publish/reading.ts';
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

/** As a Go program for Linux on ARM64 begins. */
export const program = (version = 1): Buffer => {
  const bytes = Buffer.alloc(64, version);
  bytes.write('\x7fELF', 'latin1');
  bytes.writeUInt16LE(0xb7, 18);
  return bytes;
};

/** Terraform's own policies: two files, one with an input that decides the level, one with a plugin. */
export const terraformLibrary: Files = {
  'tf/policies/storage.policy.hcl': `policy {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0.0, < 7.0.0" }
  }
}

input "level" {
  type    = string
  default = "advisory"
}

resource_policy "aws_s3_bucket" "encrypted" {
  enforce {
    condition = core::try(attrs.encrypted, false)
  }
}

resource_policy "aws_*" "tagged" {
  enforcement_level = input.level
  enforce {
    condition     = core::length(attrs.tags) > 0
    error_message = "Set tags, as in \${meta.address}."
  }
}
`,
  'tf/policies/modules.policy.hcl': `policy {
  plugins {
    tool = {
      source = "../bin/tool"
    }
  }
}

module_policy "*" "known" {
  enforcement_level = "mandatory_overridable"
  enforce {
    condition = plugin::tool::known(meta.source)
  }
}
`,
  'tf/policies/storage.policytest.hcl': 'policytest {\n  targets = ["./storage.policy.hcl"]\n}\n',
  'tf/bin/tool': program(),
};

/** A library, and a server on which a version is ready soon. */
export const publishing = (files: Files = library, server: HcpTerraformOptions = {}) =>
  scenario({ files, server: { ingressDelay: 20, ...server } });

/** Both: what one folder holds is no matter to the other. */
export const libraries: Files = { ...library, ...regoLibrary };

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

/** A line of `steps` for each thing that is asked about a set. */
export const asks = {
  find: (set: string) =>
    `GET /organizations/acme/policy-sets?include=current_version,newest_version&page[number]=1&page[size]=100&search[name]=${set}`,
  create: (set: string) => `POST /organizations/acme/policy-sets (${set})`,
  version: lines.createVersion,
  archive: lines.archive,
  poll: lines.showVersion,
  read: (set: string) => `GET /policy-sets/${set}?include=current_version,newest_version`,
  settle: (set: string) => `PATCH /policy-sets/${set}`,
  parameters: (set: string) => `GET /policy-sets/${set}/parameters?page[number]=1&page[size]=100`,
} as const;

/** What a publish to a set asks once the set is there. */
export const upload = (set: string): string[] => [
  asks.version(set),
  asks.archive(set),
  asks.poll(set),
  asks.read(set),
  asks.settle(set),
];

/** What was asked, in order. How often it was asked whether a version is ready is up to the server. */
export const steps = (terraform: HcpTerraform): string[] =>
  requestLines(terraform).filter(
    (line, index, all) => line !== all[index - 1] || !line.startsWith('GET /policy-set-versions/'),
  );

/** The attributes that each request of this method to a set sent. */
export const sentAttributes = (
  terraform: HcpTerraform,
  method: 'POST' | 'PATCH',
): Record<string, unknown>[] =>
  bodies(terraform, method, /\/policy-sets(\/polset-\w+)?$/).map(
    (body) => (body as { data: { attributes: Record<string, unknown> } }).data.attributes,
  );

/** What the log says of errors or warnings, each with its place: those that say the same are one line there. */
export const logged = ({ lines: all }: RunResult, level: 'error' | 'warning'): string[] =>
  all
    .filter((line) => line.startsWith(`${level}: `))
    .map((line) => line.slice(level.length + 2))
    .flatMap((line) => {
      const [, what, places] = ALIKE.exec(line) ?? [];
      return places?.split(', ').map((place) => `${place.replace(/ \(.*/, '')}: ${what}`) ?? line;
    });

/** `Broken symbolic link. In a, b (detail).` */
const ALIKE = /^(.*?) In (\S+(?: \([^)]*\))?(?:, \S+(?: \([^)]*\))?)+)\.$/;

/** A description without its last paragraph, the stamp. */
export const wordsOf = (description: string | null): string =>
  (description ?? '').split('\n\n').slice(0, -1).join('\n\n');
