import { type Answer, textAnswer } from '../http/exchange.ts';

const documentation = 'https://docs.github.com/rest';

export class ApiError extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, extra: object = {}, headers: Record<string, string> = {}) {
    super(message);
    const body = { message, ...extra, documentation_url: documentation, status: String(status) };
    const answer = jsonAnswer(status, body);
    this.answer = { ...answer, headers: { ...answer.headers, ...headers } };
  }
}

export function jsonAnswer(status: number, document: unknown): Answer {
  return textAnswer(status, 'application/json; charset=utf-8', JSON.stringify(document));
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** A header lists the permissions that would suffice. */
export function notAccessible(accepted: string): ApiError {
  return new ApiError(
    403,
    'Resource not accessible by integration',
    {},
    {
      'x-accepted-github-permissions': accepted,
    },
  );
}

export function validationFailed(
  resource: string,
  error: { code: string; field: string; message?: string },
): ApiError {
  return new ApiError(422, 'Validation Failed', { errors: [{ resource, ...error }] });
}

/** The body of a fault with a status and no body. */
export function faultAnswer(status: number): Answer {
  if (status === 403 || status === 429) {
    return new ApiError(status, 'You have exceeded a secondary rate limit.').answer;
  }
  if (status < 500) return new ApiError(status, 'Refused').answer;
  return textAnswer(status, 'text/html', `<!DOCTYPE html><title>Unicorn! · GitHub</title><p>${status}</p>\n`);
}
