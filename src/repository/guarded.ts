import type { Problem } from '../model/problem.ts';

/** Whatever goes wrong with one file is said of this file, and does not hide what there is to say of others. */
export async function guarded<T>(read: () => Promise<T>, failed: (problem: Problem) => T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RangeError) {
      return failed({
        message: `The file could not be read: it is too large or too deeply nested (${error.message}).`,
        advice: 'Simplify it, or add it to `exclude`.',
      });
    }
    return failed({
      message: `The file could not be processed: ${String(error)}.`,
      advice:
        'This is an error of the action: please report it. To publish the other files, add this one to `exclude`.',
    });
  }
}
