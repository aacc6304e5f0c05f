import sequencer from '@jest/test-sequencer';

/** Runs last what keeps many processes at work at once, so that it slows no other test down. */
export default class LongestLast extends sequencer {
  sort(tests) {
    const isHeavy = ({ path }) => /[\\/]faults[\\/]/.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter((test) => !isHeavy(test)), ...sorted.filter(isHeavy)];
  }
}
