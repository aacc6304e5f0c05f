/** What keeps anybody from reading a file of code. Imports nothing. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly advice: string;
  /** Code that two versions left behind is never a policy, whoever has it. */
  readonly isConflict?: boolean;
}
