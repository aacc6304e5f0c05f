/** How many times faster than ours the time of a hurried process runs. */
const PACE = 100;

const script = `
  import { syncBuiltinESMExports } from 'node:module';
  import timers from 'node:timers/promises';
  const { setTimeout: later, performance: clock } = globalThis;
  const now = clock.now.bind(clock);
  clock.now = () => now() * ${PACE};
  globalThis.setTimeout = (act, delay, ...rest) => later(act, delay / ${PACE}, ...rest);
  const wait = timers.setTimeout;
  timers.setTimeout = (delay, ...rest) => wait(delay / ${PACE}, ...rest);
  syncBuiltinESMExports();`;

/** Arguments for Node, with which half a minute of retries, or of silence, is over in no time. */
export const hurry = ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
