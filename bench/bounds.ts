/**
 * What no client can go below, as it follows from the API (docs/terraform-api.md): a page of the list
 * holds 100 policies; a policy is made by one request and gets its code by another; code is read by one request, whose
 * answer leads to an object store that the limit does not count; there is no other way to tell whether code differs.
 */

/** What one run has to do. */
export interface Work {
  /** Policies in the organization before the run. */
  readonly existing: number;
  readonly downloaded: number;
  readonly created: number;
  /** Policies that get code: new ones and changed ones. */
  readonly uploaded: number;
}

export interface Server {
  /** Requests a second. */
  readonly limit: number;
  /** Milliseconds until an answer. */
  readonly latency: number;
}

const PAGE = 100;

/** An empty list takes one request, too. */
const pages = ({ existing }: Work): number => Math.max(1, Math.ceil(existing / PAGE));

export const fewestRequests = (work: Work): number =>
  pages(work) + work.downloaded + work.created + work.uploaded;

/** How many answers have to be waited for one after the other, however many requests may go at once. */
export function longestChain(work: Work): number {
  // Only the first page tells how many there are.
  const list = Math.min(2, pages(work));
  const download = work.downloaded > 0 ? 2 : 0;
  return list + download + (work.created > 0 ? 1 : 0) + (work.uploaded > 0 ? 1 : 0);
}

/**
 * The least time that a run can take. The server counts in windows of one second, the first of which begins with the
 * first request, and takes `limit` of them at once: the request after k full windows is counted k seconds later than
 * the first. (A server with rolling seconds is no faster. One that fills up evenly is, by up to a second.) A download
 * that is counted last still has to be fetched from the object store.
 */
export function leastSeconds(work: Work, { limit, latency }: Server): number {
  const answer = latency / 1000;
  const windows = Math.floor((fewestRequests(work) - 1) / limit);
  const afterLast = work.downloaded > 0 && work.uploaded === 0 ? answer : 0;
  return Math.max(longestChain(work) * answer, answer + windows + afterLast);
}
