import { availableParallelism } from 'node:os';

/** Tests and sources are TypeScript whose types Node itself can erase, so no compiler stands in between. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.mjs' },
  // Most tests wait for a process, and those for a time to pass: half of the workers have something to do.
  maxWorkers: 2 * availableParallelism(),
  globalSetup: '<rootDir>/scripts/compile-cache.mjs',
  testSequencer: '<rootDir>/scripts/longest-first.mjs',
  // Enough for a slow machine: nothing here is about time.
  testTimeout: 1_200_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
