/** What the work costs this process, in milliseconds, however busy the machine is. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Time that grows with the size is 4, with its square 16. */
export const LINEAR = 8;

/** Milliseconds. */
const NEGLIGIBLE = 3;

/** A busy machine can slow the larger work alone: what looks like more than linear is measured so often. */
const MOST_MEASURES = 3;

/**
 * How many times as long the work takes for four times the size: the best of five of each. The size has to be one for
 * which the work takes some milliseconds; less is counted as three, as it is the clock and the collector that vary there.
 */
export async function growth(size: number, prepare: (size: number) => () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_MEASURES && least >= LINEAR; round++)
    least = Math.min(least, await measure(size, prepare));
  return least;
}

async function measure(size: number, prepare: (size: number) => () => unknown): Promise<number> {
  const best = async (work: () => unknown) => {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) least = Math.min(least, await cpuTime(work));
    return Math.max(least, NEGLIGIBLE);
  };
  const [once, four] = [prepare(size), prepare(4 * size)];
  await once();
  return (await best(four)) / (await best(once));
}
