import type { Fault } from '../../sandbox/http/faults.ts';

export type NamedFault = {
  readonly name: string;
  readonly fault: Fault;
  /** The run mostly waits, so that many may do so side by side. */
  readonly waits?: boolean;
  /** It passes for an answer. */
  readonly poses?: boolean;
};

/** Whether the request does what it is for, whatever is answered. */
export const hasEffect = ({ fault }: NamedFault): boolean =>
  'effect' in fault && (fault.effect === 'after' || fault.effect === true);

const html = { 'content-type': 'text/html' };
const page = '<!doctype html><title>Sign in</title><h1>Sign in</h1>';

const limited: Fault = {
  type: 'status',
  status: 429,
  headers: { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0.237' },
};

const status = (code: number, effect = false): Fault => ({ type: 'status', status: code, effect });

/** What may befall a single request. */
export const faults: readonly NamedFault[] = [
  { name: '429', fault: limited },
  { name: '425', fault: status(425) },
  { name: '500, HTML', fault: status(500) },
  { name: '500 after the effect', fault: status(500, true) },
  { name: '502', fault: status(502) },
  { name: '503', fault: status(503) },
  { name: '504', fault: status(504) },
  { name: '504 after the effect', fault: status(504, true) },
  { name: 'lost before the effect', fault: { type: 'lose', effect: 'before' } },
  { name: 'lost after the effect', fault: { type: 'lose', effect: 'after' } },
  { name: 'no answer, no effect', fault: { type: 'hang', effect: 'before' }, waits: true },
  { name: 'no answer, but the effect', fault: { type: 'hang', effect: 'after' }, waits: true },
  { name: 'half an answer', fault: { type: 'truncate' } },
  {
    name: 'a page, after the effect',
    fault: { type: 'body', status: 200, body: page, contentType: 'text/html' },
    poses: true,
  },
  {
    name: 'a page in its place',
    fault: { type: 'status', status: 200, body: page, headers: html },
    poses: true,
  },
  { name: 'empty 200, after the effect', fault: { type: 'body', status: 200, body: '' }, poses: true },
  { name: 'empty 200 in its place', fault: { type: 'status', status: 200, body: '' }, poses: true },
];

const outage = (name: string, fault: Fault, poses = false): NamedFault => ({
  name,
  fault,
  poses,
  waits: true,
});

/** What may befall every request of one kind for good. */
export const outages: readonly NamedFault[] = [
  outage('500 for good', status(500)),
  outage('503 after the effect, for good', status(503, true)),
  outage('lost before, for good', { type: 'lose', effect: 'before' }),
  outage('lost after, for good', { type: 'lose', effect: 'after' }),
  outage('a page for good', { type: 'status', status: 200, body: page, headers: html }, true),
  outage('403 for good', status(403)),
  outage('422 for good', status(422)),
];
