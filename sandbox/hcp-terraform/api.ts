import { randomUUID } from 'node:crypto';
import { type Answer, bearerToken, type Incoming } from '../http/exchange.ts';
import { parseJson } from '../http/recording.ts';
import { matchRoute } from '../http/routes.ts';
import { secretsSeen } from '../http/secrets.ts';
import { discoveryAnswer, discoveryPath, pingRoute } from './discovery.ts';
import {
  ApiError,
  errorAnswer,
  mediaType,
  notFound,
  simpleError,
  tooManyRequests,
  unauthorized,
} from './errors.ts';
import { hookAnswer, isHookPath } from './hooks.ts';
import { checkAnswer, checkRequest, MemberCheck } from './invariants.ts';
import { isObjectPath, objectStoreAnswer } from './object-store.ts';
import { organizationRoutes } from './organizations.ts';
import { policyRoutes } from './policies.ts';
import { policyCodeRoutes } from './policy-code.ts';
import { memberRoutes } from './policy-set-members.ts';
import { parameterRoutes } from './policy-set-parameters.ts';
import { tagSelectorRoutes } from './policy-set-tags.ts';
import { versionRoutes } from './policy-set-versions.ts';
import { policySetRoutes } from './policy-sets.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Call, Route, Service } from './service.ts';

const basePath = '/api/v2';

const routes = [
  pingRoute,
  ...organizationRoutes,
  ...policyRoutes,
  ...policyCodeRoutes,
  ...policySetRoutes,
  ...memberRoutes,
  ...tagSelectorRoutes,
  ...versionRoutes,
  ...parameterRoutes,
];

/** The API's own host: discovery, /api/v2, and on Terraform Enterprise the object store. */
export class Api {
  readonly #service: Service;
  readonly #rateLimit: RateLimit;
  readonly #members: MemberCheck;

  constructor(service: Service, rateLimit: RateLimit) {
    this.#service = service;
    this.#rateLimit = rateLimit;
    this.#members = new MemberCheck(service);
  }

  handle(incoming: Incoming): Answer | Promise<Answer> {
    const { pathname } = incoming.url;
    if (isObjectPath(this.#service, pathname)) return objectStoreAnswer(this.#service, incoming);
    if (isHookPath(pathname)) return hookAnswer(this.#service, incoming);
    this.#checkSecrets(incoming);
    if (pathname === discoveryPath && incoming.method === 'GET') return this.#discovery(incoming);
    const { allowed, headers } = this.#rateLimit.take();
    const answer = allowed ? this.#answer(incoming) : errorAnswer(tooManyRequests());
    return { ...answer, headers: { ...this.#headers(), ...headers, ...answer.headers } };
  }

  #answer(incoming: Incoming): Answer {
    if (incoming.method !== 'GET') this.#members.accept();
    try {
      const call = this.#call(incoming);
      const answer = call.route.handle(call);
      checkAnswer(this.#service, incoming, { answer, schema: call.route.answer });
      this.#members.check(incoming);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const answer = errorAnswer(error);
      checkAnswer(this.#service, incoming, { answer, schema: 'errors' });
      return answer;
    }
  }

  /** Checks in the order of the real service: route, token, media type, then those of the endpoint. */
  #call(incoming: Incoming): Call & { route: Route } {
    const { pathname, searchParams } = incoming.url;
    const path = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : '';
    const found = matchRoute(routes, incoming.method, path);
    if (found === undefined) throw this.#unknownRoute(incoming);
    if (!found.route.open) this.#authenticate(incoming);
    requireMediaType(incoming, found.route);
    const document = found.route.upload ? undefined : parse(incoming);
    checkRequest(this.#service, incoming, { document, schema: found.route.request });
    return { ...this.#service, incoming, document, query: searchParams, ...found };
  }

  #authenticate({ headers }: Incoming): void {
    const token = /^bearer /i.test(headers.authorization ?? '') ? bearerToken(headers) : undefined;
    if (token === undefined || !this.#service.settings.tokens.includes(token)) throw unauthorized();
  }

  #unknownRoute(incoming: Incoming): ApiError {
    this.#service.recording.violation(incoming, 'no such endpoint');
    if (incoming.headers.authorization !== undefined) {
      this.#service.recording.violation(incoming, 'Authorization was sent to an unknown place');
    }
    return notFound();
  }

  #discovery(incoming: Incoming): Answer {
    if (incoming.headers.authorization !== undefined) {
      this.#service.recording.violation(incoming, 'Authorization was sent to the discovery document');
    }
    return discoveryAnswer();
  }

  #checkSecrets(incoming: Incoming): void {
    const { settings, recording } = this.#service;
    const own = secretsSeen(incoming, settings.tokens, { authorization: false });
    const foreign = secretsSeen(incoming, settings.foreignSecrets, { authorization: true });
    for (const place of [...own, ...foreign]) recording.violation(incoming, `a token was sent in ${place}`);
  }

  #headers(): Record<string, string> {
    const { dialect, tfeVersion } = this.#service.settings;
    return {
      'x-request-id': randomUUID(),
      'tfp-api-version': '2.6',
      'tfp-appname': dialect.appName,
      ...(tfeVersion === null ? {} : { 'x-tfe-version': tfeVersion }),
    };
  }
}

/** Writes need a media type, with or without a body (docs/terraform-api.md#requests). */
function requireMediaType({ method, headers }: Incoming, route: Route): void {
  if (method === 'GET') return;
  const expected = route.upload ? 'application/octet-stream' : mediaType;
  const actual = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (actual === expected) return;
  throw simpleError(415, 'unsupported media type', `Content-Type must be ${expected}`);
}

function parse({ body }: Incoming): unknown {
  if (body.length === 0) return undefined;
  const document = parseJson(body);
  if (document === undefined) throw simpleError(400, 'bad request', 'The body is not JSON');
  return document;
}
