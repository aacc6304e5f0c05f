/** Longer texts are not compared, because that takes time proportional to the square of their length. */
const LONGEST = 100;

/** Things sorted by how much two texts of each differ, and the first one if its texts are almost the same. */
export function byNearness<T>(
  things: readonly T[],
  textsOf: (thing: T) => readonly [string, string],
): { readonly sorted: readonly T[]; readonly almost: T | undefined } {
  const measured = things.map((thing) => {
    const [one, other] = textsOf(thing);
    return { thing, distance: distanceOf(one, other), most: Math.max(one.length, other.length) / 3 };
  });
  measured.sort((a, b) => a.distance - b.distance);
  const [first] = measured;
  return {
    sorted: measured.map(({ thing }) => thing),
    almost: first !== undefined && first.distance <= first.most ? first.thing : undefined,
  };
}

/** The Levenshtein distance: the number of characters to add, remove or replace. */
function distanceOf(one: string, other: string): number {
  if (one.length > LONGEST || other.length > LONGEST) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (other[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
