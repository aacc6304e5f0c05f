import { type Answer, emptyAnswer, textAnswer } from '../http/exchange.ts';
import type { Route } from './service.ts';

/** Requires no token (docs/terraform-api.md#requests). */
export const pingRoute: Route = {
  method: 'GET',
  path: '/ping',
  open: true,
  handle: () => emptyAnswer(204),
};

export const discoveryPath = '/.well-known/terraform.json';

export function discoveryAnswer(): Answer {
  const services = {
    'modules.v1': '/api/registry/v1/modules/',
    'providers.v1': '/api/registry/v1/providers/',
    'state.v2': '/api/v2/',
    'tfe.v2': '/api/v2/',
    'tfe.v2.1': '/api/v2/',
    'tfe.v2.2': '/api/v2/',
  };
  return textAnswer(200, 'application/json', JSON.stringify(services));
}
