/** Why a file of code cannot be parsed. Imports nothing. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly advice: string;
  /** A merge conflict, which is an error even if the organization has the same code. */
  readonly isConflict?: boolean;
}
