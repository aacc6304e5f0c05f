/** What is in the repository, but not published, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
  /** Paths of the configurations whose part it is to name it, and which do not. */
  readonly unnamedBy?: readonly string[];
  /** A warning or a notice of its own speaks of it, so that the report need not list it once more. */
  readonly isReported?: boolean;
}
