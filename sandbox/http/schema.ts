import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** Compiled JSON Schemas, by name. */
export class Schemas<Name extends string> {
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(schemas: Record<Name, SchemaObject>) {
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
    formats.default(ajv);
    for (const [name, schema] of Object.entries<SchemaObject>(schemas)) {
      this.#validators.set(name, ajv.compile(schema));
    }
  }

  /** The errors in a document, one line each. */
  problems(name: Name, document: unknown): string[] {
    const validate = this.#validators.get(name);
    if (validate === undefined) throw new Error(`no schema ${name}`);
    if (validate(document)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${name}${instancePath} ${message ?? 'is wrong'} ${JSON.stringify(params)}`,
    );
  }
}

/** An object with only these properties. Those in `optional` may be missing. */
export function closed(properties: Record<string, SchemaObject>, optional: string[] = []): SchemaObject {
  return { ...open(properties, optional), additionalProperties: false };
}

/** An object with at least these properties. */
export function open(properties: Record<string, SchemaObject>, optional: string[] = []): SchemaObject {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}

export function listOf(items: SchemaObject): SchemaObject {
  return { type: 'array', items };
}

export const text: SchemaObject = { type: 'string' };
export const textOrNull: SchemaObject = { type: ['string', 'null'] };
export const integer: SchemaObject = { type: 'integer' };
export const integerOrNull: SchemaObject = { type: ['integer', 'null'] };
export const flag: SchemaObject = { type: 'boolean' };
export const flagOrNull: SchemaObject = { type: ['boolean', 'null'] };
export const time: SchemaObject = { type: 'string', format: 'date-time' };
export const timeOrNull: SchemaObject = { type: ['string', 'null'], format: 'date-time' };
export const uri: SchemaObject = { type: 'string', format: 'uri' };
