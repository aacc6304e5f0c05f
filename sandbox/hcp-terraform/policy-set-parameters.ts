import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { jsonAnswer, notFound } from './errors.ts';
import { paginate } from './pagination.ts';
import { attributesOf, type Call, policySetOf, primaryData, type Route } from './service.ts';
import type { Parameter, PolicySet } from './state.ts';
import { Validation } from './validation.ts';

const path = '/policy-sets/:policySet/parameters';

/** Parameters of policy sets (docs/terraform-api.md#policy-set-parameters). */
export const parameterRoutes: Route[] = [
  { method: 'GET', path, answer: 'parameters', handle: list },
  { method: 'POST', path, answer: 'parameter', handle: create },
  { method: 'GET', path: `${path}/:parameter`, answer: 'parameter', handle: show },
  { method: 'PATCH', path: `${path}/:parameter`, answer: 'parameter', handle: update },
  { method: 'DELETE', path: `${path}/:parameter`, handle: remove },
];

/** Not paginated unless page parameters are sent. */
function list(call: Call): Answer {
  const set = parametrized(call);
  const all = [...set.parameters].map(([id, parameter]) => resource(set, id, parameter));
  const paged = [...call.query.keys()].some((key) => key.startsWith('page['));
  if (!paged) return jsonAnswer(200, { data: all });
  const { items, envelope } = paginate(call, all);
  return jsonAnswer(200, { data: items, ...envelope });
}

function create(call: Call): Answer {
  const set = parametrized(call);
  const validation = new Validation(attributesOf(primaryData(call, 'vars')));
  if (validation.value('category') !== 'policy-set') {
    validation.refuse('category', 'Category is not included in the list');
  }
  const parameter = stated(call, set, { validation, before: { key: '', value: '', sensitive: false } });
  const id = call.state.newId('var');
  set.parameters.set(id, parameter);
  return jsonAnswer(201, { data: resource(set, id, parameter) });
}

function show(call: Call): Answer {
  const { set, id, parameter } = parameterOf(call);
  return jsonAnswer(200, { data: resource(set, id, parameter) });
}

/** Only given attributes change, including the key. */
function update(call: Call): Answer {
  const { set, id, parameter } = parameterOf(call);
  const validation = new Validation(attributesOf(primaryData(call, 'vars')));
  const changed = stated(call, set, { validation, before: parameter });
  set.parameters.set(id, changed);
  return jsonAnswer(200, { data: resource(set, id, changed) });
}

function remove(call: Call): Answer {
  const { set, id } = parameterOf(call);
  set.parameters.delete(id);
  return emptyAnswer(204);
}

function stated(
  { settings }: Call,
  set: PolicySet,
  { validation, before }: { validation: Validation; before: Parameter },
): Parameter {
  const key = validation.textOrNull('key') ?? before.key;
  const taken = [...set.parameters.values()].some((other) => other !== before && other.key === key);
  if (key === '') validation.refuse('key', "Key can't be blank");
  else if (settings.parameterKeys === 'identifiers' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    validation.refuse('key', 'Key is not a valid identifier');
  } else if (taken) validation.refuse('key', 'Key has already been taken');
  const value = validation.textOrNull('value') ?? before.value;
  const sensitive = validation.flag('sensitive') ?? before.sensitive;
  validation.done();
  return { key, value, sensitive };
}

/** On an older release, sets of individually managed policies have no parameters. */
function parametrized(call: Call): PolicySet {
  const set = policySetOf(call);
  if (!call.settings.managedParameters && set.policies.size > 0) throw notFound();
  return set;
}

function parameterOf(call: Call): { set: PolicySet; id: string; parameter: Parameter } {
  const set = parametrized(call);
  const id = call.params['parameter'] ?? '';
  const parameter = set.parameters.get(id);
  if (parameter === undefined) throw notFound();
  return { set, id, parameter };
}

/** Sensitive values are never returned. */
function resource(set: PolicySet, id: string, { key, value, sensitive }: Parameter): object {
  return {
    id,
    type: 'vars',
    attributes: { key, value: sensitive ? null : value, sensitive, category: 'policy-set' },
    relationships: { configurable: { data: { id: set.id, type: 'policy-sets' } } },
    links: { self: `/api/v2/policy-sets/${set.id}/parameters/${id}` },
  };
}
