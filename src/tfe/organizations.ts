import * as v from 'valibot';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { type Api, segment } from './api.ts';
import { ApiError } from './api-error.ts';
import { decodeOne } from './json-api.ts';

/** What an organization may do, asked only to explain a failure. */
export class Organizations {
  readonly #api: Api;
  readonly #name: string;

  constructor(api: Api, name: string) {
    this.#api = api;
    this.#name = name;
  }

  /**
   * The same failure; or, where it is a 404, one that tells which of its causes it has: no such organization, no
   * entitlement, no permission (docs/terraform-api.md#errors).
   */
  async diagnose(failure: unknown): Promise<unknown> {
    if (!(failure instanceof ApiError) || failure.status !== 404) return failure;
    const cause = await this.#causeOfNotFound().catch(() => undefined);
    if (cause === undefined) return failure;
    const { message, ...rest } = cause;
    return new ProblemsError([{ message: `${failure.message}. ${message}`, ...rest }]);
  }

  /** How many policies the plan allows; undefined where there is no limit, or none is told. */
  async policyLimit(): Promise<number | undefined> {
    const entitlements = await this.#entitlements().catch(() => undefined);
    return entitlements?.['policy-limit'] ?? undefined;
  }

  /** How many versioned policy sets the plan allows; undefined where there is no limit, or none is told. */
  async versionedSetLimit(): Promise<number | undefined> {
    const entitlements = await this.#entitlements().catch(() => undefined);
    return entitlements?.['versioned-policy-set-limit'] ?? undefined;
  }

  async #causeOfNotFound(): Promise<Problem | undefined> {
    const place = { input: 'organization' };
    const name = this.#name;
    if (!(await this.#isVisible())) {
      return {
        message: `There is no organization ${name}, or the token is not for it.`,
        place,
        advice: 'Correct `organization` and `hostname`, or use a token of that organization.',
      };
    }
    const entitlements = await this.#entitlements();
    if ((entitlements['policy-enforcement'] ?? entitlements.sentinel) === false) {
      return {
        message: `The plan of organization ${name} has no policy enforcement.`,
        place,
        advice: 'Change the plan, or name another organization.',
      };
    }
    return {
      message: `Organization ${name} is there, but the token may not manage its policies.`,
      place: { input: 'token' },
      advice: 'Use an organization token, or a team or user token with Manage Policies.',
    };
  }

  get #path(): string {
    return `/organizations/${segment(this.#name)}`;
  }

  async #isVisible(): Promise<boolean> {
    try {
      await this.#api.send({ method: 'GET', path: this.#path }, () => undefined);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  #entitlements(): Promise<v.InferOutput<typeof Entitlements>['attributes']> {
    return this.#api.send({ method: 'GET', path: `${this.#path}/entitlement-set` }, (line, { body }) =>
      decodeOne(line, body, (resource) => v.parse(Entitlements, resource).attributes),
    );
  }
}

/** `policy-enforcement` was once `sentinel` (docs/terraform-api.md#editions). */
const Entitlements = v.object({
  attributes: v.object({
    'policy-enforcement': v.nullish(v.boolean()),
    sentinel: v.nullish(v.boolean()),
    'policy-limit': v.nullish(v.number()),
    'versioned-policy-set-limit': v.nullish(v.number()),
  }),
});
