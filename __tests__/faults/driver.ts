import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { HcpTerraform, HcpTerraformOptions } from '../../sandbox/hcp-terraform/server.ts';
import type { PlannedFault } from '../../sandbox/http/faults.ts';
import type { RecordedRequest } from '../../sandbox/http/recording.ts';
import type { OnRequest } from '../../sandbox/http/stand-in.ts';
import { annotationsAt, namesById, outcome, requestName } from '../e2e/publish/reading.ts';
import type { RunResult } from '../support/run-action.ts';
import type { NamedFault } from './faults.ts';
import { type End, inOrganization, type Organization, type Subject } from './subject.ts';

function kindOf({ kinds }: Subject, name: string): string {
  const found = kinds.find(([, pattern]) => pattern.test(name));
  if (found === undefined) throw new Error(`a request of no kind: ${name}`);
  return found[0];
}

/** One request of a run. Its number alone would not tell: requests go side by side, in another order each time. */
export type Target = {
  /** Method and path, ids as names. */
  readonly name: string;
  /** Which of those that have the name, 1 the first. */
  readonly nth: number;
  readonly kind: string;
};

/** How it goes when nothing is in the way. */
export type Clean = {
  readonly subject: Subject;
  readonly server: HcpTerraformOptions;
  /** Faults that are part of the situation. */
  readonly given: readonly PlannedFault[];
  readonly targets: readonly Target[];
  readonly end: End;
  readonly outcome: object;
};

export function cleanRun(
  subject: Subject,
  server: HcpTerraformOptions = {},
  given: readonly PlannedFault[] = [],
): Promise<Clean> {
  return inOrganization(subject, server, async ({ terraform, run }) => {
    for (const fault of given) terraform.faults.add(fault);
    const broken = watch(subject, terraform);
    const result = await run();
    if (result.exitCode !== 0) throw new Error(`the undisturbed run failed:\n${result.stdout}`);
    if (broken.length > 0) throw new Error(broken.join('\n'));
    const names = terraform.requests.map((request) => nameOf(terraform, request));
    const targets = numbered(subject, names);
    return { subject, server, given, targets, end: subject.endOf(terraform), outcome: outcome(result) };
  });
}

function numbered(subject: Subject, names: readonly string[]): Target[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return { name, nth, kind: kindOf(subject, name) };
  });
}

/** What each request is called, worked out once: by the time that a policy is asked for, its name is known. */
const called = new WeakMap<RecordedRequest, string>();

function nameOf(terraform: HcpTerraform, request: RecordedRequest): string {
  const name = called.get(request) ?? requestName(request, namesById(terraform));
  called.set(request, name);
  return name;
}

/** True for requests that are the target's, `nth` left aside. */
const isFor =
  (terraform: HcpTerraform, { name }: Target): Test =>
  (request) =>
    nameOf(terraform, request) === name;

const isOfKind =
  (subject: Subject, terraform: HcpTerraform, kind: string): Test =>
  (request) =>
    kindOf(subject, nameOf(terraform, request)) === kind;

type Test = (request: RecordedRequest) => boolean;

/** The test, and how often it was met. */
function counting(test: Test): { holds: Test; count: () => number } {
  let count = 0;
  const holds: Test = (request) => {
    const met = test(request);
    if (met) count += 1;
    return met;
  };
  return { holds, count: () => count };
}

export type Verdict = {
  readonly kind: string;
  readonly fault: string;
  readonly failed: boolean;
  /** What went otherwise than it must. */
  readonly wrong: readonly string[];
};

/** A run in which one request meets the fault. */
export function struck(clean: Clean, target: Target, named: NamedFault): Promise<Verdict> {
  return inOrganization(clean.subject, clean.server, async (organization) => {
    const { terraform } = organization;
    for (const given of clean.given) terraform.faults.add(given);
    const { name, fault } = named;
    const counted = counting(isFor(terraform, target));
    terraform.faults.add({ when: { holds: counted.holds, request: target.nth }, fault });
    const broken = watch(clean.subject, terraform);
    const result = await organization.run();
    if (counted.count() < target.nth) broken.push('nothing was struck');
    const judged = await judge({ clean, kind: target.kind, named }, organization, result);
    const wrong = [...broken, ...judged].map((text) => `${name}, ${target.name} (${target.nth}): ${text}`);
    return { kind: target.kind, fault: name, failed: result.exitCode !== 0, wrong };
  });
}

/** A run in which every request of a kind meets the fault, from the n-th on. */
export function cutOff(
  clean: Clean,
  { kind, from }: { readonly kind: string; readonly from: number },
  named: NamedFault,
): Promise<Verdict> {
  return inOrganization(clean.subject, clean.server, async (organization) => {
    const { terraform } = organization;
    const { name, fault } = named;
    for (const given of clean.given) terraform.faults.add(given);
    terraform.faults.add({
      when: { holds: isOfKind(clean.subject, terraform, kind), request: from },
      times: Number.POSITIVE_INFINITY,
      fault,
    });
    const broken = watch(clean.subject, terraform);
    const result = await organization.run();
    const wrong = [...broken];
    const failed = result.exitCode !== 0;
    if (!failed && !clean.subject.mayBeGreen(kind, named)) wrong.push('the run is green');
    if (failed && clean.subject.reading.includes(kind)) {
      wrong.push(...writesOf(terraform).map((line) => `${line}, unread as it is`));
    }
    wrong.push(...(await judge({ clean, kind, named }, organization, result)));
    return {
      kind,
      fault: name,
      failed,
      wrong: wrong.map((text) => `${name}, ${kind} from ${from} on: ${text}`),
    };
  });
}

type Situation = { readonly clean: Clean; readonly kind: string; readonly named: NamedFault };

/** The run is green and all is as it shall be, or it says what failed and the next run mends it. */
async function judge(
  { clean, kind, named }: Situation,
  organization: Organization,
  result: RunResult,
): Promise<string[]> {
  const { subject } = clean;
  const wrong = [...traces(result)];
  if (result.exitCode === 0) {
    if (!subject.passes(kind, named) && !isDeepStrictEqual(outcome(result), clean.outcome)) {
      wrong.push(`it reports ${JSON.stringify(outcome(result))}`);
    }
  } else {
    wrong.push(...unclear(subject, result), ...(await mend(subject, organization)));
  }
  return [...wrong, ...endsElsewhere(clean, organization)];
}

/** Runs again, undisturbed. */
async function mend(subject: Subject, { terraform, run }: Organization): Promise<string[]> {
  terraform.reset();
  const broken = watch(subject, terraform);
  const result = await run();
  return [...broken, ...(result.exitCode === 0 ? [] : [`the next run failed:\n${result.stdout}`])];
}

function endsElsewhere({ subject, end }: Clean, { terraform }: Organization): string[] {
  const found = subject.endOf(terraform);
  return isDeepStrictEqual(found, end) ? [] : [`it ends in another state: ${JSON.stringify(found)}`];
}

function unclear({ clear }: Subject, result: RunResult): string[] {
  if (result.exitCode !== 1) return [`it ended with ${result.exitCode ?? result.signal}`];
  const errors = annotationsAt(result, 'error').map(({ message }) => message);
  if (errors.length === 0) return ['it fails without a word'];
  return errors.filter((message) => !clear.test(message)).map((message) => `no clear error: ${message}`);
}

function traces({ stdout, stderr }: RunResult): string[] {
  const lines = `${stdout}\n${stderr}`.split('\n');
  return lines.filter((line) => /^\s+at .*:\d+:\d+/.test(line)).map((line) => `a stack trace: ${line}`);
}

function writesOf(terraform: HcpTerraform): string[] {
  return terraform.requests
    .filter(({ method }) => method !== 'GET')
    .map((request) => nameOf(terraform, request));
}

/**
 * Watches, at each request, what must hold at any moment. What does not is added to the list that is returned.
 * `also` is called around each request, too.
 */
function watch(subject: Subject, terraform: HcpTerraform, also?: OnRequest): string[] {
  const broken: string[] = [];
  const note = (text: string) => {
    if (!broken.includes(text)) broken.push(text);
  };
  terraform.onRequest = (request, phase) => {
    const asked = { name: nameOf(terraform, request), request };
    const seen = phase === 'before-effect' ? subject.untimely(terraform, asked) : terraform.violations;
    for (const text of [...seen, ...subject.unsound(terraform)]) note(text);
    return also?.(request, phase);
  };
  return broken;
}

type Phase = Parameters<OnRequest>[1];

/** A run that is killed while one request is under way. */
export function killed(clean: Clean, target: Target, phase: Phase): Promise<Verdict> {
  return inOrganization(clean.subject, clean.server, async (organization) => {
    const { terraform, run } = organization;
    const killer = new AbortController();
    const broken = watch(
      clean.subject,
      terraform,
      at(terraform, { target, phase }, () => {
        killer.abort();
        return 'lose';
      }),
    );
    const result = await run({ signal: killer.signal });
    const wrong = [...broken, ...clean.subject.unsound(terraform)];
    if (result.signal !== 'SIGKILL') wrong.push(`it ended with ${result.exitCode ?? result.signal}`);
    wrong.push(...(await mend(clean.subject, organization)), ...endsElsewhere(clean, organization));
    const fault = `killed ${phase === 'before-effect' ? 'before' : 'after'} the effect`;
    return {
      kind: target.kind,
      fault,
      failed: true,
      wrong: wrong.map((text) => `${fault}, ${target.name} (${target.nth}): ${text}`),
    };
  });
}

/** Acts at one request, before or after its effect. */
function at(
  terraform: HcpTerraform,
  { target, phase }: { readonly target: Target; readonly phase: Phase },
  act: () => ReturnType<OnRequest>,
): OnRequest {
  const counted = counting(isFor(terraform, target));
  let found: RecordedRequest | undefined;
  return (request, now) => {
    if (now === 'before-effect' && counted.holds(request) && counted.count() === target.nth) found = request;
    return request === found && now === phase ? act() : undefined;
  };
}

/** Until a process has surely heard of a signal. Milliseconds. */
const HEARING = 1_000;

export type Cancelling = {
  readonly target: Target;
  readonly phase: Phase;
  readonly killSignal: NodeJS.Signals;
};

/** A run whose workflow is cancelled while one request is under way. Every request waits until that is heard. */
export function cancelled(clean: Clean, { target, phase, killSignal }: Cancelling): Promise<Verdict> {
  return inOrganization(clean.subject, clean.server, async (organization) => {
    const { terraform, run } = organization;
    const cancel = new AbortController();
    const late: RecordedRequest[] = [];
    let hearing: Promise<void> | undefined;
    let heard = false;
    const strike = at(terraform, { target, phase }, () => {
      cancel.abort();
      hearing = sleep(HEARING).then(() => {
        heard = true;
      });
    });
    const broken = watch(clean.subject, terraform, (request, now) => {
      strike(request, now);
      if (heard && now === 'before-effect') late.push(request);
      return hearing;
    });
    const result = await run({ signal: cancel.signal, killSignal, inputs: { parallelism: '2' } });
    const wrong = [
      ...broken,
      ...clean.subject.unsound(terraform),
      ...traces(result),
      ...beginnings(clean.subject, terraform, late),
      ...misreported(clean, terraform, result),
      ...(await mend(clean.subject, organization)),
      ...endsElsewhere(clean, organization),
    ];
    const fault = `${killSignal} ${phase === 'before-effect' ? 'before' : 'after'} the effect`;
    return {
      kind: target.kind,
      fault,
      failed: true,
      wrong: wrong.map((text) => `${fault}, ${target.name} (${target.nth}): ${text}`),
    };
  });
}

/** What a cancelled run must not ask for: all but what finishes an entry that it has begun. */
function beginnings(
  { finishes }: Subject,
  terraform: HcpTerraform,
  late: readonly RecordedRequest[],
): string[] {
  const before = terraform.requests
    .filter((request) => request.method !== 'GET' && !late.includes(request))
    .map((request) => nameOf(terraform, request));
  return late
    .map((request) => nameOf(terraform, request))
    .filter((name) => !finishes(name, before))
    .map((name) => `${name}, begun after it was cancelled`);
}

/** The report says that the run was cancelled, and nothing else than what became of each entry. */
function misreported({ subject, end }: Clean, terraform: HcpTerraform, result: RunResult): string[] {
  const wrong: string[] = [];
  const found = subject.endOf(terraform);
  // What came when all was done took nothing away.
  const expected = isDeepStrictEqual(found, end) ? [0, 1] : [1];
  if (!expected.includes(result.exitCode ?? -1))
    wrong.push(`it ended with ${result.exitCode ?? result.signal}`);
  const isToSay = result.exitCode !== 0;
  if (isToSay && !/cancelled/.test(result.stdout)) wrong.push('the log does not say that it was cancelled');
  if (isToSay && !/cancelled/.test(result.summary))
    wrong.push('the summary does not say that it was cancelled');
  const touched = writesOf(terraform).map(subject.entryOf);
  for (const { name, status } of subject.reported(result)) {
    const done = isDeepStrictEqual(found.entries[name], end.entries[name]);
    if (status === 'applied' && !done) wrong.push(`${name} is said to be as it shall be`);
    if (status === 'skipped' && touched.includes(name)) wrong.push(`${name} is said to be untouched`);
  }
  return wrong;
}
