import type { Problem } from '../model/problem.ts';

/** Any error while reading a file is reported for this file, and does not hide the problems of others. */
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
        'This is a bug in the action: please report it. To publish the other files, add this one to `exclude`.',
    });
  }
}
