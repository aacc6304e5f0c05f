/** A part of a text that has to fit: what it is, and what stands for it where there is no room. */
export type Block =
  | { readonly kind: 'fixed'; readonly text: string }
  /** Goes first, the largest before the others. */
  | { readonly kind: 'diff'; readonly text: string }
  /** Goes as a whole, after the diffs. */
  | { readonly kind: 'list'; readonly text: string; readonly instead: string }
  /** Loses rows from its end, after everything else. `head` and `rows` are lines. */
  | {
      readonly kind: 'rows';
      readonly head: readonly string[];
      readonly rows: readonly string[];
      readonly instead: (count: number) => string;
    };

const BETWEEN = '\n\n';

/** Bytes of UTF-8. */
const size = (text: string) => Buffer.byteLength(text);

export interface FitOptions {
  /** Bytes of UTF-8. */
  readonly limit: number;
  /** The line that stands for so many diffs. */
  readonly insteadOfDiffs: (count: number) => string;
}

/** Joins blocks to a text that fits. Drops whole parts only, and says what it dropped. */
export function fitBlocks(blocks: readonly Block[], { limit, insteadOfDiffs }: FitOptions): string {
  let kept = withFewerDiffs(blocks, limit, insteadOfDiffs);
  const over = () => size(join(kept)) - limit;
  for (const block of blocks) {
    if (block.kind === 'list' && over() > 0)
      kept = kept.map((other) => (other === block ? fixed(block.instead) : other));
  }
  for (let at = kept.length - 1; at >= 0; at--) {
    const block = kept[at];
    if (block?.kind !== 'rows') continue;
    const excess = over();
    if (excess > 0) kept[at] = fewerRows(block, excess);
  }
  return join(kept);
}

/** Drops as many diffs as it takes, the largest first; one line stands for all of them. */
function withFewerDiffs(
  blocks: readonly Block[],
  limit: number,
  instead: (count: number) => string,
): Block[] {
  const diffs = largestFirst(blocks);
  const dropped = new Set<Block>();
  const line = () => (dropped.size === 0 ? '' : BETWEEN + instead(diffs.length));
  let total = size(join(blocks));
  for (const diff of diffs) {
    if (total + size(line()) <= limit) break;
    dropped.add(diff);
    total -= size(BETWEEN + diff.text);
  }
  const [first] = blocks.filter((block) => dropped.has(block));
  return blocks.flatMap((block) => {
    if (!dropped.has(block)) return [block];
    return block === first ? [fixed(instead(dropped.size))] : [];
  });
}

type DiffBlock = Extract<Block, { kind: 'diff' }>;
type RowsBlock = Extract<Block, { kind: 'rows' }>;

function largestFirst(blocks: readonly Block[]): DiffBlock[] {
  return blocks.filter((block) => block.kind === 'diff').sort((a, b) => size(b.text) - size(a.text));
}

function fewerRows(block: RowsBlock, excess: number): Block {
  // The line that tells how many are missing takes room itself, never more than for all of them.
  let room = -excess - size(BETWEEN) - size(block.instead(block.rows.length));
  let kept = block.rows.length;
  while (kept > 0 && room < 0) room += size(`${block.rows[--kept]}\n`);
  const missing = block.instead(block.rows.length - kept);
  return fixed(
    kept === 0 ? missing : [join([{ ...block, rows: block.rows.slice(0, kept) }]), missing].join(BETWEEN),
  );
}

const fixed = (text: string): Block => ({ kind: 'fixed', text });

function join(blocks: readonly Block[]): string {
  return blocks
    .map((block) => (block.kind === 'rows' ? [...block.head, ...block.rows].join('\n') : block.text))
    .filter((text) => text !== '')
    .join(BETWEEN);
}
