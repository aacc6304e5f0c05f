import { randomUUID } from 'node:crypto';
import { type Answer, bearerToken, type Incoming } from '../http/exchange.ts';
import { parseJson } from '../http/recording.ts';
import { matchRoute } from '../http/routes.ts';
import { secretsSeen } from '../http/secrets.ts';
import { branchRoutes } from './branches.ts';
import { commentRoutes } from './comments.ts';
import { ApiError, notFound } from './errors.ts';
import { gitRoutes } from './git.ts';
import * as gitea from './gitea.ts';
import { giteaGitRoutes } from './gitea-git.ts';
import { graphqlRoute } from './graphql.ts';
import type { TokenOptions } from './options.ts';
import { giteaPullRoutes, pullRoutes } from './pulls.ts';
import { type SchemaName, schemas } from './schemas/index.ts';
import type { Call, Route, Service } from './service.ts';
import { userRoutes } from './users.ts';

const restRoutes = {
  github: [...branchRoutes, ...commentRoutes, ...gitRoutes, ...pullRoutes, ...userRoutes],
  gitea: [...branchRoutes, ...commentRoutes, ...giteaGitRoutes, ...giteaPullRoutes, ...userRoutes],
};
const versions = ['2022-11-28', '2026-03-10'];

/** The REST API below its base path, and GraphQL. */
export class Api {
  readonly #service: Service;
  readonly #graphqlPath: string;

  constructor(service: Service) {
    this.#service = service;
    this.#graphqlPath = graphqlPath(service.settings.basePath);
  }

  async handle(incoming: Incoming): Promise<Answer> {
    this.#checkSecrets(incoming);
    const answer = await this.#answer(incoming);
    return this.#isGitea ? answer : { ...answer, headers: { ...headers(), ...answer.headers } };
  }

  get #isGitea(): boolean {
    return this.#service.settings.dialect === 'gitea';
  }

  async #answer(incoming: Incoming): Promise<Answer> {
    if (this.#isAbsent(incoming)) return gitea.noSuchEndpoint();
    try {
      const call = this.#call(incoming);
      const answer = await call.route.handle(call);
      this.#checkAnswer(incoming, answer, call.route.answer);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#isGitea) return gitea.errorAnswer(this.#service, error);
      this.#checkAnswer(incoming, error.answer, 'error');
      return error.answer;
    }
  }

  #call(incoming: Incoming): Call & { route: Route } {
    const { method, url } = incoming;
    if (incoming.headers['user-agent'] === undefined) {
      this.#violation(incoming, 'no User-Agent');
      throw new ApiError(403, 'Request forbidden by administrative rules.');
    }
    const caller = this.#caller(incoming);
    const version = incoming.headers['x-github-api-version'];
    if (version !== undefined && !versions.includes(String(version))) {
      throw new ApiError(400, `"${String(version)}" is not a supported version`);
    }
    const found = this.#route(method, url.pathname);
    if (found === undefined) {
      this.#violation(incoming, 'no such endpoint');
      throw notFound();
    }
    const document = incoming.body.length === 0 ? undefined : parsed(incoming);
    this.#checkRequest(incoming, document, found.route.request);
    return { ...this.#service, incoming, document, caller, query: url.searchParams, ...found };
  }

  #isAbsent({ method, url: { pathname } }: Incoming): boolean {
    const { basePath } = this.#service.settings;
    return this.#isGitea && matchRoute(gitea.absent, method, pathname.slice(basePath.length)) !== undefined;
  }

  #route(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    if (path === this.#graphqlPath) return matchRoute([graphqlRoute], method, '/graphql');
    const { basePath, dialect } = this.#service.settings;
    return path.startsWith(`${basePath}/`)
      ? matchRoute(restRoutes[dialect], method, path.slice(basePath.length))
      : undefined;
  }

  #caller(incoming: Incoming): TokenOptions {
    const token = bearerToken(incoming.headers);
    if (token === undefined) throw new ApiError(401, 'Requires authentication');
    const caller = this.#service.settings.tokens[token];
    if (caller === undefined) throw new ApiError(401, 'Bad credentials');
    return caller;
  }

  #checkSecrets(incoming: Incoming): void {
    const { tokens, foreignSecrets } = this.#service.settings;
    const own = secretsSeen(incoming, Object.keys(tokens), { authorization: false });
    const foreign = secretsSeen(incoming, foreignSecrets, { authorization: true });
    for (const place of [...own, ...foreign]) this.#violation(incoming, `a token was sent in ${place}`);
  }

  #checkRequest(incoming: Incoming, document: unknown, schema: SchemaName | undefined): void {
    if (schema === undefined) return;
    for (const problem of schemas().problems(schema, document)) this.#violation(incoming, problem);
  }

  #checkAnswer(incoming: Incoming, answer: Answer, schema: SchemaName | undefined): void {
    // Only GitHub has these, for entries that are not files.
    const isJson = answer.headers['content-type']?.startsWith('application/json');
    if (schema === undefined || !isJson || this.#isGitea) return;
    for (const problem of schemas().problems(schema, parseJson(answer.body))) {
      this.#violation(incoming, `answer: ${problem}`);
    }
  }

  #violation(incoming: Incoming, message: string): void {
    this.#service.recording.violation(incoming, message);
  }
}

export function graphqlPath(basePath: string): string {
  return basePath === '/api/v3' ? '/api/graphql' : `${basePath}/graphql`;
}

function parsed({ body }: Incoming): unknown {
  const document = parseJson(body);
  if (document === undefined) throw new ApiError(400, 'Problems parsing JSON');
  return document;
}

function headers(): Record<string, string> {
  return {
    'x-github-request-id': randomUUID(),
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '900',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
  };
}
