import { describe, expect, test } from '@jest/globals';
import {
  errors,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from '../publish/reading.ts';
import { type GivenInputs, rego, scenario, sentinel } from '../publish/scenario.ts';
import {
  change,
  commit,
  digest,
  ofThisRun,
  owner,
  seedStamped,
  stampOf,
  stampText,
  textOf,
} from './syncing.ts';

const stamped = { stamp: 'true' };

const done = { ...nothing, exitCode: 0 };

describe('what is published with a stamp', () => {
  test('says where it comes from, and is not downloaded again, whatever the commit', async () => {
    const files = { 'cost.sentinel': `# Keeps cost down.\n\n${sentinel()}`, 'tags.rego': rego('tags') };
    const { terraform, run } = await scenario({ files });
    const result = await run(stamped);

    expect(outcome(result)).toEqual({ ...done, changed: 'true', created: 2 });
    expect(published(result).map(({ name, changes }) => [name, ...changes])).toEqual([
      ['cost', 'code', 'enforcement-level', 'description', 'stamp'],
      ['tags', 'code', 'enforcement-level', 'query', 'stamp'],
    ]);
    const [cost, tags] = terraform.policies();
    expect(textOf(cost?.description)).toBe('Keeps cost down.');
    expect(textOf(tags?.description)).toBe('');
    expect([cost, tags].map((policy) => stampOf(policy?.description))).toEqual([
      {
        ...ofThisRun,
        owner,
        prefix: '',
        path: 'cost.sentinel',
        sha256: digest(files['cost.sentinel']),
        'updated-at': cost?.updatedAt,
      },
      {
        ...ofThisRun,
        owner,
        prefix: '',
        path: 'tags.rego',
        sha256: digest(files['tags.rego']),
        'updated-at': tags?.updatedAt,
      },
    ]);
    expect(cost?.description).toContain(`(https://github.com/acme/policies/blob/${commit}/cost.sentinel "`);
    expect(writeLines(terraform).toSorted()).toEqual(
      ['cost', 'tags'].flatMap((name) => [lines.create(name), lines.upload(name), lines.update(name)]).sort(),
    );

    const before = policyStates(terraform);
    terraform.reset();
    const again = await run(stamped, { env: { GITHUB_SHA: 'feed000000000000000000000000000000000002' } });
    expect(outcome(again)).toEqual({ ...done, unchanged: 2 });
    expect(requestLines(terraform)).toEqual([lines.list()]);
    expect(policyStates(terraform)).toEqual(before);
  });

  test('is known again from a hostile path, owner and prefix', async () => {
    const path = `[a] (b) "größe"/ it's 100%/cost.sentinel`;
    const { terraform, run } = await scenario({ files: { [path]: sentinel() } });
    const inputs = { ...stamped, owner: 'acme/x//[ö] "y" ](z', 'name-prefix': 'prod-' };
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, created: 1 });
    expect(stampOf(policyStates(terraform)['prod-cost']?.description)).toMatchObject({
      owner: inputs.owner,
      prefix: 'prod-',
      path,
    });
    terraform.reset();
    expect(outcome(await run(inputs))).toEqual({ ...done, unchanged: 1 });
    expect(requestLines(terraform)).toEqual([lines.list()]);
  });

  test('has the working directory in its owner and its path from the workspace', async () => {
    const { terraform, run } = await scenario({ files: { 'terraform/policies/cost.sentinel': sentinel() } });
    await run({ ...stamped, 'working-directory': './terraform/policies/' });
    expect(stampOf(policyStates(terraform)['cost']?.description)).toMatchObject({
      owner: 'acme/policies//terraform/policies',
      path: 'terraform/policies/cost.sentinel',
    });
  });
});

describe('the stamp alone is written', () => {
  test('where there is none, or a damaged one: text, level and code stay', async () => {
    const files = {
      'bare.sentinel': sentinel('bare'),
      'damaged.sentinel': sentinel('damaged'),
      'described.sentinel': sentinel('described'),
    };
    const { terraform, run } = await scenario({ files });
    const level = { enforcementLevel: 'soft-mandatory' };
    terraform.seedPolicy({ ...level, name: 'bare', code: files['bare.sentinel'] });
    terraform.seedPolicy({
      ...level,
      name: 'described',
      code: files['described.sentinel'],
      description: 'Written\nby hand.',
    });
    seedStamped(terraform, {
      ...level,
      name: 'damaged',
      code: files['damaged.sentinel'],
      text: 'Mine.',
      stamp: { owner: '%' },
    });
    const broken = policyStates(terraform)['damaged']?.description?.replace('owner=%25', 'owner=%') ?? '';
    terraform.seedPolicy({ name: 'damaged', description: broken });
    const result = await run(stamped);

    expect(outcome(result)).toEqual({ ...done, changed: 'true', updated: 3 });
    expect(published(result).map(({ changes }) => changes)).toEqual([['stamp'], ['stamp'], ['stamp']]);
    expect(writeLines(terraform)).toEqual(['bare', 'damaged', 'described'].map(lines.update));
    const texts = { bare: '', damaged: 'Mine.', described: 'Written\nby hand.' };
    for (const { name, description, enforcementLevel, updatedAt } of terraform.policies()) {
      expect([name, textOf(description), enforcementLevel]).toEqual([
        name,
        texts[name as keyof typeof texts],
        'soft-mandatory',
      ]);
      expect(stampOf(description)).toMatchObject({ path: `${name}.sentinel`, 'updated-at': updatedAt });
    }
    terraform.reset();
    expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 3 });
    expect(requestLines(terraform)).toEqual([lines.list()]);
  });

  test('where the path or the prefix is another one now', async () => {
    const { terraform, run } = await scenario({
      files: { 'new place/moved.sentinel': sentinel('moved'), 'a-b.sentinel': sentinel('b') },
    });
    seedStamped(terraform, { name: 'moved', code: sentinel('moved'), text: 'Kept.' });
    seedStamped(terraform, { name: 'a-b', code: sentinel('b'), stamp: { prefix: 'a-' } });
    const result = await run();
    expect(published(result).map(({ name, action, changes }) => [name, action, ...changes])).toEqual([
      ['a-b', 'update', 'stamp'],
      ['moved', 'update', 'stamp'],
    ]);
    expect(writeLines(terraform)).toEqual([lines.update('a-b'), lines.update('moved')]);
    const { moved, 'a-b': b } = policyStates(terraform);
    expect(stampOf(moved?.description)).toMatchObject({ path: 'new place/moved.sentinel' });
    expect(textOf(moved?.description)).toBe('Kept.');
    expect(stampOf(b?.description)).toMatchObject({ prefix: '', path: 'a-b.sentinel' });
  });

  test('where a run was killed between upload and stamp', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('newer') } });
    seedStamped(terraform, { name: 'cost', code: sentinel('older') });
    terraform.seedPolicy({ name: 'cost', code: sentinel('newer') });
    expect(published(await run())).toMatchObject([{ action: 'update', changes: ['stamp'] }]);
    expect(stampOf(policyStates(terraform)['cost']?.description)).toMatchObject({
      sha256: digest(sentinel('newer')),
      'updated-at': terraform.policies()[0]?.updatedAt,
    });
  });
});

test('a stamp with another digest or time costs a download, edited text nothing; neither is written', async () => {
  const names = ['digest', 'text', 'time'];
  const { terraform, run } = await scenario({
    files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
  });
  seedStamped(terraform, { name: 'digest', code: sentinel('digest'), stamp: { sha256: 'f'.repeat(64) } });
  seedStamped(terraform, {
    name: 'time',
    code: sentinel('time'),
    stamp: { 'updated-at': '2020-01-01T00:00:00Z' },
  });
  seedStamped(terraform, { name: 'text', code: sentinel('text'), text: 'Before' });
  const edited = policyStates(terraform)['text']?.description?.replace('Published from', 'Somebody says:');
  terraform.seedPolicy({ name: 'text', description: `More, ${edited}` });
  const before = policyStates(terraform);

  expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 3 });
  expect(requestLines(terraform)).toEqual([
    lines.list(),
    lines.download('digest'),
    lines.object,
    lines.download('time'),
    lines.object,
  ]);
  expect(policyStates(terraform)).toEqual(before);
});

test('code that somebody else uploaded is found, for all that the stamp still says', async () => {
  const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('ours') } });
  seedStamped(terraform, { name: 'cost', code: sentinel('ours') });
  terraform.seedPolicy({ name: 'cost', code: sentinel('theirs') });
  const result = await run();
  expect(published(result)).toMatchObject([{ action: 'update', changes: ['code'], status: 'applied' }]);
  const [cost] = terraform.policies();
  expect(cost?.code?.toString()).toBe(sentinel('ours'));
  expect(stampOf(cost?.description)).toMatchObject({ 'updated-at': cost?.updatedAt });
});

test('a stated description is compared without the stamp, and written before it', async () => {
  const file = `# Keeps cost down.\n\n${sentinel()}`;
  const { terraform, run } = await scenario({ files: { 'cost.sentinel': file } });
  seedStamped(terraform, { name: 'cost', code: file, text: 'Edited by hand.' });
  const stamp = stampOf(policyStates(terraform)['cost']?.description);
  expect(published(await run())).toMatchObject([{ action: 'update', changes: ['description'] }]);
  const after = policyStates(terraform)['cost']?.description;
  expect([textOf(after), stampOf(after)]).toEqual(['Keeps cost down.', { ...ofThisRun, ...stamp }]);
});

const ways: [string, GivenInputs][] = [
  ['without stamps', {}],
  ['with stamps', stamped],
  ['while pruning', { prune: 'true' }],
  ['in a dry run', { 'dry-run': 'true' }],
];

test.each(ways)('a policy that another owner published is left alone: %s', async (_name, inputs) => {
  const { terraform, run } = await scenario({
    files: { 'cost.sentinel': sentinel('ours'), 'mine.sentinel': sentinel('mine') },
  });
  seedStamped(terraform, { name: 'cost', code: sentinel('theirs'), stamp: { owner: 'other/repository' } });
  const { cost } = policyStates(terraform);
  const result = await run({ ...inputs, 'enforcement-level': 'advisory' });

  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 1, failed: 1 });
  const [error, ...others] = errors(result);
  expect(others).toEqual([]);
  expect(error?.at).toBe('cost.sentinel');
  for (const words of ['other/repository', 'acme/policies', '`owner`', 'remove']) {
    expect(error?.message).toContain(words);
  }
  expect(published(result)).toMatchObject([
    { name: 'cost', status: 'failed', changes: [], error: expect.stringContaining('other/repository') },
    { name: 'mine', action: 'create' },
  ]);
  expect(policyStates(terraform)['cost']).toEqual(cost);
  expect(requestLines(terraform).filter((line) => line.includes('/cost'))).toEqual([]);
  expect(policyStates(terraform)['mine'] === undefined).toBe(inputs['dry-run'] === 'true');
});

test('the way out that the message names is one: the owner set to theirs, or the line removed', async () => {
  const { terraform, run } = await scenario({
    files: { 'a.sentinel': sentinel('ours'), 'b.sentinel': sentinel('ours') },
  });
  const theirs = { code: sentinel('theirs'), stamp: { owner: 'other/repository' } };
  seedStamped(terraform, { ...theirs, name: 'a' });
  expect(outcome(await run({ owner: 'other/repository' }))).toMatchObject({ exitCode: 0, updated: 1 });
  terraform.seedPolicy({ name: 'a', description: 'By hand' });
  expect(outcome(await run(stamped))).toMatchObject({ exitCode: 0, updated: 2 });
  expect(stampOf(policyStates(terraform)['a']?.description)).toMatchObject({ owner });
});

test('without `stamp` an own one is kept up to date, and no other policy gets one', async () => {
  const { terraform, folder, run } = await scenario({
    files: {
      'bare.sentinel': sentinel('newer'),
      'new.sentinel': sentinel('new'),
      'own.sentinel': sentinel('newer'),
    },
  });
  seedStamped(terraform, { name: 'own', code: sentinel('older'), text: 'Kept.' });
  terraform.seedPolicy({ name: 'bare', code: sentinel('older'), description: 'Bare' });
  const result = await run();
  expect(published(result).map(({ action, changes }) => [action, ...changes])).toEqual([
    ['update', 'code'],
    ['create', 'code', 'enforcement-level'],
    ['update', 'code'],
  ]);
  const [bare, fresh, own] = terraform.policies();
  expect([bare?.description, fresh?.description, textOf(own?.description)]).toEqual(['Bare', null, 'Kept.']);
  expect(stampOf(own?.description)).toMatchObject({
    sha256: digest(sentinel('newer')),
    'updated-at': own?.updatedAt,
  });

  await change(folder, { 'own.sentinel': null, 'moved/own.sentinel': sentinel('newer') });
  expect(published(await run())).toMatchObject([{}, { action: 'update', changes: ['stamp'] }, {}]);
});

describe('a server that', () => {
  const files = { 'cost.sentinel': sentinel('older') };

  test('counts a change of settings for an upload: costs downloads, and nothing else', async () => {
    const { terraform, folder, run } = await scenario({ files, server: { patchMovesUpdatedAt: true } });
    await run(stamped);
    terraform.reset();
    expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 1 });
    expect(requestLines(terraform)).toEqual([lines.list(), lines.download('cost'), lines.object]);
    await change(folder, { 'cost.sentinel': sentinel('newer') });
    expect(published(await run(stamped))).toMatchObject([{ action: 'update', changes: ['code'] }]);
    expect(policyStates(terraform)['cost']?.code).toBe(sentinel('newer'));
    expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 1 });
  });

  test('drops the stamp: it is written each time, the code stays right, and nothing is deleted', async () => {
    const storedDescription = (text: string) => text.replace(/\s*\[Published from .*/s, '');
    const { terraform, folder, run } = await scenario({
      files: { ...files, 'gone.sentinel': sentinel('gone') },
      server: { storedDescription },
    });
    const pruning = { prune: 'true', 'enforcement-level': 'soft-mandatory' };
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, created: 2 });
    await change(folder, { 'cost.sentinel': sentinel('newer'), 'gone.sentinel': null });
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, updated: 1, deleted: 0 });
    terraform.reset();
    expect(published(await run(pruning))).toMatchObject([{ action: 'update', changes: ['stamp'] }]);
    expect(writeLines(terraform)).toEqual([lines.update('cost')]);
    expect(policyStates(terraform)).toMatchObject({
      cost: { code: sentinel('newer'), level: 'soft-mandatory' },
      gone: { code: sentinel('gone') },
    });
  });

  test('stores descriptions with other line ends: nothing is written twice', async () => {
    const file = `# Keeps cost down,\n# all of it.\n\n${sentinel()}`;
    const storedDescription = (text: string) => `${text.replaceAll('\n', '\r\n')}\r\n`;
    const { terraform, run } = await scenario({
      files: { 'cost.sentinel': file },
      server: { storedDescription },
    });
    await run(stamped);
    terraform.reset();
    expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 1 });
    expect(requestLines(terraform)).toEqual([lines.list()]);
  });
});

test('a stamp in the comment that opens a file is no part of what it states', async () => {
  const line = stampText({
    owner: 'other/repository',
    prefix: '',
    path: 'x.sentinel',
    sha256: 'a'.repeat(64),
    'updated-at': null,
  });
  const { terraform, run } = await scenario({
    files: { 'cost.sentinel': `# Keeps cost down.\n# ${line}\n\n${sentinel()}` },
  });
  expect(outcome(await run(stamped))).toMatchObject({ exitCode: 0, created: 1 });
  expect(stampOf(policyStates(terraform)['cost']?.description)).toMatchObject({ owner });
  expect(policyStates(terraform)['cost']?.description).not.toContain('other/repository');
  terraform.reset();
  expect(outcome(await run(stamped))).toEqual({ ...done, unchanged: 1 });
});
