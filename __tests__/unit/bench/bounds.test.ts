import { expect, test } from '@jest/globals';
import { fewestRequests, leastSeconds, longestChain } from '../../../bench/bounds.ts';

const nothing = { existing: 0, downloaded: 0, created: 0, uploaded: 0 };
const server = { limit: 30, latency: 100 };

test.each([
  ['a first publish of 10', { created: 10, uploaded: 10 }, { fewest: 21, chain: 3, seconds: 0.3 }],
  ['a first publish of 300', { created: 300, uploaded: 300 }, { fewest: 601, chain: 3, seconds: 20.1 }],
  ['exactly one window', { created: 14, uploaded: 15 }, { fewest: 30, chain: 3, seconds: 0.3 }],
  ['one more than a window', { created: 15, uploaded: 15 }, { fewest: 31, chain: 3, seconds: 1.1 }],
  ['nothing to do with 300', { existing: 300, downloaded: 300 }, { fewest: 303, chain: 4, seconds: 10.2 }],
  ['nothing to do with 300 stamped', { existing: 300 }, { fewest: 3, chain: 2, seconds: 0.2 }],
  [
    'three of 300 changed',
    { existing: 300, downloaded: 300, uploaded: 3 },
    { fewest: 306, chain: 5, seconds: 10.1 },
  ],
  ['a dry run of a first publish', {}, { fewest: 1, chain: 1, seconds: 0.1 }],
])('%s', (_, some, { fewest, chain, seconds }) => {
  const work = { ...nothing, ...some };
  expect(fewestRequests(work)).toBe(fewest);
  expect(longestChain(work)).toBe(chain);
  expect(leastSeconds(work, server)).toBeCloseTo(seconds);
});
