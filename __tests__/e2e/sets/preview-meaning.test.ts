import { expect, test } from '@jest/globals';
import { inGit } from './in-git.ts';

const inputs = { 'versioned-policy-sets': 'base: set' };

/** `name: action changes`, for what changes, and the words of the report for it. */
async function meaning(before: Record<string, string>, after: Record<string, string | null>) {
  const { publish, preview, change, github } = await inGit({ files: before });
  await publish({ ...inputs, 'create-policy-sets': 'true' });
  await change(after);
  const result = await preview(inputs);
  expect([result.exitCode, result.outputs['changed']]).toEqual([0, 'true']);
  const policies = JSON.parse(result.outputs['policies'] ?? '') as {
    name: string;
    action?: string;
    changes?: string[];
  }[];
  return {
    result,
    github,
    policies: policies.map(({ name, action, changes = [] }) =>
      `${name}: ${action} ${changes.join(', ')}`.trim(),
    ),
    needs: [...result.summary.matchAll(/^\|.*?`(\w+)`.*(?:affected by )(.*?) \|/gm)].map(
      ([, name, needs]) => `${name}: ${needs?.replaceAll('`', '')}`,
    ),
  };
}

const policy = (name: string, level = 'advisory', more = '') =>
  `policy "${name}" {\n  source = "./${name}.sentinel"\n  enforcement_level = "${level}"\n${more}}\n`;
const provided = (form: string, name: string, source: string, more = '') =>
  `import "${form}" "${name}" {\n  source = "${source}"\n${more}}\n`;
const importing = (name: string) => `import "${name}"\n\nmain = rule { ${name}.ok }\n`;
const main = 'main = rule { true }\n';

const sentinel = {
  'set/sentinel.hcl': [
    provided('module', 'outer', './modules/outer.sentinel'),
    provided('module', 'inner', './modules/inner.sentinel'),
    provided('module', 'wired', './modules/one.sentinel'),
    provided('module', 'far', 'https://example.com/far.sentinel?checksum=sha256:1'),
    provided('module', 'stays', './modules/stays.sentinel'),
    provided('static', 'prices', './prices.json', '  format = "json"\n'),
    provided('plugin', 'probe', './bin/probe', '  args = ["a"]\n'),
    'param "wide" {\n  value = 1\n}\n',
    policy('kept', 'advisory', '  params = { a = 1 }\n'),
    policy('gone', 'hard-mandatory'),
    policy('looser', 'hard-mandatory'),
    policy('stricter'),
    policy('given', 'advisory', '  params = {\n    limit = 1\n  }\n'),
    'policy "old" {\n  source = "./old.sentinel"\n  params {\n    limit = 1\n  }\n}\n',
    'policy "moved" {\n  source = "./moved.sentinel"\n}\n',
    'policy "switched" {\n  source = "./kept.sentinel"\n}\n',
    policy('deep'),
    policy('priced'),
    policy('rewired'),
    policy('remote'),
    policy('probing'),
    policy('limited'),
    policy('steady'),
  ].join('\n'),
  'set/kept.sentinel': main,
  'set/gone.sentinel': main,
  'set/looser.sentinel': `# looser\n${main}`,
  'set/stricter.sentinel': `# stricter\n${main}`,
  'set/given.sentinel': `param limit\n\n${main}`,
  'set/old.sentinel': `param limit\n\n# old\n${main}`,
  'set/moved.sentinel': `# moved\n${main}`,
  'set/deep.sentinel': importing('outer'),
  'set/priced.sentinel': importing('prices'),
  'set/rewired.sentinel': importing('wired'),
  'set/remote.sentinel': importing('far'),
  'set/probing.sentinel': importing('probe'),
  'set/limited.sentinel': `param wide\n\n${main}`,
  'set/steady.sentinel': importing('stays'),
  'set/modules/outer.sentinel': 'import "inner"\n\nok = inner.ok\n',
  'set/modules/inner.sentinel': 'ok = true\n',
  'set/modules/one.sentinel': 'ok = 1\n',
  'set/modules/two.sentinel': 'ok = 2\n',
  'set/modules/stays.sentinel': 'ok = "stays"\n',
  'set/prices.json': '{"ok": true}\n',
  'set/bin/probe': 'program\n',
};

test('of Sentinel', async () => {
  const config = sentinel['set/sentinel.hcl'];
  const { policies, needs, result, github } = await meaning(sentinel, {
    'set/sentinel.hcl': `# Another comment.\n${config
      .replace(policy('gone', 'hard-mandatory'), '')
      .replace(policy('looser', 'hard-mandatory'), policy('looser', 'soft-mandatory'))
      .replace(policy('stricter'), policy('stricter', 'hard-mandatory'))
      .replace('params = { a = 1 }', 'params   = {  a = 1 }')
      .replace('params = {\n    limit = 1', 'params = {\n    limit = 2')
      .replace('params {\n    limit = 1', 'params {\n    limit = 2')
      .replace('./moved.sentinel', './elsewhere/moved.sentinel')
      .replace('policy "switched" {\n  source = "./kept', 'policy "switched" {\n  source = "./stricter')
      .replace('./modules/one', './modules/two')
      .replace('sha256:1', 'sha256:2')
      .replace('["a"]', '["b"]')
      .replace('value = 1', 'value = 2')
      .replace('./modules/stays', './stays')}\n${policy('new', 'hard-mandatory')}`,
    'set/gone.sentinel': null,
    'set/moved.sentinel': null,
    'set/elsewhere/moved.sentinel': sentinel['set/moved.sentinel'],
    'set/modules/stays.sentinel': null,
    'set/stays.sentinel': sentinel['set/modules/stays.sentinel'],
    'set/modules/inner.sentinel': 'ok = false\n',
    'set/prices.json': '{"ok": false}\n',
    'set/new.sentinel': `# new\n${main}`,
  });
  expect(policies).toEqual([
    'kept: unchanged',
    'looser: update enforcement-level',
    'stricter: update enforcement-level',
    'given: update params',
    'old: update params',
    'moved: update source',
    'switched: update code, source',
    'deep: update',
    'priced: update',
    'rewired: update',
    'remote: update',
    'probing: update',
    'limited: update params',
    'steady: unchanged',
    'new: create',
    'gone: delete',
  ]);
  expect(needs).toEqual([
    'deep: modules/inner.sentinel',
    'priced: prices.json',
    'rewired: module "wired"',
    'remote: module "far"',
    'probing: plugin "probe"',
  ]);
  const alerts = [...result.summary.matchAll(/^> \*\*(.*?)\*\*: (.*)/gm)].map(
    ([, title, text]) => `${title}: ${text}`,
  );
  expect(alerts).toEqual([
    'Enforcement would end: `gone` (**hard-mandatory**).',
    'Enforcement would get looser: `looser` (hard-mandatory → **soft-mandatory**).',
    'Enforcement would get stricter: `stricter` (advisory → **hard-mandatory**).',
    'Would be newly enforced at a mandatory level: `new` (**hard-mandatory**).',
  ]);
  expect(result.summary).toContain('`elsewhere/moved.sentinel`, moved from `moved.sentinel`');
  // The tree, and a blob each for the configuration, a module and the prices: another file has what is gone.
  expect(github.requests).toHaveLength(4);
});

test('of a file that becomes a plugin, and nothing else', async () => {
  const config = (form: string) => `${provided(form, 'probe', './probe')}\n${policy('probing')}`;
  const files = { 'set/probe': '{}\n', 'set/probing.sentinel': importing('probe') };
  const { policies, result } = await meaning(
    { ...files, 'set/sentinel.hcl': config('static') },
    { 'set/sentinel.hcl': config('plugin') },
  );
  expect(policies).toEqual(['probing: update']);
  expect(result.summary).toContain('`probe` (file mode only)');
});

const opaPolicy = (name: string, query: string, level = 'advisory') =>
  `policy "${name}" {\n  query = "${query}"\n  enforcement_level = "${level}"\n}\n`;
const rego = (name: string, text = 'true') =>
  `package ${name}\n\nimport rego.v1\n\ndeny contains "no" if ${text}\n`;

const opa = {
  'set/policies.hcl': [
    opaPolicy('kept', 'data.kept.deny'),
    opaPolicy('parts', 'data.parts.deny', 'mandatory'),
    opaPolicy('left', 'data.left.deny'),
    opaPolicy('lib', 'data.uses.deny'),
    opaPolicy('asks', 'data.asks.deny'),
    opaPolicy('data', 'data.limits.deny'),
    opaPolicy('less', 'data.less.deny'),
    opaPolicy('moved', 'data.moved.deny'),
  ].join('\n'),
  'set/kept.rego': rego('kept'),
  'set/parts/a.rego': rego('parts'),
  'set/parts/b.rego': rego('parts', '1 == 1'),
  'set/left/a.rego': rego('left'),
  'set/left/b.rego': rego('left', '1 == 1'),
  'set/uses.rego': rego('uses', 'data.lib.bad(input)'),
  'set/lib/a.rego': 'package lib\n\nimport rego.v1\n\nbad(x) if x.a\n',
  'set/lib/b.rego': 'package lib\n\nimport rego.v1\n\nbad(x) if x.b\n',
  'set/asks.rego': `${rego('asks')}\ndeny_all contains "no"\n`,
  'set/limits.rego': rego('limits', 'input.n > data.most.n'),
  'set/most/data.json': '{"n": 1}\n',
  'set/less.rego': rego('less', 'input.n < data.least.n'),
  'set/least/data.json': '{"n": 2}\n',
  'set/moved.rego': rego('moved'),
};

test('of OPA, whose files depend on each other by what they declare', async () => {
  const { policies, needs } = await meaning(opa, {
    'set/policies.hcl': null,
    'set/policies.json': JSON.stringify({
      policy: Object.fromEntries(
        [
          ...opa['set/policies.hcl'].matchAll(
            /policy "(\w+)" \{\n {2}query = "(.*)"\n {2}enforcement_level = "(.*)"/g,
          ),
        ].map(([, name, query, level]) => [
          name,
          { query: query?.replace('asks.deny', 'asks.deny_all'), enforcement_level: level },
        ]),
      ),
    }),
    'set/parts/b.rego': null,
    'set/left/b.rego': rego('other', '1 == 1'),
    'set/lib/b.rego': null,
    'set/most/data.json': '{"n": 3}\n',
    'set/least/data.json': null,
    'set/moved.rego': null,
    'set/elsewhere/moved.rego': opa['set/moved.rego'],
  });
  expect(policies).toEqual([
    'kept: unchanged',
    'parts: update',
    'left: update',
    'lib: update',
    'asks: update query',
    'data: update',
    'less: update',
    'moved: unchanged',
  ]);
  expect(needs).toEqual([
    'parts: parts/b.rego',
    'left: left/b.rego',
    'lib: lib/b.rego',
    'data: most/data.json',
    'less: least/data.json',
  ]);
});
