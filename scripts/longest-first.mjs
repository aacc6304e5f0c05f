import sequencer from '@jest/test-sequencer';

/** Runs first what takes longest, much of it waiting: meanwhile others work, and nothing is left to wait for in the end. */
export default class LongestFirst extends sequencer {
  sort(tests) {
    const isLong = ({ path }) => /[\\/]faults[\\/]/.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
