import { type Answer, textAnswer } from '../http/exchange.ts';

export const mediaType = 'application/vnd.api+json';

export type ErrorObject = {
  status: string | number;
  title: string;
  detail?: string;
  source?: { pointer: string };
};

/** A response with JSON:API errors (docs/terraform-api.md#errors). */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: ErrorObject[];

  constructor(status: number, errors: ErrorObject[]) {
    super(errors.map(({ title, detail }) => detail ?? title).join('; '));
    this.status = status;
    this.errors = errors;
  }
}

/** The same body for resources that do not exist and those that are not visible. */
export function notFound(): ApiError {
  return new ApiError(404, [{ status: '404', title: 'not found' }]);
}

export function unauthorized(): ApiError {
  return new ApiError(401, [{ status: '401', title: 'unauthorized' }]);
}

export function invalidAttribute(name: string, detail: string): ErrorObject {
  return {
    status: '422',
    title: 'invalid attribute',
    detail,
    source: { pointer: `/data/attributes/${name}` },
  };
}

export function unprocessable(detail: string, pointer = '/data'): ApiError {
  return new ApiError(422, [{ status: '422', title: 'unprocessable entity', detail, source: { pointer } }]);
}

export function simpleError(status: number, title: string, detail: string): ApiError {
  return new ApiError(status, [{ status: String(status), title, detail }]);
}

/** The numeric status is the documented one (docs/terraform-api.md#errors). */
export function tooManyRequests(): ApiError {
  return new ApiError(429, [
    { status: 429, title: 'Too many requests', detail: "You have exceeded the API's rate limit." },
  ]);
}

export function errorAnswer({ status, errors }: ApiError): Answer {
  return jsonAnswer(status, { errors });
}

export function jsonAnswer(status: number, document: unknown): Answer {
  return textAnswer(status, `${mediaType}; charset=utf-8`, JSON.stringify(document));
}

/** The response of a gateway: HTML if the service is down, its usual errors otherwise. */
export function faultAnswer(status: number): Answer {
  if (status === 429) return errorAnswer(tooManyRequests());
  if (status < 500) return errorAnswer(new ApiError(status, [{ status: String(status), title: 'refused' }]));
  return textAnswer(status, 'text/html', `<html><body><h1>${status}</h1><hr>gateway</body></html>\n`);
}
