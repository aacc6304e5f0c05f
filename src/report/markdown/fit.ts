/** A part of a text of limited size, and its name if it is omitted. */
export type Block =
  | { readonly kind: 'fixed'; readonly text: string }
  /** Omitted first, starting with the largest. */
  | { readonly kind: 'diff'; readonly text: string }
  /** Omitted as a whole, after the diffs. */
  | {
      readonly kind: 'list';
      readonly text: string;
      readonly what: string;
      /** Whether it is omitted before the other lists, which are more important. */
      readonly goesFirst?: boolean;
    }
  /** Its last rows are omitted, after everything else. `head` and `rows` are lines. */
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
  /** The name for this number of diffs. */
  readonly diffs: (count: number) => string;
  /** The last line, which names everything that was omitted. */
  readonly leftOut: (what: readonly string[]) => string;
}

/** Whether everything fits, in bytes of UTF-8. */
export const fits = (blocks: readonly Block[], limit: number): boolean => size(join(blocks)) <= limit;

/** Joins blocks to a text within the limit. Omits whole parts only, and ends with a line that names them. */
export function fitBlocks(blocks: readonly Block[], options: FitOptions): string {
  const whole = join(blocks);
  if (size(whole) <= options.limit) return whole;
  // Room for the longest possible line is reserved before anything is omitted.
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
  /** Number of bytes that are still to be omitted. */
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

/** Rows of the last block are omitted first. A block without rows is omitted with its head. */
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
