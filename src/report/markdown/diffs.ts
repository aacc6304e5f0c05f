import type { CodeDiff } from '../../model/code-diff.ts';
import { KINDS } from '../../model/kinds.ts';
import { amount, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { fence, folded, render } from './nodes.ts';
import { changedEntries } from './table.ts';

/** The changes of code and descriptions, each collapsed. */
export function diffBlocks(report: Report): Block[] {
  // A renamed policy keeps its code.
  return changedEntries(report).flatMap(({ name, kind, diff, description, renamed }) => [
    ...diffBlock(name, renamed === undefined ? diff : undefined, KINDS[kind].fence),
    ...diffBlock(`${name}, description`, description, 'text'),
  ]);
}

/** @param lang the language of a text that is shown in full */
function diffBlock(name: string, diff: CodeDiff | undefined, lang: string): Block[] {
  if (diff?.kind !== 'patch' && diff?.kind !== 'new') return [];
  const shown = fence(diff.kind === 'patch' ? 'diff' : lang, diff.text);
  return [{ kind: 'diff', text: render(...folded(`${name}: ${sizeOfDiff(diff)}`, shown)) }];
}

export function sizeOfDiff(diff: Extract<CodeDiff, { kind: 'patch' | 'new' }>): string {
  if (diff.kind === 'new') return `new, ${plural(diff.added, 'line')}`;
  const { added, removed, lineEnds } = diff;
  const changed =
    removed === 0
      ? `${plural(added, 'line')} added`
      : added === 0
        ? `${plural(removed, 'line')} removed`
        : `${plural(added, 'line')} added, ${amount(removed)} removed`;
  return lineEnds === undefined ? changed : `${changed}, line ends ${lineEnds}`;
}
