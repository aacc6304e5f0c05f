import path from 'node:path';
import { literalPattern } from '../inputs/patterns.ts';
import { advisesExclude, type Problem } from '../model/problem.ts';
import type { Folder } from './find-files.ts';

/**
 * Adds the patterns if the advice is to add a file to `exclude`: the code that finds problems does not know the folder
 * that patterns are relative to. Above that folder, `exclude` is relative to the workspace (docs/behavior.md#patterns).
 */
export function withExcludePatterns({ workspace, root }: Folder): (problem: Problem) => Problem {
  const below = path.relative(workspace, root).replaceAll(path.sep, '/');
  const patternOf = (file: string) =>
    literalPattern(below !== '' && file.startsWith(`${below}/`) ? file.slice(below.length + 1) : file);
  return (problem) => {
    if (!advisesExclude(problem)) return problem;
    const files = problem.exclude ?? problem.place?.file ?? [];
    return { ...problem, exclude: [files].flat().map(patternOf) };
  };
}
