import { readFileSync } from 'node:fs';
import { ApiError } from '../../src/tfe/api-error.ts';
import * as events from '../support/events.ts';
import type { SetSituation } from './set-situation.ts';

type Files = Readonly<Record<string, string | Buffer>>;

const lines = (...all: string[]) => `${all.join('\n')}\n`;
const push = { event: events.push() };
const dryRun = { 'dry-run': 'true' };

const policyBlock = (name: string, level: string, more: readonly string[] = []) =>
  lines(
    `policy "${name}" {`,
    `  source            = "./policies/${name}.sentinel"`,
    `  enforcement_level = "${level}"`,
    ...more.map((line) => `  ${line}`),
    '}',
  );

const moduleBlock = (name: string) =>
  lines(`import "module" "${name}" {`, `  source = "./modules/${name}.sentinel"`, '}');

const policyCode = (words: string, limit = 5) =>
  lines(
    'import "tfplan/v2" as tfplan',
    'import "plan"',
    '',
    `# ${words}`,
    `limit = ${limit}`,
    '',
    'violations = filter plan.resources(tfplan) as _, change {',
    '  length(change.change.after.tags else {}) < limit',
    '}',
    '',
    'main = rule { length(violations) is 0 }',
  );

const moduleCode = (word = 'managed') =>
  lines(
    'resources = func(tfplan) {',
    '  return filter tfplan.resource_changes as _, change {',
    `    change.mode is "${word}" and change.change.actions is not ["no-op"]`,
    '  }',
    '}',
  );

const LEVELS = {
  'require-encryption': 'hard-mandatory',
  'restrict-regions': 'soft-mandatory',
  'require-tags': 'soft-mandatory',
  'limit-instance-sizes': 'advisory',
};

type Levels = Readonly<Record<string, string>>;

const configuration = (levels: Levels, more: Readonly<Record<string, readonly string[]>> = {}) =>
  [
    moduleBlock('plan'),
    ...Object.entries(levels).map(([name, level]) => policyBlock(name, level, more[name])),
  ].join('\n');

/** A Sentinel library: policies and a module that they need. */
const libraryOf = (levels: Levels, folder = 'policies/aws'): Files => ({
  [`${folder}/sentinel.hcl`]: configuration(levels),
  [`${folder}/modules/plan.sentinel`]: moduleCode(),
  ...Object.fromEntries(
    Object.keys(levels).map((name) => [
      `${folder}/policies/${name}.sentinel`,
      policyCode(`What ${name} asks for.`),
    ]),
  ),
});

const library = libraryOf(LEVELS);

const rego = (name: string, tag = 'owner') =>
  lines(
    `package terraform.${name}`,
    '',
    'import rego.v1',
    '',
    'import data.lib.resources',
    '',
    'deny contains message if {',
    '  some change in resources.changed(input.plan)',
    `  not change.change.after.tags.${tag}`,
    `  message := sprintf("%s has no tag ${tag}", [change.address])`,
    '}',
  );

const regoConfiguration = (levels: Levels, rules: Levels = {}) =>
  Object.entries(levels)
    .map(([name, level]) =>
      lines(
        `policy "${name}" {`,
        `  query             = "data.terraform.${name}.${rules[name] ?? 'deny'}"`,
        `  enforcement_level = "${level}"`,
        '}',
      ),
    )
    .join('\n');

const regoLibrary: Files = {
  'policies/azure/policies.hcl': regoConfiguration({ tags: 'mandatory', regions: 'advisory' }),
  'policies/azure/tags.rego': rego('tags'),
  'policies/azure/regions.rego': rego('regions', 'region'),
  'policies/azure/lib/resources.rego': lines(
    'package lib.resources',
    '',
    'import rego.v1',
    '',
    'changed(plan) := [change | some change in plan.resource_changes]',
  ),
};

const without = (files: Files, ...names: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

const guardrails = { 'versioned-policy-sets': 'aws-guardrails: policies/aws' };
const onAzure = { 'versioned-policy-sets': 'azure-guardrails: policies/azure' };
const both = {
  'versioned-policy-sets': 'aws-guardrails: policies/aws\nazure-guardrails: policies/azure',
};
const attached = { global: false, workspaces: 3, projects: 1, hasTagSelectors: false };
const agents = (toolVersion: string) => ({ toolVersion, agentEnabled: true, policiesPath: undefined });

/** A set that holds what was published from these files. */
const holding = (published: Files, more: object = {}) => ({ published, scope: attached, ...more });

/** One set whose folder was as `before` when it was published, and is as `after` now. */
const changing = (before: Files, after: Files, more: object = {}) => ({
  files: after,
  inputs: { ...guardrails, ...dryRun },
  sets: { 'aws-guardrails': holding(before, more) },
});

const numbered = (count: number, start: string) =>
  Array.from({ length: count }, (_, index) => `${start}-${String(index + 1).padStart(4, '0')}`);

const fiveNames = ['aws', 'azure', 'gcp', 'network', 'cost'];
const five = {
  files: Object.assign({}, ...fiveNames.map((name) => libraryOf(LEVELS, `policies/${name}`))) as Files,
  inputs: {
    'versioned-policy-sets': fiveNames.map((name) => `${name}-guardrails: policies/${name}`).join('\n'),
  },
};
const fiveHeld = Object.fromEntries(fiveNames.map((name) => [`${name}-guardrails`, holding(five.files)]));

const changed: Files = {
  ...without(library, 'policies/aws/policies/limit-instance-sizes.sentinel'),
  'policies/aws/sentinel.hcl': configuration({
    'require-encryption': 'soft-mandatory',
    'restrict-regions': 'hard-mandatory',
    'require-tags': 'soft-mandatory',
    'require-private-subnets': 'hard-mandatory',
  }),
  'policies/aws/policies/require-private-subnets.sentinel': policyCode('No public address.'),
  'policies/aws/policies/require-tags.sentinel': policyCode('What require-tags asks for.', 9),
};

const apiError = (status: number, method: string, path: string, detail: string) =>
  new ApiError(
    { method, path: `/api/v2${path}` },
    status,
    [{ title: 'refused', detail, pointer: undefined }],
    'f3c0a7d2-5b1e',
  );

const HOSTILE =
  '`x` ``` <img src=x onerror=y> </details> | @octocat @acme/owners #1 GH-2 acme/policies#3 https://evil.example [a](b) ![i](j) *b* _i_ ~~s~~ $m$ \u202eevil\u202c ::error::x ##[error]y';

/** A folder like the largest public library. */
const large = (policies: number, files: number, limit = 5): Files => {
  const names = numbered(policies, 'cis-benchmark-for-some-service-of-the-cloud');
  const others = numbered(files, 'policy-of-another-benchmark-with-a-long-name');
  return {
    'policies/aws/sentinel.hcl': configuration(
      Object.fromEntries(names.map((name) => [name, 'hard-mandatory'])),
    ),
    'policies/aws/modules/plan.sentinel': moduleCode(),
    ...Object.fromEntries(
      names.map((name) => [
        `policies/aws/policies/${name}.sentinel`,
        policyCode(`What ${name} asks for.`, limit),
      ]),
    ),
    ...Object.fromEntries(
      others.map((name) => [`policies/aws/benchmarks/${name}.sentinel`, 'main = rule { true }\n']),
    ),
  };
};

const sixty = (limit: number) => large(60, 0, limit);

const moved = (files: Files): Files => ({
  ...without(files, 'policies/aws/README.md', 'policies/aws/benchmark.json'),
  'policies/aws/docs/README.md': '# Guardrails\n',
  'policies/aws/docs/benchmark.json': '{"version": "1.4"}\n',
});

const withDocuments: Files = {
  ...library,
  'policies/aws/README.md': '# Guardrails\n',
  'policies/aws/benchmark.json': '{"version": "1.4"}\n',
};

const plugin = (kind: 'plugin' | 'module'): Files => ({
  ...library,
  'policies/aws/sentinel.hcl': `${configuration(LEVELS)}\nimport "${kind}" "prices" {\n  source = "./plugins/prices"\n}\n`,
  'policies/aws/plugins/prices': kind === 'plugin' ? 'main = 1\n' : 'main = 1\n',
});

const unusual = (which: 'before' | 'after'): Files => ({
  ...library,
  'policies/aws/logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, which === 'before' ? 1 : 2]),
  'policies/aws/prices.csv': lines(
    ...Array.from({ length: 3_000 }, (_, index) => `t3.size-${index},${which === 'before' ? 1 : 2}`),
  ),
  'policies/aws/notes.txt': which === 'before' ? 'One.\nTwo.\n' : 'One.\r\nTwo.\r\n',
  [`policies/aws/data-${which}.bin`]: Buffer.from([0, 0xff, 0x0a, 0xfe, which === 'before' ? 1 : 2]),
  ...(which === 'before' ? { 'policies/aws/old.json': lines('{', '  "old": true', '}') } : {}),
});

const queried = (rule: string): Files => ({
  ...regoLibrary,
  'policies/azure/policies.hcl': regoConfiguration(
    { tags: 'mandatory', regions: 'advisory' },
    { tags: rule },
  ),
  'policies/azure/tags.rego': `${rego('tags')}\nviolations := deny\n`,
});

const parameterized = (value: number, source: string): Files => ({
  ...library,
  'policies/aws/policies/require-tags-of-teams.sentinel': policyCode('Each team has tags of its own.'),
  'policies/aws/policies/limit.sentinel': lines('param limit', '', 'main = rule { limit > 1 }'),
  'policies/aws/sentinel.hcl': [
    configuration(LEVELS).replace('./policies/require-tags.sentinel', `./policies/${source}.sentinel`),
    lines(
      'policy "limit" {',
      '  source            = "./policies/limit.sentinel"',
      '  enforcement_level = "hard-mandatory"',
      `  params            = { limit = ${value} }`,
      '}',
    ),
  ].join('\n'),
});

/** Two clouds that share modules: each is configured in a folder of its own, with sources that lead out of it. */
const shared = (level: string): Files => {
  const configured = (cloud: string, levels: Levels) =>
    configuration(levels).replaceAll('./modules/', '../modules/').replaceAll('./policies/', `./${cloud}-`);
  return {
    'policies/sentinel.hcl': configuration({ 'of-no-cloud': 'advisory' }),
    'policies/modules/plan.sentinel': moduleCode(),
    'policies/aws/sentinel.hcl': `${configured('aws', { tags: level })}\npolicy "unstated" {\n}\n`,
    'policies/aws/aws-tags.sentinel': policyCode('Tags on AWS.'),
    'policies/aws/unstated.sentinel': policyCode('What nothing says where it is.'),
    'policies/azure/sentinel.hcl': configured('azure', { tags: 'advisory' }),
    'policies/azure/azure-tags.sentinel': policyCode('Tags on Azure.'),
  };
};

const example = (name: string): string =>
  readFileSync(new URL(`../../examples/terraform/policies/${name}.policy.hcl`, import.meta.url), 'utf8');

/** A program as one for Linux begins. */
const program = (version: number): Buffer =>
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...Array<number>(14).fill(version), 0x3e, 0, 0xff, version]);

const withPlugin = lines(
  'policy {',
  '  plugins {',
  '    names = { source = "../plugins/bin/names" }',
  '  }',
  '}',
  '',
  'resource_policy "aws_*" "naming" {',
  '  enforcement_level = "mandatory_overridable"',
  '  enforce {',
  '    condition = plugin::names::is_kebab_case(attrs.name)',
  '  }',
  '}',
);

/** Terraform's own policies, and a plugin beside them. */
const terraformLibrary: Files = {
  'policies/tf/sets/databases.policy.hcl': example('databases'),
  'policies/tf/sets/sources.policy.hcl': example('sources'),
  'policies/tf/sets/tags.policy.hcl': example('tags'),
  'policies/tf/sets/names.policy.hcl': withPlugin,
  'policies/tf/plugins/bin/names': program(1),
};

/** One policy says something else, one is looser, one is gone, one is new; an input and a plugin change, too. */
const changedTerraform: Files = {
  ...terraformLibrary,
  'policies/tf/sets/databases.policy.hcl': example('databases')
    .replace('"deletion_protection_kept" {', '"deletion_protection" {')
    .replace('"encrypted_and_private" {', '"encrypted_and_private" {\n  enforcement_level = "advisory"'),
  'policies/tf/sets/sources.policy.hcl': example('sources').replace('"./"', '"."'),
  'policies/tf/sets/tags.policy.hcl': example('tags').replace('"advisory"\n}', '"mandatory"\n}'),
  'policies/tf/plugins/bin/names': program(2),
};

const ofTerraform = {
  inputs: { 'versioned-policy-sets': 'tf-baseline: policies/tf//sets', ...dryRun },
  kind: 'tfpolicy',
  settings: { toolVersion: '0.4.0', agentEnabled: true, policiesPath: 'sets' },
};

const hostileTerraform: Files = {
  'policies/tf/a.policy.hcl': lines(
    `input ${JSON.stringify(HOSTILE)} {`,
    '  type = string',
    '}',
    `resource_policy ${JSON.stringify(HOSTILE)} ${JSON.stringify(HOSTILE)} {`,
    '  enforcement_level = core::try("|`<img src=x>@octocat`", attrs.x)',
    '  enforce {',
    '    condition = attrs.x',
    '  }',
    '}',
  ),
};

/** Each is rendered as a comment to a file of this name. */
export const setSituations: Readonly<Record<string, SetSituation>> = {
  'sets-first-publish-dry-run': {
    files: library,
    inputs: { ...guardrails, ...dryRun, 'create-policy-sets': 'true' },
  },
  'sets-first-publish': { files: library, inputs: { ...guardrails, 'create-policy-sets': 'true' }, ...push },
  'sets-first-publish-opa-dry-run': {
    files: regoLibrary,
    inputs: { ...onAzure, ...dryRun, 'create-policy-sets': 'true' },
  },
  'sets-first-publish-opa': {
    files: regoLibrary,
    inputs: { ...onAzure, 'create-policy-sets': 'true', 'policy-tool-version': '1.4.2' },
    ...push,
  },
  'sets-nothing-to-do': {
    files: library,
    inputs: guardrails,
    sets: { 'aws-guardrails': holding(library) },
    ...push,
  },
  'sets-nothing-to-do-of-5': { ...five, sets: fiveHeld, ...push },
  'sets-changes-dry-run': changing(library, changed, { settings: agents('0.40.0') }),
  'sets-changes': {
    files: changed,
    inputs: guardrails,
    sets: { 'aws-guardrails': holding(library) },
    ...push,
  },
  'sets-module-changed': changing(library, {
    ...library,
    'policies/aws/modules/plan.sentinel': moduleCode('data'),
  }),
  'sets-params-and-sources-changed': changing(
    parameterized(5, 'require-tags'),
    parameterized(9, 'require-tags-of-teams'),
  ),
  'sets-query-changed': {
    files: queried('violations'),
    inputs: { ...onAzure, ...dryRun },
    sets: { 'azure-guardrails': holding(queried('deny'), { kind: 'opa', settings: agents('1.4.2') }) },
  },
  'sets-configured-below-dry-run': {
    files: shared('hard-mandatory'),
    inputs: { ...dryRun, 'versioned-policy-sets': 'aws: policies//aws\nazure: policies//azure' },
    sets: { aws: holding(shared('advisory')), azure: holding(shared('hard-mandatory')) },
  },
  'sets-first-publish-terraform-dry-run': {
    files: terraformLibrary,
    inputs: { ...ofTerraform.inputs, 'create-policy-sets': 'true', 'policy-tool-version': '0.4.0' },
  },
  'sets-terraform-changes-dry-run': {
    files: changedTerraform,
    inputs: ofTerraform.inputs,
    sets: { 'tf-baseline': holding(terraformLibrary, ofTerraform) },
  },
  'hostile-terraform-policies': {
    files: hostileTerraform,
    inputs: { 'versioned-policy-sets': 'hostile: policies/tf', 'create-policy-sets': 'true' },
    ...push,
  },
  'sets-files-only-moved': changing(withDocuments, moved(withDocuments)),
  'sets-mode-only': changing(plugin('module'), plugin('plugin')),
  'sets-unusual-files': changing(unusual('before'), unusual('after')),
  'sets-not-known-somebody-else': {
    ...changing(library, changed, {
      stamped: { content: { version: 'polsetver-Wd5Rt8Kp2Nv6Bq1Z', digest: 'd'.repeat(64) } },
    }),
  },
  'sets-not-known-commit-gone': changing(library, changed, {
    unreadable: {
      cause: 'the tree of commit beef000 cannot be read: GitHub returned 404 (Not Found)',
      advice:
        'Add `contents: read` to the `permissions:` of the job. If it already has that, the commit is no longer in the repository, for example after a force push.',
    },
  }),
  'sets-not-known-other-content': {
    ...changing(library, changed, {
      stamped: { content: { version: 'polsetver-cb1VPVyo1RRiJ5V0', digest: 'e'.repeat(64) } },
    }),
  },
  'sets-not-known-published': {
    files: changed,
    inputs: guardrails,
    sets: {
      'aws-guardrails': holding(library, {
        unreadable: {
          cause: 'commit beef000, from which it was published, cannot be read: `github-token` is empty',
          advice: 'Set it to a token with `contents: read`.',
        },
      }),
    },
    ...push,
  },
  'sets-adopted-dry-run': {
    files: library,
    inputs: { ...guardrails, ...dryRun, 'adopt-policy-sets': 'true' },
    sets: { 'aws-guardrails': { scope: attached } },
  },
  'sets-adopted': {
    files: library,
    inputs: { ...guardrails, 'adopt-policy-sets': 'true' },
    sets: { 'aws-guardrails': { scope: { ...attached, workspaces: undefined, hasTagSelectors: true } } },
    ...push,
  },
  'sets-one-refused-of-3': {
    files: { ...five.files },
    inputs: {
      ...dryRun,
      'versioned-policy-sets':
        'aws-guardrails: policies/aws\nazure-guardrails: policies/azure\ngcp-guardrails: policies/gcp',
    },
    sets: {
      'aws-guardrails': { origin: { versioned: false, vcs: false, policies: 12, other: undefined } },
      'azure-guardrails': holding(five.files),
      'gcp-guardrails': holding(libraryOf({ ...LEVELS, 'require-tags': 'advisory' }, 'policies/gcp')),
    },
  },
  'sets-version-failed': {
    files: changed,
    inputs: guardrails,
    sets: { 'aws-guardrails': holding(library) },
    failures: { 'aws-guardrails': { errored: `sentinel.hcl:3: no such source: ${HOSTILE}` } },
    ...push,
  },
  'sets-another-publisher-was-faster': {
    files: changed,
    inputs: guardrails,
    sets: { 'aws-guardrails': holding(library) },
    failures: { 'aws-guardrails': { overtakenBy: 'polsetver-Wd5Rt8Kp2Nv6Bq1Z' } },
    ...push,
  },
  'sets-created-and-failed': {
    files: library,
    inputs: { ...guardrails, 'create-policy-sets': 'true' },
    failures: {
      'aws-guardrails': {
        upload: apiError(
          422,
          'POST',
          '/policy-sets/polset-Zq8Wn3Hs6JpY1Xc0/versions',
          'Policy set versions are not available',
        ),
      },
    },
    ...push,
  },
  'sets-several-mixed': {
    files: { ...five.files, ...changed, ...without(regoLibrary, 'none'), 'policies/azure/sentinel.hcl': '' },
    inputs: {
      'versioned-policy-sets': [
        'aws-guardrails: policies/aws',
        'gcp-guardrails: policies/gcp',
        'network-guardrails: policies/network',
        'cost-guardrails: policies/cost',
      ].join('\n'),
      'create-policy-sets': 'true',
    },
    sets: {
      'aws-guardrails': holding(five.files),
      'gcp-guardrails': holding(five.files),
      'network-guardrails': holding(libraryOf({ 'require-encryption': 'advisory' }, 'policies/network')),
    },
    failures: { 'network-guardrails': { errored: 'sentinel.hcl:3: no such source' } },
    ...push,
  },
  'sets-of-both-kinds': {
    files: { ...library, ...regoLibrary },
    inputs: { ...both, ...dryRun, 'create-policy-sets': 'true' },
    sets: {
      'azure-guardrails': holding({ ...regoLibrary, ...library }, { kind: 'opa', settings: agents('1.4.2') }),
    },
  },
  'sets-tool-version': {
    files: library,
    inputs: { ...guardrails, ...dryRun, 'policy-tool-version': '0.40.0' },
    sets: { 'aws-guardrails': holding(library) },
  },
  'sets-tool-version-published': {
    files: library,
    inputs: { ...guardrails, 'policy-tool-version': '0.40.0' },
    sets: { 'aws-guardrails': holding(library, { settings: agents('0.36.1') }) },
    ...push,
  },
  'sets-older-sentinel': {
    files: parameterized(5, 'require-tags'),
    inputs: { ...guardrails, ...dryRun },
    sets: { 'aws-guardrails': holding(library, { settings: agents('0.18.4') }) },
  },
  'sets-drift': {
    files: five.files,
    inputs: { ...five.inputs, 'expect-no-changes': 'true' },
    sets: {
      ...fiveHeld,
      'aws-guardrails': holding({ ...five.files, ...changed }),
      'gcp-guardrails': { ...fiveHeld['gcp-guardrails'], stamped: { content: undefined } },
    },
  },
  'sets-checks-only-for-a-fork': {
    files: library,
    inputs: guardrails,
    event: events.forkPullRequest(),
  },
  'sets-problems-with-files': {
    files: {
      ...without(library, 'policies/aws/policies/require-tags.sentinel'),
      'policies/aws/policies/restrict-regions.sentinel': '<<<<<<< HEAD\nmain = rule { true }\n',
      'policies/aws/policies/require-encryption.sentinel': 'import "plan"\n\nallowed = rule { true }\n',
      'policies/aws/modules/plan.sentinel': 'resources = func( {\n',
      ...without(regoLibrary, 'policies/azure/lib/resources.rego'),
    },
    inputs: both,
  },
  'sets-many-problems-with-files': {
    files: {
      ...large(30, 0),
      ...Object.fromEntries(
        numbered(30, 'cis-benchmark-for-some-service-of-the-cloud').map((name) => [
          `policies/aws/policies/${name}.sentinel`,
          'import "tfplan-functions"\n\nmain = rule { true }\n',
        ]),
      ),
      'policies/aws/common/tfplan-functions.sentinel': 'one = 1\n',
    },
    inputs: guardrails,
  },
  'sets-warnings': {
    files: parameterizedWithout(),
    inputs: { ...guardrails, ...dryRun },
    sets: {
      'aws-guardrails': holding(library, {
        scope: { global: false, workspaces: 0, projects: 0, hasTagSelectors: false },
      }),
    },
  },
  'sets-global-and-older-run': {
    files: changed,
    inputs: { ...guardrails, ...dryRun },
    sets: {
      'aws-guardrails': holding(library, {
        scope: { ...attached, global: true },
        stamped: {
          run: { server: 'github.com', repository: 'acme/policies', id: 2002, attempt: 1 },
        },
      }),
    },
  },
  'hostile-sets': {
    files: {
      'a|b `c` <img src=x> @octocat/sentinel.hcl': configuration({
        'require-tags': 'hard-mandatory',
      }).replace('./policies/require-tags.sentinel', './policies/a `b` | <img src=x>.sentinel'),
      'a|b `c` <img src=x> @octocat/policies/a `b` | <img src=x>.sentinel': policyCode(HOSTILE),
      'a|b `c` <img src=x> @octocat/modules/plan.sentinel': moduleCode(),
      'a|b `c` <img src=x> @octocat/[a](b) #1 *b* _i_ $m$ ~~s~~.md': lines('```', HOSTILE),
    },
    inputs: { 'versioned-policy-sets': 'hostile: a|b `c` <img src=x> @octocat' },
    sets: {
      hostile: holding({
        'a|b `c` <img src=x> @octocat/sentinel.hcl': configuration({
          'require-tags': 'hard-mandatory',
          'a `b` | <img src=x> @octocat': 'hard-mandatory',
        }),
        'a|b `c` <img src=x> @octocat/policies/require-tags.sentinel': policyCode('One.'),
        'a|b `c` <img src=x> @octocat/policies/a `b` | <img src=x> @octocat.sentinel': policyCode('One.'),
        'a|b `c` <img src=x> @octocat/modules/plan.sentinel': moduleCode(),
      }),
    },
    failures: { hostile: { upload: apiError(422, 'POST', '/policy-sets/x/versions', HOSTILE) } },
    ...push,
  },
  'hostile-set-paths': {
    files: {
      ...library,
      'policies/aws/@octocat `a`\n::error::x': 'One.\n',
      'policies/aws/a\\b | c': 'One.\n',
    },
    inputs: guardrails,
  },
  'sets-60-changed-files': changing(sixty(5), sixty(6)),
  'too-long-sets-281-policies': {
    files: large(281, 2_400),
    inputs: { ...guardrails, ...dryRun, 'create-policy-sets': 'true' },
  },
  'too-long-sets-281-changed': changing(large(281, 2_400), large(281, 2_400, 9)),
};

function parameterizedWithout(): Files {
  const files = parameterized(5, 'require-tags');
  const text = String(files['policies/aws/sentinel.hcl']);
  return { ...files, 'policies/aws/sentinel.hcl': text.replace(/ *params .*\n/, '') };
}
