import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markerLine } from '../../src/github/marker.ts';
import { COMMENT_LIMIT, renderReport, SUMMARY_LIMIT } from '../../src/report/markdown/markdown.ts';
import { anyReport, anyText, OWN_ADDRESSES } from './arbitraries.ts';
import { liveReferences, strangeMarkup } from './markdown.ts';

/** Controls, and what turns the direction of the text after it. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const limits = [COMMENT_LIMIT, SUMMARY_LIMIT, 4_000];

test('whatever the texts, a report has its own blocks and nothing that is live', () => {
  fc.assert(
    fc.property(anyReport(1), (report) => {
      const text = renderReport(report, COMMENT_LIMIT);
      expect(strangeMarkup(text, OWN_ADDRESSES)).toEqual([]);
      expect(liveReferences(text)).toEqual([]);
      expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(UNSEEN);
    }),
    { seed: 11, numRuns: 400, endOnFailure: true },
  );
});

test.each([
  { copies: 60, runs: 4 },
  { copies: 625, runs: 1 },
])('whatever the texts, a report of $copies × 8 policies keeps to its limits', ({ copies, runs }) => {
  fc.assert(
    fc.property(anyReport(copies), (report) => {
      for (const limit of limits) {
        const text = renderReport(report, limit);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
        expect(strangeMarkup(text, OWN_ADDRESSES)).toEqual([]);
      }
    }),
    { seed: 12, numRuns: runs, endOnFailure: true },
  );
});

test('whatever the key, a marker is one HTML comment on one line that leaves room for the text', () => {
  const key = anyText(100).map((text) =>
    text
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')
      .slice(0, 100)
      .toWellFormed(),
  );
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 1e14 }), fc.boolean(), (text, id, wrote) => {
      const marker = markerLine(text, { id, attempt: 999, wrote });
      expect(marker).toMatch(/^<!-- publish-terraform-policies:[^\s>]* run=\d+\.999(?: wrote)? -->$/);
      expect(marker.slice(4, -3)).not.toMatch(/--|>/);
      expect(Buffer.byteLength(`${marker}\n`)).toBeLessThanOrEqual(1_000);
    }),
    { seed: 13, numRuns: 500, endOnFailure: true },
  );
});
