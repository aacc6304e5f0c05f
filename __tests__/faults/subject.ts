import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import type { RecordedRequest } from '../../sandbox/http/recording.ts';
import type { Files } from '../e2e/publish/scenario.ts';
import { type RunOptions, type RunResult, runAction } from '../support/run-action.ts';
import { workspace } from '../support/workspace.ts';
import type { NamedFault } from './faults.ts';

/** What the action publishes while things go wrong: individually managed policies, or policy sets. */
export type Subject = {
  readonly title: string;
  /** The kinds of its requests, each with how their names read, in the order of the table. */
  readonly kinds: readonly (readonly [kind: string, names: RegExp])[];
  /** Kinds of what a run reads before it decides what to write. */
  readonly reading: readonly string[];
  /** What the repository holds. */
  readonly files: Files;
  /** What the organization holds before the first run. */
  seed(terraform: HcpTerraform): void;
  /** What a run is given, as the organization is right before it. */
  inputs(terraform: HcpTerraform): Record<string, string>;
  endOf(terraform: HcpTerraform): End;
  /** What no organization may ever hold. */
  unsound(terraform: HcpTerraform): string[];
  /** What is wrong with a request as things are right before it. */
  untimely(terraform: HcpTerraform, asked: Asked): string[];
  /** Whether nothing tells this answer from a true one. */
  passes(kind: string, named: NamedFault): boolean;
  /** Whether a run may be green though no request of the kind is ever answered as it should be. */
  mayBeGreen(kind: string, named: NamedFault): boolean;
  /** Whether a run has to wait for minutes until it can say that this went wrong. */
  takesLong(kind: string, named: NamedFault): boolean;
  /** An error that says what failed, and how. */
  readonly clear: RegExp;
  /** The entry of the report that a request is for. */
  entryOf(name: string): string | undefined;
  /** Whether a request finishes an entry for which these were made before. */
  finishes(name: string, before: readonly string[]): boolean;
  /** What the outputs say became of each entry. */
  reported(result: RunResult): readonly { readonly name: string; readonly status: string }[];
};

export const kindsOf = ({ kinds }: Subject): string[] => kinds.map(([kind]) => kind);

/** Everything that a run is about, without what no two servers have alike. */
export type End = {
  /** By name, as reports have them. */
  readonly entries: Readonly<Record<string, unknown>>;
  readonly others?: unknown;
};

/** A request, and its name: method and path, ids as names. */
export type Asked = { readonly name: string; readonly request: RecordedRequest };

export type Organization = {
  readonly terraform: HcpTerraform;
  run(options?: Partial<Omit<RunOptions, 'workspace'>>): Promise<RunResult>;
};

const token = 'terraform-token';

/** An organization of its own, gone when `act` is done: what one run does no other sees. */
export async function inOrganization<T>(
  subject: Subject,
  server: HcpTerraformOptions,
  act: (organization: Organization) => Promise<T>,
): Promise<T> {
  const terraform = await startHcpTerraform({ rateLimit: null, tokens: [token], ...server });
  subject.seed(terraform);
  const folder = await repository(subject);
  const run: Organization['run'] = (options = {}) =>
    runAction({
      // Longer than all retries of one request take, and than a version is waited for.
      timeout: 400_000,
      ...options,
      workspace: folder,
      inputs: {
        organization: 'acme',
        token,
        hostname: terraform.url,
        comment: 'never',
        ...subject.inputs(terraform),
        ...options.inputs,
      },
    });
  try {
    return await act({ terraform, run });
  } finally {
    await terraform.close();
  }
}

const made = new Map<Subject, Promise<string>>();

/** One for all, since no run changes it. */
function repository(subject: Subject): Promise<string> {
  const folder = made.get(subject) ?? workspace(subject.files);
  made.set(subject, folder);
  return folder;
}
