import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { GitHub } from '../../src/github/client.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { COMMENT_LIMIT, SUMMARY_LIMIT } from '../../src/report/markdown/markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { deliver } from '../../src/run/deliver.ts';
import type { Job } from '../../src/run/job.ts';
import { NEVER_CANCELLED } from '../../src/runtime/cancellation.ts';
import { Log } from '../../src/runtime/log.ts';
import { Secrets } from '../../src/runtime/secrets.ts';
import { parseLog } from '../support/commands.ts';
import { parseOutputs } from '../support/outputs.ts';
import { workspace } from '../support/workspace.ts';
import { aContext, anEntry } from '../unit/builders.ts';
import { anyReport, anyText, OWN_ADDRESSES } from './arbitraries.ts';
import { liveReferences, strangeMarkup } from './markdown.ts';

let printed = '';

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['GITHUB_OUTPUT'];
});

/** Lines that the runner could take for a command; it ends lines at returns, too (docs/github.md#log-commands). */
const obeyed = (log: string) => log.split(/[\r\n]/).filter((line) => /^\s*::|##\[/.test(line));

const OURS = /^::(debug|group|endgroup|error|warning|notice|set-output)\b/;

test('whatever is logged, no line is a command that is not ours', async () => {
  const log = new Log(new Secrets());
  jest.replaceProperty(process, 'env', { ...process.env, RUNNER_DEBUG: '1' });
  await fc.assert(
    fc.asyncProperty(anyText(), async (text) => {
      printed = '';
      log.info(text);
      expect(obeyed(printed)).toEqual([]);
      log.debug(text);
      await log.group(text, async () => undefined);
      expect(parseLog(printed).commands.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['group', 'endgroup']),
      );
      expect(obeyed(printed).filter((line) => !OURS.test(line))).toEqual([]);
    }),
    { seed: 21, numRuns: 1_000, endOnFailure: true },
  );
});

type Delivered = { comment: string; summary: string; outputs: Record<string, string>; log: string };

/** Delivers a report to a pull request of which only the comments are there. */
async function delivered(report: Report, secrets: Secrets): Promise<Delivered> {
  const folder = await workspace({ output: '', summary: '' });
  process.env['GITHUB_OUTPUT'] = join(folder, 'output');
  printed = '';
  let comment = '';
  const octokit = {
    graphql: async () => ({ viewer: { login: 'github-actions[bot]' } }),
    paginate: async () => [],
    rest: {
      issues: {
        listComments: async () => ({ data: [] }),
        createComment: async ({ body }: { body: string }) => {
          comment = body;
          return { data: { id: 1, html_url: 'https://github.com/acme/policies/pull/1#issuecomment-1' } };
        },
      },
    },
  };
  const viewer = async () => ({ login: 'github-actions[bot]', known: true });
  const github = { owner: 'acme', repo: 'policies', octokit, viewer } as unknown as GitHub;
  const inputs = readInputs({
    INPUT_ORGANIZATION: 'acme',
    'INPUT_PULL-REQUEST': '1',
    'INPUT_COMMENT-KEY': 'ä'.repeat(100),
  });
  const job: Job = {
    inputs,
    context: aContext(),
    checkout: undefined,
    github: async () => github,
    log: new Log(secrets),
    secrets,
    summaryFile: join(folder, 'summary'),
    cancellation: NEVER_CANCELLED,
  };
  await deliver(report, job);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const result = { comment, summary: read('summary'), outputs: parseOutputs(read('output')), log: printed };
  writeFileSync(join(folder, 'output'), '');
  return result;
}

test('whatever the report, what is delivered keeps to every limit and obeys nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyReport(1), async (report) => {
      const { comment, summary, outputs, log } = await delivered(report, new Secrets());
      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_LIMIT);
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_LIMIT);
      expect(comment.replace(/^<!--.*-->\n/, '')).toBe(outputs['summary']);
      for (const text of [outputs['summary'] ?? '', summary]) {
        expect(strangeMarkup(text, OWN_ADDRESSES)).toEqual([]);
        expect(liveReferences(text)).toEqual([]);
      }
      expect(Array.isArray(JSON.parse(outputs['policies'] ?? ''))).toBe(true);
      expect(obeyed(log).filter((line) => !OURS.test(line))).toEqual([]);
    }),
    { seed: 22, numRuns: 150, endOnFailure: true },
  );
});

const secretText = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189._-+/~=%&<>"\'\\|*@# ä'),
  minLength: 12,
  maxLength: 40,
});

const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'in a URI': encodeURIComponent,
  'in a URI, lower case': (secret) =>
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  'in Base64': (secret) => Buffer.from(secret).toString('base64'),
  'in Base64 behind another byte': (secret) => Buffer.from(`x:${secret}`).toString('base64'),
  'in Base64 behind two bytes': (secret) => Buffer.from(`u${secret}`).toString('base64'),
  'in Base64 for URIs': (secret) => Buffer.from(secret).toString('base64url'),
};

test.each(Object.keys(FORMS))('no secret shows, wherever a report holds it: %s', async (form) => {
  const shape = FORMS[form] ?? ((secret: string) => secret);
  await fc.assert(
    fc.asyncProperty(secretText, anyText(3), async (padded, around) => {
      const secret = `s${padded.trim()}s`;
      const secrets = new Secrets();
      secrets.add(secret);
      const shown = shape(secret);
      const text = `${around} ${shown} ${around}`;
      const place = { file: `a/${shown}.sentinel` };
      const failure = { message: text, place, advice: text };
      const base = await fc.sample(anyReport(1), { seed: 23, numRuns: 1 })[0];
      const report: Report = {
        ...(base as Report),
        entries: [
          anEntry({ name: text, path: place.file, joins: [text], status: 'failed', error: failure }),
          anEntry({ name: 'b', diff: { kind: 'new', text, added: 1 } }),
        ],
        problems: [],
        warnings: [failure],
        notices: [failure],
      };
      const { comment, summary, outputs, log } = await delivered(report, secrets);
      // The ends of what is encoded depend on what is around it.
      const core = shown.length > 20 ? shown.slice(4, -6) : shown;
      for (const place of [comment, summary, JSON.stringify(outputs), ...Object.values(outputs), log]) {
        expect(place.includes(shown)).toBe(false);
        expect(place.replaceAll(/[\\\u200b]/g, '').includes(core.replaceAll('\\', ''))).toBe(false);
      }
    }),
    { seed: 24, numRuns: 25, endOnFailure: true },
  );
});
