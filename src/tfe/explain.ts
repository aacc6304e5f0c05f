import type { Problem } from '../model/problem.ts';
import { CancelledError } from '../runtime/cancellation.ts';
import { ApiError, ConnectionError, DecodeError, OBJECT_STORE } from './api-error.ts';
import { NotSentError } from './retry.ts';

/** Explains a failure of the API and what to do about it (docs/terraform-api.md#errors). */
export function explainFailure(error: unknown): Problem {
  if (error instanceof ApiError) return { message: `${error.message}.`, advice: adviceFor(error) };
  if (error instanceof ConnectionError)
    return { message: `${error.message}.`, advice: adviceForConnection(error.code) };
  if (error instanceof DecodeError) {
    return {
      message: `${error.message}.`,
      advice:
        'The response may come from a proxy or a login page: check `hostname` and the network access of the runner.',
    };
  }
  if (error instanceof CancelledError)
    return { message: 'The run was cancelled.', advice: 'Run it again to complete what is missing.' };
  if (error instanceof NotSentError)
    return {
      message: `${error.message}.`,
      advice: 'Run again once the server is available: unfinished policies are completed then.',
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

/** No token is sent to the object store, so the usual advice about tokens does not apply. */
function adviceForObject({ status, request }: ApiError): string | undefined {
  if (status === 413)
    return 'The archive is larger than the object store accepts: exclude files that the policies do not need.';
  if (status < 400 || status >= 500) return undefined;
  const what = request.method === 'PUT' ? 'upload' : 'download';
  return `The object store refused the ${what}: run again, or check the network between it and the runner.`;
}

function adviceOf({ status, request }: ApiError): string {
  if (status === 401)
    return 'The token is missing, invalid, expired or revoked: store a valid one in `token`.';
  if (status === 403) return 'The token lacks a permission: use one with the permission Manage Policies.';
  if (status === 404 && isJoin(request)) return SET_MISSING;
  if (status === 404 && isNewVersion(request)) return NO_VERSIONS;
  if (status === 404 && isOfSet(request)) return SET_GONE;
  if (status === 404) return notFound(request.method);
  if (status === 413) return 'The code is larger than the server accepts: split the policy.';
  if (status === 415)
    return 'The server rejected the content type: check whether a proxy changes the request.';
  if (status === 422)
    return 'The server rejected these values for the reason that it gives. A limit of the edition is also reported like this.';
  if (status === 429) return 'Other clients use up the rate limit: run again later, or lower `parallelism`.';
  if (status >= 300 && status < 400)
    return 'The host redirects to another address: set `hostname` to that one.';
  if (status >= 500) return 'The server or a gateway in front of it failed: run again.';
  return 'Check that the server supports this request.';
}

const NO_VERSIONS =
  'The policy set was deleted during the run, the token cannot manage it, or the edition of the organization does not include versioned policy sets.';

const isNewVersion = ({ method, path }: ApiError['request']): boolean =>
  method === 'POST' && path.endsWith('/versions');

const SET_GONE =
  'The policy set was deleted during the run, or the token can no longer manage it: run again.';

/** Whether a request is about one policy set, or one version of it. */
const isOfSet = ({ path }: ApiError['request']): boolean =>
  /^\/api\/v2\/(policy-sets|policy-set-versions)\//.test(path);

const SET_MISSING =
  'The policy set was deleted during the run, or the token has no access to it: create it again, or name another one in `policy-sets`.';

/** Whether a request adds members to a policy set. */
const isJoin = ({ method, path }: ApiError['request']): boolean =>
  method === 'POST' && path.endsWith('/relationships/policies');

/** Whether the policy set is missing: a later run can only complete the work if it exists again. */
export const isMissingPolicySet = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404 && isJoin(error.request);

function notFound(method: string): string {
  return method === 'GET' || method === 'POST'
    ? 'The name in `organization` is wrong, the token cannot manage policies there (use an organization token, or a team or user token with Manage Policies), or the edition of the organization does not include policy enforcement.'
    : 'The policy was deleted during the run, or the token can no longer manage policies: run again.';
}

function adviceForConnection(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The host name was not found: correct `hostname`, or check the DNS of the runner.';
  if (code === 'ECONNREFUSED')
    return 'The connection was refused: check `hostname`, and that the runner can reach it.';
  if (code.startsWith('ERR_PROXY_')) {
    return 'Check the credentials in HTTPS_PROXY or HTTP_PROXY, allow the host in the proxy, or bypass the proxy with NO_PROXY.';
  }
  if (code === 'ERR_REDIRECT')
    return 'The server redirects to an address that cannot be trusted: check the object storage settings of Terraform Enterprise.';
  if (code.startsWith('ERR_SSL'))
    return 'The server does not speak TLS on this port: correct the host or the port in `hostname`.';
  if (/^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS)/.test(code)) {
    return 'The certificate is not trusted: set `ca-certificate` to the CA bundle, or correct `hostname`.';
  }
  if (/TIMEDOUT$|TIMEOUT$/.test(code))
    return 'The server did not respond in time: run again, or check the network between it and the runner.';
  return 'The connection failed: run again.';
}
