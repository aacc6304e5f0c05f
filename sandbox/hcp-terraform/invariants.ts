import type { Answer, Incoming } from '../http/exchange.ts';
import { parseJson } from '../http/recording.ts';
import { type SchemaName, schemas } from './schemas/index.ts';
import type { Service } from './service.ts';

export function checkRequest(
  { recording }: Service,
  incoming: Incoming,
  { document, schema }: { document: unknown; schema: SchemaName | undefined },
): void {
  if (schema === undefined) return;
  for (const problem of schemas().problems(schema, document)) recording.violation(incoming, problem);
}

/** Our own responses must also be valid. */
export function checkAnswer(
  { recording }: Service,
  incoming: Incoming,
  { answer, schema }: { answer: Answer; schema: SchemaName | undefined },
): void {
  if (schema === undefined || answer.body.length === 0) return;
  for (const problem of schemas().problems(schema, parseJson(answer.body))) {
    recording.violation(incoming, `answer: ${problem}`);
  }
}

/** Checks that no request makes a policy without code a member of a policy set. */
export class MemberCheck {
  readonly #service: Service;
  #accepted = new Set<string>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** State from before a request (seeded, or from others) does not count. */
  accept(): void {
    this.#accepted = new Set(this.#codeless());
  }

  check(incoming: Incoming): void {
    if (incoming.method === 'GET') return;
    for (const member of this.#codeless()) {
      if (!this.#accepted.has(member)) this.#service.recording.violation(incoming, member);
    }
  }

  *#codeless(): Generator<string> {
    const { policies, policySets } = this.#service.state;
    for (const set of policySets.values()) {
      for (const id of set.policies) {
        const policy = policies.get(id);
        if (policy?.code === null) yield `policy ${policy.name} without code is a member of ${set.name}`;
      }
    }
  }
}
