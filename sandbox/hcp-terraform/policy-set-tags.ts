import { type Answer, asObject, emptyAnswer } from '../http/exchange.ts';
import { notFound, simpleError, unprocessable } from './errors.ts';
import { type Call, policySetOf, type Route, type Service } from './service.ts';
import type { PolicySet, TagSelector } from './state.ts';

const path = '/policy-sets/:policySet/tag-selectors';

/** Scopes by tags, which have neither a type nor an id (docs/terraform-api.md#policy-set-scopes). */
export const tagSelectorRoutes: Route[] = [
  { method: 'POST', path, handle: add },
  { method: 'DELETE', path, handle: remove },
];

function add(call: Call): Answer {
  const { set, selectors } = asked(call);
  setTagSelectors(call, set, [...without(set.tagSelectors, selectors), ...selectors]);
  return emptyAnswer(204);
}

function remove(call: Call): Answer {
  const { set, selectors } = asked(call);
  setTagSelectors(call, set, without(set.tagSelectors, selectors));
  return emptyAnswer(204);
}

function asked(call: Call): { set: PolicySet; selectors: TagSelector[] } {
  const set = policySetOf(call);
  if (!call.settings.dialect.enforcementLevel) throw notFound();
  return { set, selectors: tagSelectors(asObject(call.document)['data'], '/data') };
}

export function tagSelectors(value: unknown, pointer: string): TagSelector[] {
  if (!Array.isArray(value)) throw unprocessable('must be an array of tag selectors', pointer);
  return value.map((item: unknown) => {
    const { 'tag-key': key, 'tag-value': tag, 'is-exclude': exclude } = asObject(item);
    if (
      typeof key !== 'string' ||
      (typeof tag !== 'string' && tag !== null) ||
      typeof exclude !== 'boolean'
    ) {
      throw unprocessable('tag-key, tag-value and is-exclude are required', pointer);
    }
    return { 'tag-key': key, 'tag-value': tag, 'is-exclude': exclude };
  });
}

/** A set with tag selectors must define whether any or all of them must match. */
export function setTagSelectors({ settings }: Service, set: PolicySet, selectors: TagSelector[]): void {
  const including = selectors.some((selector) => !selector['is-exclude']);
  if (including && set.relations.workspaces.size + set.relations.projects.size > 0) {
    throw simpleError(422, 'invalid attribute', 'tag-based scoping conflicts with explicit associations');
  }
  const logic = set.attributes['tag-selector-matching-logic'] ?? null;
  if (selectors.length > 0 && logic === null && settings.tagMatchingLogic === 'required') {
    throw simpleError(
      422,
      'invalid attribute',
      'tag-selector-matching-logic is required when using tag selectors. Valid values: "any", "all"',
    );
  }
  set.tagSelectors = selectors;
  set.attributes['scoping-type'] = including ? 'tag' : 'explicit';
}

function without(selectors: TagSelector[], others: TagSelector[]): TagSelector[] {
  const same = (a: TagSelector, b: TagSelector): boolean =>
    a['tag-key'] === b['tag-key'] && a['tag-value'] === b['tag-value'] && a['is-exclude'] === b['is-exclude'];
  return selectors.filter((selector) => !others.some((other) => same(selector, other)));
}
