/** `3,000`. Without Intl, whose data would be loaded for this alone. */
export const amount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
