import type { Node } from 'web-tree-sitter';
import { type Position, positions } from '../lines.ts';

/** What all nodes of one tree share. */
interface Tree {
  readonly text: string;
  readonly positionOf: (index: number) => Position;
  readonly kinds: Map<number, Kind>;
}

interface Kind {
  readonly type: string;
  readonly isNamed: boolean;
}

/**
 * A node of the parser's tree. Whatever is asked of the parser goes into WebAssembly, which takes longer than all that
 * is done with the answers: each thing is asked once, and only when somebody wants to know it.
 */
export class TreeNode {
  readonly #node: Node;
  readonly #tree: Tree;
  #kind: Kind | undefined;
  #end: Position | undefined;
  #endIndex: number | undefined;
  #children: readonly TreeNode[] | undefined;

  private constructor(node: Node, tree: Tree) {
    this.#node = node;
    this.#tree = tree;
  }

  /** @param text what was parsed */
  static root(node: Node, text: string): TreeNode {
    return new TreeNode(node, { text, positionOf: positions(text), kinds: new Map() });
  }

  get type(): string {
    return this.#ofKind().type;
  }

  get isNamed(): boolean {
    return this.#ofKind().isNamed;
  }

  get startIndex(): number {
    return this.#node.startIndex;
  }

  get endIndex(): number {
    this.#endIndex ??= this.#node.endIndex;
    return this.#endIndex;
  }

  get start(): Position {
    const { row, column } = this.#node.startPosition;
    return { line: row + 1, column: column + 1 };
  }

  /** Behind its last character. */
  get end(): Position {
    this.#end ??= this.#tree.positionOf(this.endIndex);
    return this.#end;
  }

  get text(): string {
    return this.#tree.text.slice(this.startIndex, this.endIndex);
  }

  /** Up to and with the end of the line that it begins on. */
  get firstLine(): string {
    const { text } = this.#tree;
    return text.slice(this.startIndex, text.indexOf('\n', this.startIndex) + 1 || text.length);
  }

  /** How many ends of lines are in it. */
  get height(): number {
    return this.end.line - this.start.line;
  }

  get children(): readonly TreeNode[] {
    this.#children ??= this.#wrap(this.#node.children);
    return this.#children;
  }

  get namedChildren(): readonly TreeNode[] {
    return this.children.filter(({ isNamed }) => isNamed);
  }

  /** Known without making a node of each, of which data may have very many. */
  get namedChildCount(): number {
    return this.#node.namedChildCount;
  }

  /** Itself too, in the order of the text. */
  ofTypes(types: string[]): TreeNode[] {
    return this.#wrap(this.#node.descendantsOfType(types));
  }

  #wrap(nodes: readonly Node[]): TreeNode[] {
    return nodes.map((node) => new TreeNode(node, this.#tree));
  }

  #ofKind(): Kind {
    this.#kind ??= this.#askKind();
    return this.#kind;
  }

  #askKind(): Kind {
    const { typeId } = this.#node;
    const known = this.#tree.kinds.get(typeId);
    if (known !== undefined) return known;
    const { type, isNamed } = this.#node;
    this.#tree.kinds.set(typeId, { type, isNamed });
    return { type, isNamed };
  }
}
