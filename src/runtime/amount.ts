/** `3,000`. Does not use Intl, whose data is slow to load. */
export const amount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 policy`, `3,000 files`. */
export const plural = (count: number, noun: string): string =>
  `${amount(count)} ${count === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
