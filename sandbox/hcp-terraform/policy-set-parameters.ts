import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { ApiError, invalidAttribute, jsonAnswer, notFound } from './errors.ts';
import { paginate } from './pagination.ts';
import { attributesOf, type Call, policySetOf, primaryData, type Route } from './service.ts';

const path = '/policy-sets/:policySet/parameters';

/** Parameters of policy sets (docs/terraform-api.md#policy-set-parameters). */
export const parameterRoutes: Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: create },
  { method: 'GET', path: `${path}/:parameter`, handle: show },
  { method: 'PATCH', path: `${path}/:parameter`, handle: update },
  { method: 'DELETE', path: `${path}/:parameter`, handle: remove },
];

/** Not paginated unless page parameters are sent. */
function list(call: Call): Answer {
  const all = [...policySetOf(call).parameters].map(([id, attributes]) => resource(id, attributes));
  const paged = [...call.query.keys()].some((key) => key.startsWith('page['));
  if (!paged) return jsonAnswer(200, { data: all });
  const { items, envelope } = paginate(call, all);
  return jsonAnswer(200, { data: items, ...envelope });
}

function create(call: Call): Answer {
  const set = policySetOf(call);
  const attributes = attributesOf(primaryData(call, 'vars'));
  const missing = ['key', 'category'].filter((name) => typeof attributes[name] !== 'string');
  if (missing.length > 0) {
    throw new ApiError(
      422,
      missing.map((name) => invalidAttribute(name, `${name} can't be blank`)),
    );
  }
  const id = call.state.newId('var');
  const stored = { value: '', sensitive: false, ...attributes };
  set.parameters.set(id, stored);
  return jsonAnswer(201, { data: resource(id, stored) });
}

function show(call: Call): Answer {
  return jsonAnswer(200, { data: resource(...parameterOf(call)) });
}

function update(call: Call): Answer {
  const [id, attributes] = parameterOf(call);
  Object.assign(attributes, attributesOf(primaryData(call, 'vars')));
  return jsonAnswer(200, { data: resource(id, attributes) });
}

function remove(call: Call): Answer {
  policySetOf(call).parameters.delete(parameterOf(call)[0]);
  return emptyAnswer(204);
}

function parameterOf(call: Call): [string, Record<string, unknown>] {
  const id = call.params['parameter'] ?? '';
  const attributes = policySetOf(call).parameters.get(id);
  if (attributes === undefined) throw notFound();
  return [id, attributes];
}

/** A sensitive value is never read back. */
function resource(id: string, attributes: Record<string, unknown>): object {
  const value = attributes['sensitive'] === true ? null : attributes['value'];
  return { id, type: 'vars', attributes: { ...attributes, value } };
}
