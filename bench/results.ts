/** What a run of the bench found out: bench/results.json. What it left out is undefined or empty. */
export interface Results {
  readonly machine: { readonly node: string; readonly cores: number };
  readonly server: { readonly limit: number; readonly latency: number };
  readonly limited: readonly LimitedRun[];
  readonly ownCost: OwnCost | undefined;
  readonly startUp: StartUp | undefined;
  readonly discovery: Discovery | undefined;
  readonly crowd: Crowd | undefined;
  readonly memory: readonly MemoryRun[];
  readonly neighbour: Neighbour | undefined;
  readonly pairs: Pairs | undefined;
  readonly shell: readonly ShellRun[];
  /** Terraform with its provider, as `versions` has them; undefined where the machine lacks them. */
  readonly terraform: { readonly versions: string; readonly policies: number } | undefined;
  /** Individually managed policies by Terraform; those by the action are in `limited`. */
  readonly single: readonly ToolRun[];
  /** A library of so many policies as a versioned policy set, by both. */
  readonly sets: Sets | undefined;
  readonly trouble: readonly Trouble[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** A run against a server with a limit. */
export interface LimitedRun {
  readonly name: string;
  readonly policies: number;
  readonly requests: number;
  readonly fewest: number;
  readonly tooMany: number;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Of these, until the first request arrived. */
  readonly startSeconds: number;
  /** What the limit and the latency leave to no client. */
  readonly least: number;
  /** From the first request on, divided by the least. */
  readonly ratio: number;
  readonly memoryMB: number;
  readonly cpuSeconds: number;
}

/** First publishes without limit and latency. */
export interface OwnCost {
  readonly runs: readonly { readonly policies: number; readonly cpuSeconds: number }[];
  /** What each further policy costs. */
  readonly cpuMillisecondsPerPolicy: number;
}

/** Milliseconds from the start of a process to the arrival of its first request; medians. */
export interface StartUp {
  readonly action: number;
  readonly bareNode: number;
  readonly runs: number;
}

/** Dry runs of a first publish, which ask once. */
export interface Discovery {
  readonly runs: readonly {
    readonly files: number;
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly memoryMB: number;
  }[];
  /** Cost of ten times as many files, start-up left out: 10 is in proportion. */
  readonly growth: { readonly seconds: number; readonly cpu: number };
}

/** Dry runs of a few policies beside many files that are none. */
export interface Crowd {
  readonly policies: number;
  /** Beside them. */
  readonly files: number;
  /** Medians of so many. */
  readonly rounds: number;
  readonly aloneSeconds: number;
  /** Where the files are, and how many times as long as alone it takes: from the start of the process to its end. */
  readonly beside: readonly { readonly folder: string; readonly ratio: number }[];
}

export interface MemoryRun {
  readonly name: string;
  readonly count: number;
  readonly things: 'policies' | 'files';
  readonly bytes: number;
  readonly memoryMB: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** A first publish beside another tool that takes half of the limit. */
export interface Neighbour {
  readonly policies: number;
  readonly requests: number;
  readonly tooMany: number;
  /** Of fifty requests, whoever made them. */
  readonly tooManyPer50: number;
  readonly seconds: number;
  readonly neighbour: { readonly requests: number; readonly tooMany: number; readonly seconds: number };
  /** What both together could not go below. */
  readonly least: number;
}

/** Two runs, the second begun as soon as the first has ended. */
export interface Pairs {
  readonly pairs: number;
  /** Of all runs. */
  readonly requests: number;
  readonly tooMany: number;
  /** In how many pairs a request was refused. */
  readonly refusedPairs: number;
}

/** A run of the action or of Terraform against a server with a limit. */
export interface ToolRun {
  readonly name: string;
  readonly tool: 'this action' | 'Terraform';
  readonly requests: number;
  readonly tooMany: number;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of all processes; undefined where it could not be found out. */
  readonly memoryMB?: number;
}

export interface Sets {
  readonly policies: number;
  /** How long the server takes until a version is in force, which Terraform does not wait for. */
  readonly readySeconds: number;
  readonly runs: readonly ToolRun[];
}

/** What happened where something went wrong once. */
export interface Trouble {
  readonly name: string;
  readonly tool: ToolRun['tool'];
  readonly policies: number;
  /** Something goes wrong in the first one, nothing in the others. */
  readonly attempts: readonly Attempt[];
}

export interface Attempt {
  readonly exitCode: number;
  /** The first error, or how the tool says that it ended. */
  readonly says: string;
  /** Of the organization afterwards. */
  readonly state: string;
}

/** A first publish with curl. */
export interface ShellRun {
  readonly name: string;
  readonly policies: number;
  readonly requests: number;
  readonly tooMany: number;
  readonly complete: number;
  /** In the organization, but without their code. */
  readonly withoutCode: number;
  readonly seconds: number;
  /** Divided by the least that a first publish by the action can take. */
  readonly ratio: number;
}
