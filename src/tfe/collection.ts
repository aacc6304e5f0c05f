import { type Api, segment } from './api.ts';
import { ApiError } from './api-error.ts';
import { type Decoder, decodeResource } from './json-api.ts';
import { listAll } from './pages.ts';

type Query = Readonly<Record<string, string>>;

/**
 * The resources of one type in an organization, each with a unique name. `find…` returns undefined for a resource
 * that does not exist, `read` throws.
 */
export abstract class Collection<T extends { readonly id: string; readonly name: string }> {
  protected readonly api: Api;
  /** The path that lists and creates them. */
  protected readonly path: string;
  readonly #type: string;
  protected abstract readonly decode: Decoder<T>;
  /** Query parameters that request related data. Emptied once the server rejects them. */
  protected along: Query = {};

  /** @param type as in paths: `policies` */
  constructor(api: Api, organization: string, type: string) {
    this.api = api;
    this.path = `/organizations/${segment(organization)}/${type}`;
    this.#type = type;
  }

  /** Finds one by its exact name. The server's search also matches parts of names. */
  async findByName(name: string): Promise<T | undefined> {
    return (await this.listPages({ 'search[name]': name })).find((each) => each.name === name);
  }

  /** Undefined if it does not exist or is not visible. */
  async findById(id: string): Promise<T | undefined> {
    try {
      return await this.read(id);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @throws ApiError 404 if it does not exist */
  read(id: string, { finishes = false }: { readonly finishes?: boolean } = {}): Promise<T> {
    return this.#asking((query) =>
      this.api.send({ method: 'GET', path: this.pathOf(id), query, finishes }, (line, { body }) =>
        decodeResource(line, body, { id, decode: this.decode }),
      ),
    );
  }

  protected listPages(query: Query = {}): Promise<T[]> {
    return this.#asking((along) =>
      listAll(this.api, { path: this.path, query: { ...along, ...query } }, this.decode),
    );
  }

  /** A release that does not support the related data returns 400 (docs/terraform-api.md#errors). */
  async #asking<A>(ask: (along: Query) => Promise<A>): Promise<A> {
    try {
      return await ask(this.along);
    } catch (error) {
      const isUnknown = error instanceof ApiError && error.status === 400;
      if (!isUnknown || Object.keys(this.along).length === 0) throw error;
      this.along = {};
      return ask(this.along);
    }
  }

  protected pathOf(id: string): string {
    return `/${this.#type}/${segment(id)}`;
  }
}
