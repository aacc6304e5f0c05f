import * as v from 'valibot';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { type Api, segment } from './api.ts';
import { ApiError } from './api-error.ts';
import { decodeOne } from './json-api.ts';

/** What an organization is entitled to. Only read to explain a failure. */
export class Organizations {
  readonly #api: Api;
  readonly #name: string;

  constructor(api: Api, name: string) {
    this.#api = api;
    this.#name = name;
  }

  /**
   * Returns the failure or, for a 404, one that names the cause: unknown organization, no entitlement, no permission
   * (docs/terraform-api.md#errors).
   */
  async diagnose(failure: unknown): Promise<unknown> {
    if (!(failure instanceof ApiError) || failure.status !== 404) return failure;
    const cause = await this.#causeOfNotFound().catch(() => undefined);
    if (cause === undefined) return failure;
    const { message, ...rest } = cause;
    return new ProblemsError([{ message: `${failure.message}. ${message}`, ...rest }]);
  }

  /** Maximum number of policies in the edition. Undefined if there is no limit or it is unknown. */
  async policyLimit(): Promise<number | undefined> {
    const entitlements = await this.#entitlements().catch(() => undefined);
    return entitlements?.['policy-limit'] ?? undefined;
  }

  /** Maximum number of versioned policy sets in the edition. Undefined if there is no limit or it is unknown. */
  async versionedSetLimit(): Promise<number | undefined> {
    const entitlements = await this.#entitlements().catch(() => undefined);
    return entitlements?.['versioned-policy-set-limit'] ?? undefined;
  }

  async #causeOfNotFound(): Promise<Problem | undefined> {
    const place = { input: 'organization' };
    const name = this.#name;
    if (!(await this.#isVisible())) {
      return {
        message: `Organization "${name}" was not found, or the token has no access to it.`,
        place,
        advice: 'Correct `organization` or `hostname`, or use a token of that organization.',
      };
    }
    const entitlements = await this.#entitlements();
    if ((entitlements['policy-enforcement'] ?? entitlements.sentinel) === false) {
      return {
        message: `Policy enforcement is not included in the edition of organization "${name}".`,
        place,
        advice: 'Change the edition, or name another organization.',
      };
    }
    return {
      message: `Organization "${name}" exists, but the token cannot manage its policies.`,
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

/** `policy-enforcement` was called `sentinel` (docs/terraform-api.md#editions). */
const Entitlements = v.object({
  attributes: v.object({
    'policy-enforcement': v.nullish(v.boolean()),
    sentinel: v.nullish(v.boolean()),
    'policy-limit': v.nullish(v.number()),
    'versioned-policy-set-limit': v.nullish(v.number()),
  }),
});
