import { asObject } from '../http/exchange.ts';
import type { Settings } from './options.ts';
import type { PolicyKind } from './state.ts';
import type { Validation } from './validation.ts';

const levels: Record<PolicyKind, readonly string[]> = {
  sentinel: ['hard-mandatory', 'soft-mandatory', 'advisory'],
  opa: ['mandatory', 'advisory'],
};

/** The fallback of the service if `enforce` has another path (docs/terraform-api.md#policies). */
export const defaultLevel: Record<PolicyKind, string> = { sentinel: 'hard-mandatory', opa: 'advisory' };

export function policyPath({ name, kind }: { name: string; kind: PolicyKind }): string {
  return `${name}.${kind === 'opa' ? 'rego' : 'sentinel'}`;
}

/** The level in a create or an update. Undefined if there is none that the release supports. */
export function statedLevel(
  validation: Validation,
  policy: { name: string; kind: PolicyKind },
  { dialect }: Settings,
): string | undefined {
  if (dialect.enforcementLevel && validation.has('enforcement-level')) {
    return checked(validation, 'enforcement-level', {
      kind: policy.kind,
      level: validation.value('enforcement-level'),
    });
  }
  return validation.has('enforce') ? enforced(validation, policy) : undefined;
}

function enforced(validation: Validation, policy: { name: string; kind: PolicyKind }): string | undefined {
  const enforce = validation.value('enforce');
  if (!Array.isArray(enforce) || enforce.length !== 1) {
    validation.refuse('enforce', 'Enforce must have a single element');
    return undefined;
  }
  const { path, mode } = asObject(enforce[0]);
  if (path !== policyPath(policy) || mode === undefined) return defaultLevel[policy.kind];
  return checked(validation, 'enforce', { kind: policy.kind, level: mode });
}

function checked(
  validation: Validation,
  attribute: string,
  { kind, level }: { kind: PolicyKind; level: unknown },
): string | undefined {
  if (typeof level === 'string' && levels[kind].includes(level)) return level;
  validation.refuse(attribute, `Enforcement level must be one of ${levels[kind].join(', ')}`);
  return undefined;
}
