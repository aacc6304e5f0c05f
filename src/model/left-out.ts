/** A file that is not published, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
  /** Paths of the configurations that apply to it and do not name it. */
  readonly unnamedBy?: readonly string[];
  /** Whether a warning or notice reports it, so that the report does not list it again. */
  readonly isReported?: boolean;
}
