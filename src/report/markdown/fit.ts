/** A part of a text that has to fit: what it is, and what it is called where there is no room. */
export type Block =
  | { readonly kind: 'fixed'; readonly text: string }
  /** Goes first, the largest before the others. */
  | { readonly kind: 'diff'; readonly text: string }
  /** Goes as a whole, after the diffs. */
  | {
      readonly kind: 'list';
      readonly text: string;
      readonly what: string;
      /** Before the other lists: of them somebody may miss more. */
      readonly goesFirst?: boolean;
    }
  /** Loses rows from its end, after everything else. `head` and `rows` are lines. */
  | {
      readonly kind: 'rows';
      readonly head: readonly string[];
      readonly rows: readonly string[];
      readonly what: (count: number) => string;
    };

const BETWEEN = '\n\n';

/** Bytes of UTF-8. */
const size = (text: string) => Buffer.byteLength(text);

export interface FitOptions {
  /** Bytes of UTF-8. */
  readonly limit: number;
  /** What so many diffs are called. */
  readonly diffs: (count: number) => string;
  /** The line at the end that names everything that had no room. */
  readonly leftOut: (what: readonly string[]) => string;
}

/** Whether all of it fits, in bytes of UTF-8. */
export const fits = (blocks: readonly Block[], limit: number): boolean => size(join(blocks)) <= limit;

/** Joins blocks to a text that fits. Drops whole parts only, and ends with a line that says what it dropped. */
export function fitBlocks(blocks: readonly Block[], options: FitOptions): string {
  const whole = join(blocks);
  if (size(whole) <= options.limit) return whole;
  // Room for the longest line that there can be, so that it is known before anything is dropped.
  const longest = options.leftOut(everything(blocks, options));
  const start: Shortened = {
    kept: blocks,
    missing: [],
    excess: size(whole + BETWEEN + longest) - options.limit,
  };
  const { kept, missing } = fewerRows(withoutLists(fewerDiffs(start, options)));
  return join([...kept, { kind: 'fixed', text: options.leftOut(missing) }]);
}

interface Shortened {
  readonly kept: readonly Block[];
  readonly missing: readonly string[];
  /** Bytes that are still too many. */
  readonly excess: number;
}

function everything(blocks: readonly Block[], { diffs }: FitOptions): string[] {
  const count = blocks.filter(({ kind }) => kind === 'diff').length;
  return [
    ...(count === 0 ? [] : [diffs(count)]),
    ...blocks.flatMap((block) => (block.kind === 'list' ? [block.what] : [])),
    ...blocks.flatMap((block) => (block.kind === 'rows' ? [block.what(block.rows.length)] : [])),
  ];
}

function fewerDiffs({ kept, excess }: Shortened, { diffs }: FitOptions): Shortened {
  const gone = new Set<Block>();
  let left = excess;
  const largestFirst = kept
    .filter((block) => block.kind === 'diff')
    .map((block) => ({ block, size: size(block.text) }))
    .sort((a, b) => b.size - a.size);
  for (const { block, size } of largestFirst) {
    if (left <= 0) break;
    gone.add(block);
    left -= size + BETWEEN.length;
  }
  return {
    kept: kept.filter((block) => !gone.has(block)),
    missing: gone.size === 0 ? [] : [diffs(gone.size)],
    excess: left,
  };
}

function withoutLists({ kept, missing, excess }: Shortened): Shortened {
  const gone = new Set<Block>();
  const names: string[] = [];
  let left = excess;
  const lists = kept.filter((block) => block.kind === 'list');
  const inTurn = [
    ...lists.filter(({ goesFirst }) => goesFirst),
    ...lists.filter(({ goesFirst }) => !goesFirst),
  ];
  for (const block of inTurn) {
    if (left <= 0) break;
    gone.add(block);
    names.push(block.what);
    left -= size(block.text) + BETWEEN.length;
  }
  return {
    kept: kept.filter((block) => !gone.has(block)),
    missing: [...missing, ...names],
    excess: left,
  };
}

/** The last block with rows loses its own before the others. One that has none left goes with its head. */
function fewerRows({ kept, missing, excess }: Shortened): Shortened {
  const blocks: Block[] = [];
  const dropped: string[] = [];
  let left = excess;
  for (const block of kept.toReversed()) {
    if (block.kind !== 'rows' || left <= 0) {
      blocks.unshift(block);
      continue;
    }
    let count = block.rows.length;
    while (count > 0 && left > 0) left -= size(`${block.rows[--count]}\n`);
    if (count > 0) blocks.unshift({ ...block, rows: block.rows.slice(0, count) });
    else left -= size(block.head.join('\n'));
    dropped.unshift(block.what(block.rows.length - count));
  }
  return { kept: blocks, missing: [...missing, ...dropped], excess: left };
}

function join(blocks: readonly Block[]): string {
  return blocks
    .map((block) => (block.kind === 'rows' ? [...block.head, ...block.rows].join('\n') : block.text))
    .filter((text) => text !== '')
    .join(BETWEEN);
}
