import { BUILT_IN_EXCLUDE } from '../../src/inputs/file-inputs.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import type { PolicySetVersion, VersionedSet } from '../../src/model/policy-set.ts';
import { describeReference } from '../../src/model/policy-set.ts';
import { withoutRepeats } from '../../src/model/problem.ts';
import { describeSetFolder } from '../../src/model/set-folder.ts';
import { readSetDescription, type SetStamp, setStampLine } from '../../src/model/set-stamp.ts';
import { sortFindings } from '../../src/policy-sets/findings.ts';
import { announceOvertaken } from '../../src/policy-sets/judge.ts';
import type { LocalSet } from '../../src/policy-sets/local-set.ts';
import { missingParameters, unattached } from '../../src/policy-sets/notes.ts';
import { overtaken, planSets, refuseOvertaken, type SetChange } from '../../src/policy-sets/plan.ts';
import type { SetStore } from '../../src/policy-sets/ports.ts';
import type { History, Unknown } from '../../src/policy-sets/preview/before.ts';
import { previewSet } from '../../src/policy-sets/preview/preview.ts';
import { leaveAll, publishSets, type SetResult } from '../../src/policy-sets/publish.ts';
import { blobIdOf, readWhole } from '../../src/policy-sets/read-packed.ts';
import { readSets } from '../../src/policy-sets/read-sets.ts';
import type { Report } from '../../src/report/report.ts';
import { checkedSet, plannedSet, resultSet, withPreview } from '../../src/run/set-entries.ts';
import { NEVER_CANCELLED } from '../../src/runtime/cancellation.ts';
import { workspace } from '../support/workspace.ts';
import { anOwnership, aSet, aVersion, run } from '../unit/policy-sets/builders.ts';
import { frameOf, type Situation } from './situation.ts';

/** What a run for versioned policy sets meets. */
export interface SetSituation extends Pick<Situation, 'files' | 'event' | 'env'> {
  /** On top of an organization and a token. */
  readonly inputs: Readonly<Record<string, string | undefined>>;
  /** The policy sets of the organization, by name. */
  readonly sets?: Readonly<Record<string, HeldSet>>;
  /** What a publish ends with, by the name of the policy set. */
  readonly failures?: Readonly<Record<string, Failure>>;
}

interface HeldSet extends Partial<VersionedSet> {
  /** The workspace that its current version was published from. */
  readonly published?: Situation['files'];
  /** Why nobody can say what that was. */
  readonly unreadable?: Unknown;
  /** What the stamp says instead. */
  readonly stamped?: Partial<SetStamp>;
}

interface Failure {
  readonly create?: Error;
  readonly upload?: Error;
  /** The server's words on a version that it does not accept. */
  readonly errored?: string;
  /** Somebody else's version that is in force in the end. */
  readonly overtakenBy?: string;
}

/** The report of a run in that situation, made by the parts of the action themselves; only the services are not there. */
export async function setReportOf(situation: SetSituation): Promise<Report> {
  const { inputs, context, decision, report: frame } = await frameOf(situation);
  const found = await read(context.workspace, inputs);
  const { sets: locals, problems, ...said } = found;
  const report: Report = {
    ...frame,
    ...said,
    sets: [],
    policyCount: locals.reduce((sum, { policies }) => sum + policies.length, 0),
    problems: withoutRepeats([...frame.problems, ...problems]),
  };
  if (decision.mode.kind === 'check' || report.problems.length > 0) {
    const pairs = locals.map((local) => ({ local, set: undefined }));
    const all = [...report.problems, ...sortFindings(pairs, undefined).problems];
    return { ...report, problems: all, sets: all.length > 0 ? [] : locals.map(checkedSet) };
  }
  return { ...report, ...(await compared(situation, locals, { inputs, report })) };
}

function read(folder: string, { files, versionedSets }: Inputs) {
  const { exclude, workingDirectory } = files ?? { exclude: [], workingDirectory: '.' };
  const isBuiltIn = (pattern: string) => BUILT_IN_EXCLUDE.includes(pattern);
  return readSets(folder, {
    workingDirectory,
    exclude: {
      builtIn: exclude.filter(isBuiltIn),
      given: exclude.filter((pattern) => !isBuiltIn(pattern)),
    },
    sets: versionedSets?.sets ?? [],
    toolVersion: versionedSets?.toolVersion,
    secrets: [],
  });
}

interface Around {
  readonly inputs: Inputs;
  readonly report: Report;
}

async function compared(
  situation: SetSituation,
  locals: readonly LocalSet[],
  { inputs, report }: Around,
): Promise<Pick<Report, 'sets' | 'problems' | 'warnings'>> {
  const organization = await organizationOf(situation, inputs);
  const pairs = locals.map((local) => {
    const name = describeReference(local.reference);
    return { local, set: organization.sets.find((set) => set.name === name || set.id === name) };
  });
  const { create = false, adopt = false, toolVersion } = inputs.versionedSets ?? {};
  const ownership = anOwnership({ run: THIS_RUN, mayCreate: create, mayAdopt: adopt });
  const plan = planSets(pairs, { organization: 'acme', ownership, toolVersion });
  const { problems, warnings } = sortFindings(pairs, toolVersion);
  if (problems.length > 0) return { sets: [], problems, warnings: report.warnings };
  const publishes = report.mode === 'publish';
  const notes = plan.flatMap((change) => notesOn(change, report));
  const announced = publishes ? [] : overtaken(plan, ownership).map(announceOvertaken);
  const carriedOut = () => carryOut(situation, refuseOvertaken(plan, ownership), organization.sets);
  const entries = publishes ? (await carriedOut()).map(resultSet) : asPlanned(plan);
  const previews = await Promise.all(
    plan.map(async (change) => {
      if (change.action === 'refused') return undefined;
      const set = 'set' in change ? change.set : undefined;
      return previewSet(change.local, set, { history: organization.history, workspace: '/nowhere' });
    }),
  );
  return {
    sets: entries.map((entry, index) => withPreview(entry, previews[index])),
    problems: [],
    warnings: [...report.warnings, ...warnings, ...announced, ...notes],
  };
}

const THIS_RUN = { ...run, id: 1001 };

function notesOn(change: SetChange, { organization }: Report) {
  if (change.action === 'refused') return [];
  return [...missingParameters(change.local, []), ...unattached(change, organization?.policySetsUrl ?? '')];
}

/** As the run decides it: where one is refused, a run that publishes would attempt none. */
const asPlanned = (plan: readonly SetChange[]) =>
  plan.some(({ action }) => action === 'refused') ? leaveAll(plan).map(resultSet) : plan.map(plannedSet);

/** The organization's sets, each with a stamp of what it was published from, and the commits that the stamps name. */
async function organizationOf({ sets = {} }: SetSituation, inputs: Inputs) {
  const commits = new Map<string, readonly Committed[] | Unknown>();
  const all: VersionedSet[] = [];
  for (const [name, { published, unreadable, stamped, ...held }] of Object.entries(sets)) {
    const version = `polsetver-cb1VPVyo1RRiJ5V${all.length}`;
    const base = {
      id: `polset-4bRk2mVx9TcQ7Lf${all.length}`,
      name,
      currentVersion: aVersion(version),
      ...held,
    };
    if (published === undefined) {
      all.push(aSet(base));
      continue;
    }
    const { sets: locals } = await read(await workspace({ ...published }), inputs);
    const local = locals.find(({ reference }) => describeReference(reference) === name);
    if (local === undefined) throw new Error(`${name} was published from nothing`);
    const commit = `beef${String(all.length).padStart(36, '0')}`;
    commits.set(commit, unreadable ?? committed(local));
    const content = { version, digest: local.digest };
    const facts = { run, owner: 'acme/policies', folder: describeSetFolder(local), content, commit };
    const stamp = { ...facts, line: setStampLine({ ...facts, url: undefined }) };
    all.push(aSet({ ...base, stamp: { ...stamp, ...stamped } }));
  }
  return { sets: all, history: historyOf(commits) };
}

interface Committed {
  /** From the workspace. */
  readonly file: string;
  readonly blob: string;
  readonly content: Buffer;
}

/** The files as the repository has them. */
const committed = ({ files, moved }: LocalSet): Committed[] =>
  files.map((packed) => {
    const content = moved?.from === packed.file ? moved.original : readWhole(packed);
    return { file: packed.file, blob: blobIdOf(content), content };
  });

function historyOf(commits: ReadonlyMap<string, readonly Committed[] | Unknown>): History {
  const files = [...commits.values()].flatMap((found) => ('cause' in found ? [] : found));
  return {
    async filesOf({ commit = '' }) {
      const found = commits.get(commit) ?? GONE;
      if ('cause' in found) return found;
      return found.map(({ file, blob }) => ({ place: file, blob, type: 'file' as const }));
    },
    async contentOf(blob) {
      const file = files.find((each) => each.blob === blob);
      if (file === undefined) throw new Error('There is no such blob.');
      return file.content;
    },
  };
}

const GONE: Unknown = {
  cause: 'the tree of commit 0dd0000 cannot be read: there is no such commit',
  advice: 'Add `contents: read` to the `permissions:` of the job.',
};

function carryOut(
  { failures = {} }: SetSituation,
  plan: readonly SetChange[],
  sets: readonly VersionedSet[],
): Promise<SetResult[]> | SetResult[] {
  if (plan.some(({ action }) => action === 'refused')) return leaveAll(plan);
  let time = 0;
  return publishSets(plan, {
    store: storeOf(sets, failures),
    timer: {
      now: () => time,
      wait: async (milliseconds) => {
        time += milliseconds;
      },
    },
    organization: 'acme',
    ownership: anOwnership({ run: THIS_RUN, mayCreate: true, mayAdopt: true }),
    parallelism: 1,
    cancellation: NEVER_CANCELLED,
    commit: undefined,
    folderUrl: () => undefined,
    archive: async () => [],
    onStep: () => undefined,
  });
}

/** A service that does what it is asked, but for the failures. */
function storeOf(held: readonly VersionedSet[], failures: NonNullable<SetSituation['failures']>): SetStore {
  const sets = new Map(held.map((set) => [set.id, set]));
  const versions = new Map<string, PolicySetVersion>();
  const known = (id: string): VersionedSet => sets.get(id) ?? aSet({ id });
  const failureOf = (id: string): Failure => failures[known(id).name] ?? {};
  return {
    async create({ name, kind, description, toolVersion, agentEnabled }) {
      const error = failures[name]?.create;
      if (error !== undefined) throw error;
      const id = `polset-Zq8Wn3Hs6JpY1Xc${sets.size}`;
      const scope = { global: false, workspaces: 0, projects: 0, hasTagSelectors: false };
      const settings = { toolVersion, agentEnabled, policiesPath: undefined };
      const { text, stamp } = readSetDescription(description);
      const set = aSet({ id, name, kind, description: text, stamp, scope, settings });
      sets.set(id, set);
      return { set, made: true };
    },
    async update(id, { description, toolVersion, agentEnabled }) {
      const { text, stamp } = readSetDescription(description);
      const settings = { toolVersion, agentEnabled, policiesPath: undefined };
      const set = { ...known(id), description: text, stamp, settings };
      sets.set(id, set);
      return set;
    },
    async upload(id) {
      const { upload, errored, overtakenBy } = failureOf(id);
      if (upload !== undefined) throw upload;
      const version: PolicySetVersion = {
        id: `polsetver-9Kd2mXcVb7Ts4Qf${versions.size}`,
        source: 'tfe-api',
        status: errored === undefined ? 'ready' : 'errored',
        error: errored,
      };
      versions.set(version.id, version);
      if (errored === undefined)
        sets.set(id, { ...known(id), currentVersion: aVersion(overtakenBy ?? version.id) });
      return version;
    },
    async readVersion(id) {
      return versions.get(id) ?? { id, source: undefined, status: 'pending', error: undefined };
    },
    readAgain: async (id) => known(id),
    latency: 0,
  };
}
