import * as v from 'valibot';
import { DecodeError, type ErrorObject, type RequestLine } from './api-error.ts';

/** IDs are opaque, but must not change the path that they are put into (docs/terraform-api.md#requests). */
export const Id = v.pipe(v.string(), v.regex(/^[^/\s?#]+$/), v.notValue('.'), v.notValue('..'));

export const Identifier = v.object({ id: Id, type: v.string() });

/** A relationship to many. Undefined if the server omits it. */
export const ToMany = v.optional(v.object({ data: v.optional(v.nullable(v.array(Identifier))) }));

const Pagination = v.object({
  'current-page': v.number(),
  'next-page': v.nullish(v.number()),
  'total-pages': v.nullish(v.number()),
  'total-count': v.nullish(v.number()),
});

const Included = v.optional(v.array(v.unknown()), []);
const OneSchema = v.object({ data: v.unknown(), included: Included });
const ManySchema = v.object({
  data: v.array(v.unknown()),
  included: Included,
  meta: v.nullish(v.object({ pagination: v.optional(Pagination) })),
});

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined if the server does not return any, as in the oldest documents. */
  readonly pagination: v.InferOutput<typeof Pagination> | undefined;
}

/** Reads a resource. `included` contains the related resources of the response, if they were requested. */
export type Decoder<T> = (resource: unknown, included: readonly unknown[]) => T;

/** Decodes a document that contains one resource. @throws DecodeError */
export function decodeOne<T>(request: RequestLine, body: Buffer, decode: Decoder<T>): T {
  return attempt(request, () => {
    const { data, included } = v.parse(OneSchema, parse(body));
    return decode(data, included);
  });
}

/** Decodes a resource that was requested by ID. A resource with another ID is an error. @throws DecodeError */
export function decodeResource<T extends { readonly id: string }>(
  request: RequestLine,
  body: Buffer,
  { id, decode }: { readonly id: string; readonly decode: Decoder<T> },
): T {
  const resource = decodeOne(request, body, decode);
  if (resource.id !== id) throw new DecodeError(request, `the document of ${id}`);
  return resource;
}

/** Decodes one page of a list. @throws DecodeError */
export function decodePage<T>(request: RequestLine, body: Buffer, decode: Decoder<T>): Page<T> {
  return attempt(request, () => {
    const { data, included, meta } = v.parse(ManySchema, parse(body));
    return { items: data.map((resource) => decode(resource, included)), pagination: meta?.pagination };
  });
}

/** Accepts a response without content, but not the HTML page of a proxy in its place. @throws DecodeError */
export function decodeNothing(request: RequestLine, { status, body }: Acknowledgement): void {
  if (status !== 204) attempt(request, () => parse(body));
}

interface Acknowledgement {
  readonly status: number;
  readonly body: Buffer;
}

const ErrorSchema = v.union([
  v.pipe(
    v.string(),
    v.transform((title): ErrorObject => ({ title, detail: undefined, pointer: undefined })),
  ),
  v.pipe(
    v.object({
      title: v.nullish(v.string()),
      detail: v.nullish(v.string()),
      source: v.nullish(v.object({ pointer: v.nullish(v.string()) })),
    }),
    v.transform(
      ({ title, detail, source }): ErrorObject => ({
        title: title ?? undefined,
        detail: detail ?? undefined,
        pointer: source?.pointer ?? undefined,
      }),
    ),
  ),
]);

/** Reads the errors of a response in each of their forms. Empty if the body is something else. */
export function decodeErrors(body: Buffer): readonly ErrorObject[] {
  try {
    const { errors } = v.parse(v.object({ errors: v.array(v.unknown()) }), parse(body));
    return errors.flatMap((error) => {
      const result = v.safeParse(ErrorSchema, error);
      return result.success ? [result.output] : [];
    });
  } catch {
    return [];
  }
}

const parse = (body: Buffer): unknown => JSON.parse(body.toString('utf8'));

function attempt<T>(request: RequestLine, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SyntaxError || v.isValiError(error))
      throw new DecodeError(request, 'a JSON:API document');
    throw error;
  }
}
