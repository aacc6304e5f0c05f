import type { Problem } from '../model/problem.ts';
import { CancelledError } from '../runtime/cancellation.ts';
import { ApiError, ConnectionError, DecodeError, OBJECT_STORE } from './api-error.ts';
import { NotSentError } from './retry.ts';

/** Says what a failure of the API means and what to do about it (docs/terraform-api.md#errors). */
export function explainFailure(error: unknown): Problem {
  if (error instanceof ApiError) return { message: `${error.message}.`, advice: adviceFor(error) };
  if (error instanceof ConnectionError)
    return { message: `${error.message}.`, advice: adviceForConnection(error.code) };
  if (error instanceof DecodeError) {
    return {
      message: `${error.message}.`,
      advice:
        'Something else may answer there, such as a sign-in page or a proxy: correct `hostname`, or let the runner pass.',
    };
  }
  if (error instanceof CancelledError)
    return { message: 'The run was cancelled.', advice: 'Run it again: it completes what is missing.' };
  if (error instanceof NotSentError)
    return {
      message: `${error.message}.`,
      advice: 'Run again when it answers: nothing of this policy was begun, or the next run completes it.',
    };
  const cause = error instanceof Error && error.cause !== undefined ? explainFailure(error.cause) : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return cause === undefined
    ? { message }
    : {
        message: `${message} ${cause.message}`,
        ...(cause.advice === undefined ? {} : { advice: cause.advice }),
      };
}

function adviceFor(error: ApiError): string {
  return (error.request.path.endsWith(OBJECT_STORE) ? adviceForObject(error) : undefined) ?? adviceOf(error);
}

/** No token goes there, so that none can be wrong. */
function adviceForObject({ status, request }: ApiError): string | undefined {
  if (status === 413)
    return 'The archive is larger than the store takes: leave out what the policies do not need.';
  if (status < 400 || status >= 500) return undefined;
  const what = request.method === 'PUT' ? 'upload' : 'download';
  return `The store refused the ${what} at the address that the server gave: run again, or see what is between it and the runner.`;
}

function adviceOf({ status, request }: ApiError): string {
  if (status === 401) return 'The token is missing, wrong, expired or revoked: store a valid one in `token`.';
  if (status === 403) return 'The token lacks a permission: use one with Manage Policies.';
  if (status === 404 && isJoin(request)) return SET_MISSING;
  if (status === 404 && isNewVersion(request)) return NO_VERSIONS;
  if (status === 404 && isOfSet(request)) return SET_GONE;
  if (status === 404) return notFound(request.method);
  if (status === 413) return 'The code is larger than the server takes: split the policy.';
  if (status === 415)
    return 'The server refused the content type; a proxy on the way may have changed the request.';
  if (status === 422)
    return 'The server does not take these values; its words say which. A limit of the plan ends this way too.';
  if (status === 429) return 'Others use up the rate limit: run again later, or lower `parallelism`.';
  if (status >= 300 && status < 400) return 'The host redirects elsewhere: give the real one in `hostname`.';
  if (status >= 500) return 'The server or a gateway before it failed: run again.';
  return 'Compare the request with what the server supports.';
}

const NO_VERSIONS =
  'The policy set was deleted meanwhile, or the token may not manage it, or the plan of the organization has no versioned policy sets.';

const isNewVersion = ({ method, path }: ApiError['request']): boolean =>
  method === 'POST' && path.endsWith('/versions');

const SET_GONE = 'The policy set was deleted meanwhile, or the token may no longer manage it: run again.';

/** Whether a request is about one policy set, or one version of it. */
const isOfSet = ({ path }: ApiError['request']): boolean =>
  /^\/api\/v2\/(policy-sets|policy-set-versions)\//.test(path);

const SET_MISSING =
  'The policy set was deleted meanwhile, or the token may not see it: create it again, or name another one in `policy-sets`.';

/** Whether a request adds members to a policy set. */
const isJoin = ({ method, path }: ApiError['request']): boolean =>
  method === 'POST' && path.endsWith('/relationships/policies');

/** Whether it is the policy set that is missing: then no later run completes what is left to do, unless it is there. */
export const isMissingPolicySet = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404 && isJoin(error.request);

function notFound(method: string): string {
  return method === 'GET' || method === 'POST'
    ? 'The name in `organization` is wrong, or the token may not manage policies there (use an organization token, or a team or user token with Manage Policies), or the plan of the organization has no policy enforcement.'
    : 'It was deleted meanwhile, or the token may not manage policies any more: run again.';
}

function adviceForConnection(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'There is no such host: correct `hostname`.';
  if (code === 'ECONNREFUSED')
    return 'Nothing listens there: correct `hostname`, or let the runner reach it.';
  if (code.startsWith('ERR_PROXY_')) {
    return 'Correct the credentials in HTTPS_PROXY or HTTP_PROXY, have the proxy let the host pass, or leave the host out with NO_PROXY.';
  }
  if (code === 'ERR_REDIRECT')
    return 'The server sends code by way of an address that is not to be trusted: see its object store.';
  if (code.startsWith('ERR_SSL'))
    return 'What listens there speaks no TLS: correct the host or the port in `hostname`.';
  if (/^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS)/.test(code)) {
    return 'The certificate is not trusted: give the CA bundle in `ca-certificate`, or correct `hostname`.';
  }
  if (/TIMEDOUT$|TIMEOUT$/.test(code))
    return 'The server did not answer in time: run again, or see what is between it and the runner.';
  return 'The connection failed: run again.';
}
