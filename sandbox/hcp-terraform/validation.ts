import { ApiError, type ErrorObject, invalidAttribute } from './errors.ts';

/** Collects the errors in the attributes of a request, because the service returns all of them together. */
export class Validation {
  readonly #attributes: Record<string, unknown>;
  readonly #errors: ErrorObject[] = [];

  constructor(attributes: Record<string, unknown>) {
    this.#attributes = attributes;
  }

  refuse(attribute: string, detail: string): void {
    this.#errors.push(invalidAttribute(attribute, detail));
  }

  has(attribute: string): boolean {
    return this.#attributes[attribute] !== undefined;
  }

  value(attribute: string): unknown {
    return this.#attributes[attribute];
  }

  /** A string or null. Null if it is missing. */
  textOrNull(attribute: string): string | null {
    const value = this.#attributes[attribute] ?? null;
    if (value === null || typeof value === 'string') return value;
    this.refuse(attribute, `${label(attribute)} is not a string`);
    return null;
  }

  /** True or false. Undefined if it is missing or null. */
  flag(attribute: string): boolean | undefined {
    const value = this.#attributes[attribute] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    this.refuse(attribute, `${label(attribute)} is not a boolean`);
    return undefined;
  }

  oneOf<Value extends string>(attribute: string, values: readonly Value[], fallback: Value): Value {
    const value = this.#attributes[attribute] ?? fallback;
    if ((values as readonly unknown[]).includes(value)) return value as Value;
    this.refuse(attribute, `${label(attribute)} is not included in the list`);
    return fallback;
  }

  /** Letters, digits, `-` and `_`. The name must not be taken (docs/terraform-api.md#policies). */
  name(taken: (name: string) => boolean): string {
    const name = this.#attributes['name'];
    if (typeof name !== 'string' || name === '') this.refuse('name', "Name can't be blank");
    else if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      this.refuse('name', 'Name can only include letters, numbers, -, and _');
    } else if (taken(name)) this.refuse('name', 'Name has already been taken');
    return String(name);
  }

  done(): void {
    if (this.#errors.length > 0) throw new ApiError(422, this.#errors);
  }
}

function label(attribute: string): string {
  const words = attribute.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
