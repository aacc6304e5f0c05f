import { ApiError, ConnectionError } from '../../src/tfe/api-error.ts';
import * as events from '../support/events.ts';
import { aPolicy, aSet } from '../unit/builders.ts';
import type { Situation } from './situation.ts';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

/** A Sentinel policy with a rule of its own, so that a change of one line has lines around it. */
const sentinel = (limit: number) =>
  lines(
    'import "tfrun"',
    'import "decimal"',
    '',
    '# Monthly cost that a run may add, in dollars.',
    `limit = decimal.new(${limit})`,
    '',
    'delta = rule {',
    '  decimal.new(tfrun.cost_estimate.delta_monthly_cost).less_than(limit)',
    '}',
    '',
    'main = rule { delta }',
  );

const rego = (name: string, tag = 'owner') =>
  lines(
    `package ${name}`,
    '',
    'import input.plan as plan',
    '',
    'deny contains message if {',
    '  some change in plan.resource_changes',
    `  not change.change.after.tags["${tag}"]`,
    `  message := sprintf("%s has no tag ${tag}", [change.address])`,
    '}',
  );

const sized = (count: number) =>
  lines(...Array.from({ length: count }, (_, index) => `# Line ${index + 1}`), 'main = rule { true }');

const same = (names: readonly string[]) => ({
  files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(100)])),
  policies: names.map((name) => ({ name, code: sentinel(100) })),
});

const numbered = (count: number, start: string) =>
  Array.from({ length: count }, (_, index) => `${start}-${String(index + 1).padStart(4, '0')}`);

const threeNew = {
  files: {
    'policies/cost-limit.sentinel': sentinel(100),
    'policies/required-tags.rego': rego('required_tags'),
    'policies/allowed-regions.sentinel': sentinel(9),
  },
} satisfies Situation;

const mixed = {
  files: {
    ...threeNew.files,
    'policies/network/open-ports.sentinel': sentinel(25),
    'policies/network/dns.rego': rego('dns'),
  },
  policies: [
    { name: 'cost-limit', code: sentinel(50), enforcementLevel: 'soft-mandatory' },
    { name: 'open-ports', code: sentinel(25), enforcementLevel: 'hard-mandatory' },
    { name: 'dns', kind: 'opa', query: 'data.dns.deny', code: rego('dns'), enforcementLevel: 'mandatory' },
  ],
} satisfies Situation;

/** Five policies of both kinds and every level, all with the code that the files have. */
const levels = {
  files: {
    'cost.sentinel': sentinel(1),
    'ports.sentinel': sentinel(2),
    'regions.sentinel': sentinel(3),
    'tags.sentinel': sentinel(4),
  },
  policies: [
    { name: 'cost', code: sentinel(1), enforcementLevel: 'advisory' },
    { name: 'ports', code: sentinel(2), enforcementLevel: 'soft-mandatory' },
    { name: 'regions', code: sentinel(3), enforcementLevel: 'hard-mandatory' },
    { name: 'tags', code: sentinel(4), enforcementLevel: 'soft-mandatory' },
  ],
} satisfies Situation;

const push = events.push();
const dryRun = { 'dry-run': 'true' };
const published = { event: push };

const apiError = (status: number, method: string, path: string, detail?: string, request = 'f3c0a7d2-5b1e') =>
  new ApiError(
    { method, path: `/api/v2${path}` },
    status,
    detail === undefined ? [] : [{ title: 'refused', detail, pointer: undefined }],
    request,
  );

const HOSTILE =
  '`x` ``` <img src=x onerror=y> </details> | @octocat @acme/owners #1 GH-2 acme/policies#3 https://evil.example [a](b) ![i](j) *b* _i_ ~~s~~ $m$ c0ffee0000000000000000000000000000000009 \u202eevil\u202c ::error::x ##[error]y';

/** Each is rendered as a comment to a file of this name. */
export const situations: Readonly<Record<string, Situation>> = {
  'nothing-to-do': { ...same(['cost-limit', 'open-ports', 'required-tags']), ...published },
  'nothing-to-do-dry-run': { ...same(['cost-limit', 'open-ports', 'required-tags']), inputs: dryRun },
  'nothing-to-do-3000': { ...same(numbered(3_000, 'policy')), ...published },
  'first-publish-dry-run': { ...threeNew, inputs: dryRun },
  'first-publish': { ...threeNew, ...published },
  'mixed-dry-run': { ...mixed, inputs: dryRun },
  mixed: { ...mixed, ...published },
  'update-of-code': {
    files: { 'cost.sentinel': sentinel(100), 'tags.rego': rego('tags', 'owner') },
    policies: [
      { name: 'cost', code: sentinel(50), enforcementLevel: 'soft-mandatory' },
      { name: 'tags', kind: 'opa', query: 'data.tags.deny', code: rego('tags', 'team') },
    ],
    inputs: dryRun,
  },
  'update-of-level-stricter': { ...levels, inputs: { ...dryRun, 'enforcement-level': 'hard-mandatory' } },
  'update-of-level-looser': { ...levels, inputs: { ...dryRun, 'enforcement-level': 'advisory' } },
  'update-of-level-both-ways': { ...levels, inputs: { ...dryRun, 'enforcement-level': 'soft-mandatory' } },
  'update-of-level-published': {
    ...levels,
    ...published,
    inputs: { 'enforcement-level': 'soft-mandatory' },
  },
  'update-of-level-of-many': {
    files: same(numbered(40, 'policy')).files,
    policies: same(numbered(40, 'policy')).policies.map((policy) => ({
      ...policy,
      enforcementLevel: 'hard-mandatory',
    })),
    inputs: { ...dryRun, 'enforcement-level': 'advisory' },
  },
  'update-of-policy-sets': {
    ...same(['cost', 'ports']),
    files: { ...same(['cost', 'ports']).files, 'regions.sentinel': sentinel(3) },
    policySets: [
      aSet({ name: 'production', policyIds: [aPolicy({ name: 'cost' }).id] }),
      aSet({ name: 'staging' }),
    ],
    inputs: { ...dryRun, 'policy-sets': 'production\nstaging' },
  },
  'newly-enforced-of-14': {
    files: same(numbered(14, 'policy')).files,
    policySets: [aSet({ name: 'production' })],
    inputs: { ...dryRun, 'policy-sets': 'production', 'enforcement-level': 'hard-mandatory' },
  },
  'newly-enforced': {
    files: {
      'cost.sentinel': sentinel(1),
      'ports.sentinel': sentinel(2),
      'tags.sentinel': sentinel(3),
      'sentinel.hcl': lines(
        'policy "cost" {',
        '  enforcement_level = "hard-mandatory"',
        '}',
        'policy "ports" {}',
        'policy "tags" {',
        '  enforcement_level = "advisory"',
        '}',
      ),
    },
    policies: [{ name: 'ports', code: sentinel(2), enforcementLevel: 'soft-mandatory' }],
    policySets: [aSet({ name: 'production' }), aSet({ name: 'staging' })],
    inputs: { 'policy-sets': 'production\nstaging' },
    ...published,
  },
  'update-of-settings': {
    files: {
      'cost.sentinel': sentinel(1),
      'ports.sentinel': sentinel(2),
      'tags.rego': rego('tags'),
      'regions.rego': rego('regions'),
      'sentinel.hcl': lines(
        'policy "cost" {',
        '  description = "Cost of a run, in dollars a month."',
        '}',
        'policy "ports" {',
        '  description = "Ports that are open."',
        '}',
      ),
      'policies.hcl': lines(
        'policy "tags" {',
        '  query = "data.tags.deny"',
        '}',
        'policy "regions" {',
        '  query = "data.regions.deny"',
        '}',
      ),
    },
    policies: [
      { name: 'cost', code: sentinel(1), description: 'Cost of a run.\n\nAsk @octocat.' },
      { name: 'ports', code: sentinel(2) },
      { name: 'tags', kind: 'opa', query: HOSTILE, code: rego('tags') },
      { name: 'regions', kind: 'opa', query: 'data.regions.violations', code: rego('regions') },
    ],
    inputs: dryRun,
  },
  'update-of-query': {
    files: { 'tags.rego': rego('tags') },
    policies: [{ name: 'tags', kind: 'opa', query: null, code: rego('tags') }],
    inputs: dryRun,
  },
  'some-failed': {
    ...mixed,
    ...published,
    failures: {
      'cost-limit': {
        error: apiError(422, 'PUT', '/policies/pol-cost-limit/upload', 'parse error on line 3: expected ")"'),
      },
    },
  },
  'failed-before-the-level': {
    ...levels,
    ...published,
    inputs: { 'enforcement-level': 'soft-mandatory' },
    failures: { cost: { error: apiError(500, 'PATCH', '/policies/pol-cost') } },
  },
  'all-failed': {
    ...threeNew,
    ...published,
    failures: Object.fromEntries(
      ['cost-limit', 'required-tags', 'allowed-regions'].map((name) => [
        name,
        { error: apiError(403, 'POST', '/organizations/acme/policies', 'forbidden', name) },
      ]),
    ),
  },
  'failed-after-being-created': {
    ...threeNew,
    ...published,
    failures: {
      'cost-limit': {
        wrote: true,
        error: new ConnectionError(
          { method: 'PUT', path: '/api/v2/policies/pol-cost-limit/upload' },
          Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
        ),
      },
    },
  },
  'problems-with-inputs': {
    ...threeNew,
    inputs: { parallelism: 'many', 'dry-run': 'perhaps', 'enforcement-level': 'strict' },
  },
  'problem-without-a-token': { ...threeNew, inputs: { token: undefined }, event: push },
  'problems-with-files': {
    files: {
      'good.sentinel': sentinel(1),
      'empty.sentinel': '',
      'lib/module.sentinel': 'func is_big(x) { return x > 3 }\n',
      'binary.sentinel': Buffer.from([0x6d, 0xff, 0xfe, 0x00]),
      'größe.sentinel': sentinel(3),
      'a b/tags [new].rego': 'allow := true\n',
      'x/cost.sentinel': sentinel(1),
      'y/cost.sentinel': sentinel(2),
    },
  },
  'problems-with-sentinel': {
    files: {
      'aws/sentinel.hcl':
        'module "report" {\n  source = "./report.sentinel"\n}\nparam "limit" {\n  value = 3\n}\npolicy "cost" {}\npolicy "tags" {}\npolicy "names" {}\npolicy "sizes" {}\n',
      'aws/report.sentinel': 'x = 1\n',
      'aws/cost.sentinel': lines(
        'import "report"',
        'param limit',
        'param days',
        'main = rule { limit > days }',
      ),
      'aws/tags.sentinel': lines('main = rule {', '  length(tags', '}'),
      'aws/names.sentinel': lines('main = rule { true }', 'Names are checked below.'),
      'aws/sizes.sentinel': lines('<<<<<<< HEAD', 'main = 1', '=======', 'main = 2', '>>>>>>> topic'),
      'plain.sentinel': lines('import "lib/report"', 'main = rule { report.x }'),
    },
    inputs: dryRun,
  },
  'problems-alike': {
    files: {
      ...Object.fromEntries(numbered(30, 'module').map((name) => [`lib/${name}.sentinel`, 'x = 1\n'])),
      'empty.sentinel': '',
      'tags.rego': '',
    },
    inputs: dryRun,
  },
  'problems-of-one-cause': {
    files: {
      'aws/sentinel.hcl': lines(
        'module "report" {',
        '  source = "./modules/report.sentinel"',
        '}',
        'import "static" "prices" {',
        '  source = "./prices.json"',
        '  format = "json"',
        '}',
        ...numbered(13, 'policy').map((name) => `policy "${name}" {}`),
        'policy "policy-0001-again" {',
        '  source = "./policy-0001.sentinel"',
        '}',
      ),
      'aws/modules/report.sentinel': 'x = 1\n',
      ...Object.fromEntries(
        numbered(13, 'policy').map((name, index) => [
          `aws/${name}.sentinel`,
          lines(
            ...(index < 10 ? ['import "report"'] : []),
            ...(index === 3 ? ['import "prices"'] : []),
            ...(index > 7 ? [`import "library-${index}"`] : []),
            'main = rule { true }',
          ),
        ]),
      ),
    },
    inputs: dryRun,
  },
  'warnings-alike': {
    files: {
      'sentinel.hcl': lines(
        ...numbered(5, 'remote').map(
          (name) => `policy "${name}" { source = "https://example.com/${name}.sentinel" }`,
        ),
        'policy "cost" {}',
      ),
      'cost.sentinel': sentinel(1),
      ...Object.fromEntries(
        numbered(4, 'tags').map((name) => [
          `${name}.rego`,
          lines(
            `package ${name.replace('-', '_')}`,
            '',
            `import data.lib.${name.replace('-', '_')}`,
            '',
            'deny contains "x" if { true }',
          ),
        ]),
      ),
    },
    inputs: dryRun,
  },
  'problem-of-the-other-kind': {
    files: { 'cost.rego': rego('cost') },
    policies: [{ name: 'cost', code: sentinel(1) }],
    inputs: dryRun,
  },
  'problem-with-no-files': { files: { 'README.md': 'Nothing here.\n' } },
  'problem-with-policy-sets': {
    ...threeNew,
    policySets: [aSet({ name: 'production', vcs: true })],
    inputs: { ...dryRun, 'policy-sets': 'production\nProduktion' },
  },
  'api-answers-401': {
    ...threeNew,
    inputs: dryRun,
    unreadable: apiError(401, 'GET', '/organizations/acme/policies?page[size]=100', 'unauthorized'),
  },
  'api-answers-404': {
    ...threeNew,
    inputs: dryRun,
    unreadable: apiError(404, 'GET', '/organizations/acme/policies?page[size]=100', 'not found'),
  },
  'checks-only-for-a-fork': { ...threeNew, event: events.forkPullRequest() },
  'checks-only-for-an-unknown-head': { ...threeNew, event: events.issueComment(), inputs: dryRun },
  'unknown-head-that-was-to-publish': { ...threeNew, event: events.issueComment() },
  'preview-only-for-its-branch': {
    ...threeNew,
    event: events.push({ branch: 'release/1' }),
    inputs: { 'dry-run': 'auto' },
  },
  'preview-only-for-a-hostile-branch': {
    ...threeNew,
    event: events.push({ branch: HOSTILE.replaceAll(' ', '_') }),
    inputs: { 'dry-run': 'auto' },
  },
  'checks-only-for-dependabot': {
    ...threeNew,
    event: events.dependabotPullRequest(),
    inputs: { token: undefined },
  },
  'checks-only-without-a-token': {
    ...threeNew,
    inputs: { ...dryRun, token: undefined, 'enforcement-level': 'advisory' },
  },
  'checks-only-with-problems': {
    files: { ...threeNew.files, 'empty.sentinel': '' },
    event: events.forkPullRequest(),
  },
  warnings: {
    files: {
      'cost.sentinel': sentinel(1),
      'tags.rego': lines('package tags', '', 'import data.lib.tags', '', 'deny contains "x" if { true }'),
    },
    policySets: [aSet({ name: 'production' })],
    inputs: { ...dryRun, 'policy-sets': 'production' },
  },
  'notices-of-renamed-files': {
    files: {
      'cost limit (monthly).sentinel': sentinel(1),
      'tags v2.sentinel': sentinel(2),
      'notes.md': 'Not a policy.\n',
    },
    inputs: { ...dryRun, policies: '*' },
  },
  'new-policies-short-and-long': {
    files: {
      'one-line.sentinel': 'main = rule { true }\n',
      'sixty-lines.sentinel': sized(59),
      'sixty-one-lines.sentinel': sized(60),
    },
    inputs: dryRun,
  },
  'diffs-of-unusual-files': {
    files: {
      'carriage-returns.sentinel': sentinel(1).replaceAll('\n', '\r\n'),
      'carriage-returns-and-a-limit.sentinel': sentinel(2).replaceAll('\n', '\r\n'),
      'carriage-returns-on-both-sides.sentinel': sentinel(2).replaceAll('\n', '\r\n'),
      'a-return-by-itself.sentinel': sentinel(1).replace(' in', ' \rin'),
      'mixed-line-ends.sentinel': sentinel(2).replace('\n', '\r\n'),
      'new-with-carriage-returns.sentinel': sentinel(1).replaceAll('\n', '\r\n'),
      'byte-order-mark.sentinel': `\ufeff${sentinel(1)}`,
      'no-newline-at-the-end.sentinel': sentinel(1).trimEnd(),
      'fences.sentinel': lines(
        '# ```diff',
        '# ````',
        '/*',
        '```',
        '</details>',
        '@octocat #1',
        '*/',
        'main = rule { 2 }',
      ),
      'direction.sentinel': lines('# \u202eevil\u202c \u2066x\u2069', 'main = rule { 2 }'),
      'was-binary.sentinel': sentinel(1),
      'huge.sentinel': sized(3_000).replaceAll('Line', 'Row'),
    },
    policies: [
      { name: 'carriage-returns', code: sentinel(1) },
      { name: 'carriage-returns-and-a-limit', code: sentinel(1) },
      { name: 'carriage-returns-on-both-sides', code: sentinel(1).replaceAll('\n', '\r\n') },
      { name: 'a-return-by-itself', code: sentinel(1) },
      { name: 'mixed-line-ends', code: sentinel(1) },
      { name: 'byte-order-mark', code: sentinel(1) },
      { name: 'no-newline-at-the-end', code: sentinel(1) },
      { name: 'fences', code: lines('# ```', 'main = rule { 1 }') },
      { name: 'direction', code: lines('# evil x', 'main = rule { 1 }') },
      { name: 'was-binary', code: Buffer.from([0, 0xff, 0x0a, 0xfe]) },
      { name: 'huge', code: sized(3_000) },
    ],
    inputs: dryRun,
  },
  'too-long-600-changed': {
    files: Object.fromEntries(
      numbered(600, 'policy').map((name) => [`policies/of/some/team/${name}.sentinel`, sentinel(100)]),
    ),
    policies: numbered(600, 'policy').map((name) => ({ name, code: sentinel(50) })),
    inputs: dryRun,
  },
  'too-long-400-problems': {
    files: {
      ...Object.fromEntries(
        numbered(400, 'policy').map((name) => [`policies/of/some/team/${name}.sentinel`, sentinel(1)]),
      ),
      'policies/of/some/team/sentinel.hcl': numbered(400, 'policy')
        .map((name) => `policy "${name}" {\n  enforcement_level = "level of ${name}"\n}\n`)
        .join(''),
    },
  },
  'hostile-names-and-errors': {
    files: {
      'cost.sentinel': lines(`# ${HOSTILE}`, 'main = rule { 1 }'),
      [`${HOSTILE.replaceAll('/', '_')}/a.sentinel`]: sentinel(1),
      'b.sentinel': sentinel(2),
    },
    policies: [
      { name: 'cost', code: lines('```', HOSTILE) },
      { name: 'b', code: sentinel(2), enforcementLevel: HOSTILE },
    ],
    policySets: [aSet({ name: HOSTILE })],
    inputs: { 'policy-sets': HOSTILE, organization: 'acme' },
    failures: { a: { error: apiError(422, 'POST', '/organizations/acme/policies', HOSTILE) } },
    event: push,
  },
  'hostile-problems': {
    files: { [`${HOSTILE.replaceAll('/', '_')}.sentinel`]: '' },
    inputs: { 'enforcement-level': HOSTILE },
  },
  'without-a-repository': {
    ...mixed,
    inputs: dryRun,
    event: { name: 'workflow_dispatch', payload: {}, env: {} },
    env: { GITHUB_REPOSITORY: undefined, GITHUB_SHA: undefined, GITHUB_RUN_ID: undefined },
  },
  'on-enterprise-servers': {
    ...mixed,
    inputs: { ...dryRun, hostname: 'tfe.example.com', organization: 'platform' },
    env: { GITHUB_SERVER_URL: 'https://github.example.com' },
  },
};

/** Those whose job summary is worth reading, too: it holds what the comment has no room for. */
export const summaries = ['too-long-600-changed', 'too-long-400-problems'] as const;
