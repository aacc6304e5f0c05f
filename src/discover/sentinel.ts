import type { Problem } from '../problem.ts';
import { outline, SENTINEL } from './outline.ts';

/** What makes a Sentinel file no policy: Sentinel runs the rule `main`, so there has to be one. */
export function checkSentinel(source: string, file: string): Problem[] {
  if (/(^|[;\n])[ \t]*main[ \t]*=(?!=)/.test(outline(source, SENTINEL))) return [];
  return [
    {
      message: 'The Sentinel file has no `main` rule, so it is no policy.',
      place: { file },
      advice: 'Add `main = rule { … }`; if it is a module or a mock, add it to `exclude`.',
    },
  ];
}
