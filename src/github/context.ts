import { readFileSync } from 'node:fs';
import { messageOf } from '../runtime/error-message.ts';
import { decodePayload, NO_PAYLOAD, type Payload } from './event.ts';

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** The runner's variables and the event, read once. */
export interface RunContext extends Payload {
  readonly workspace: string;
  readonly eventName: string;
  readonly repositoryName: Repository | undefined;
  readonly actor: string | undefined;
  readonly ref: string | undefined;
  readonly sha: string | undefined;
  /** 0 outside GitHub Actions. */
  readonly runId: number;
  readonly runAttempt: number;
  /** Without a trailing slash, like `apiUrl`. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Why the payload could not be read. The run continues without a pull request. */
  readonly payloadProblem: string | undefined;
}

export function readRunContext(environment: NodeJS.ProcessEnv): RunContext {
  const { payload, payloadProblem } = readPayload(environment['GITHUB_EVENT_PATH']);
  return {
    ...payload,
    payloadProblem,
    workspace: environment['GITHUB_WORKSPACE'] || process.cwd(),
    eventName: environment['GITHUB_EVENT_NAME'] ?? '',
    repositoryName: parseRepository(environment['GITHUB_REPOSITORY'] ?? payload.repository),
    actor: environment['GITHUB_ACTOR'],
    ref: environment['GITHUB_REF'],
    sha: environment['GITHUB_SHA'] || undefined,
    runId: Number(environment['GITHUB_RUN_ID']) || 0,
    runAttempt: Number(environment['GITHUB_RUN_ATTEMPT']) || 1,
    serverUrl: withoutSlash(environment['GITHUB_SERVER_URL'] || 'https://github.com'),
    apiUrl: withoutSlash(environment['GITHUB_API_URL'] || 'https://api.github.com'),
  };
}

function readPayload(path: string | undefined): { payload: Payload; payloadProblem: string | undefined } {
  if (path === undefined || path === '') return { payload: NO_PAYLOAD, payloadProblem: undefined };
  try {
    return { payload: decodePayload(readFileSync(path, 'utf8')), payloadProblem: undefined };
  } catch (error) {
    return { payload: NO_PAYLOAD, payloadProblem: messageOf(error) };
  }
}

const withoutSlash = (url: string) => url.trim().replace(/\/+$/, '');

function parseRepository(name: string | undefined): Repository | undefined {
  const [owner, repo, ...rest] = (name ?? '').split('/');
  return owner && repo && rest.length === 0 ? { owner, repo } : undefined;
}
