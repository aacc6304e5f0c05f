/** Tests and sources are TypeScript whose types Node itself can erase, so no compiler stands in between. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.mjs' },
  // Most tests wait for a process: all cores, not all but one.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/scripts/longest-last.mjs',
  // Enough for a slow machine: nothing here is about time.
  testTimeout: 1_200_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
