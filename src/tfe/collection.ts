import { type Api, segment } from './api.ts';
import { ApiError } from './api-error.ts';
import { type Decoder, decodeResource } from './json-api.ts';
import { listAll } from './pages.ts';

type Query = Readonly<Record<string, string>>;

/**
 * The resources of one type that an organization has, each with a name of its own. What is found may not be there, and
 * is undefined then; what is read has to be there.
 */
export abstract class Collection<T extends { readonly id: string; readonly name: string }> {
  protected readonly api: Api;
  /** Where the organization's are listed and created. */
  protected readonly path: string;
  readonly #type: string;
  protected abstract readonly decode: Decoder<T>;
  /** What is asked for along with each of them, as query parameters; nothing once the server showed not to know it. */
  protected along: Query = {};

  /** @param type as it stands in paths: `policies` */
  constructor(api: Api, organization: string, type: string) {
    this.api = api;
    this.path = `/organizations/${segment(organization)}/${type}`;
    this.#type = type;
  }

  /** Finds one by its exact name; the server's search finds parts of names. */
  async findByName(name: string): Promise<T | undefined> {
    return (await this.listPages({ 'search[name]': name })).find((each) => each.name === name);
  }

  /** Undefined where it is gone, or may not be seen. */
  async findById(id: string): Promise<T | undefined> {
    try {
      return await this.read(id);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @throws ApiError 404 where it is gone */
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

  /** A release that does not know what is asked for along says so by 400 (docs/terraform-api.md#errors). */
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
