import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markerLine } from '../../src/github/marker.ts';
import { COMMENT_LIMIT, renderReport, SUMMARY_LIMIT } from '../../src/report/markdown/markdown.ts';
import { anyReport, anyText, OWN_ADDRESSES } from './arbitraries.ts';
import { liveReferences, strangeMarkup } from './markdown.ts';

const limits = [COMMENT_LIMIT, SUMMARY_LIMIT, 4_000];

test('whatever the texts, a report has its own blocks and nothing that is live', () => {
  fc.assert(
    fc.property(anyReport(1), (report) => {
      const text = renderReport(report, COMMENT_LIMIT);
      expect(strangeMarkup(text, OWN_ADDRESSES)).toEqual([]);
      expect(liveReferences(text)).toEqual([]);
      expect(text).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
      );
    }),
    { seed: 11, numRuns: 600 },
  );
});

test.each([
  { copies: 60, runs: 10 },
  { copies: 625, runs: 3 },
])(
  'whatever the texts, a report of up to $copies × 8 policies keeps to its limits',
  ({ copies, runs }) => {
    fc.assert(
      fc.property(anyReport(copies), (report) => {
        for (const limit of limits) {
          const text = renderReport(report, limit);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
          expect(strangeMarkup(text, OWN_ADDRESSES)).toEqual([]);
        }
      }),
      { seed: 12, numRuns: runs },
    );
  },
  60_000,
);

test('whatever the key, a marker is one HTML comment on one line that leaves room for the text', () => {
  const key = anyText(100).map((text) =>
    text
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')
      .slice(0, 100)
      .toWellFormed(),
  );
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 1e14 }), (text, id) => {
      const marker = markerLine(text, { id, attempt: 999 });
      expect(marker).toMatch(/^<!-- publish-terraform-policies:[^\s>]* run=\d+\.999 -->$/);
      expect(marker.slice(4, -3)).not.toMatch(/--|>/);
      expect(Buffer.byteLength(`${marker}\n`)).toBeLessThanOrEqual(1_000);
    }),
    { seed: 13, numRuns: 500 },
  );
});
