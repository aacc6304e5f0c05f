import type { Node } from 'web-tree-sitter';
import { type Position, positions } from '../lines.ts';

/** Data of a tree, shared by all of its nodes. */
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
 * A node of the parser's tree. Each property is read from WebAssembly, which takes longer than using it, so it is read
 * only when it is needed, and only once.
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

  /** @param text the text that was parsed */
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

  /** The position after its last character. */
  get end(): Position {
    this.#end ??= this.#tree.positionOf(this.endIndex);
    return this.#end;
  }

  get text(): string {
    return this.#tree.text.slice(this.startIndex, this.endIndex);
  }

  /** Its first line, including the line end. */
  get firstLine(): string {
    const { text } = this.#tree;
    return text.slice(this.startIndex, text.indexOf('\n', this.startIndex) + 1 || text.length);
  }

  /** Number of line ends in it. */
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

  /** Does not create nodes, because data can have very many. */
  get namedChildCount(): number {
    return this.#node.namedChildCount;
  }

  /** Includes the node itself. In the order of the text. */
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
