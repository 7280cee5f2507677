/** JSON Schemas of what travels; what comes up more than once is stated once and referred to. */
import {
  CalendarDate,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  MinorSum,
  type ProtocolSpec,
} from '@morrow/contract';
import { canonicalJson } from '@morrow/kernel';
import { z } from 'zod';
import { scalarFields } from './scalar-input.ts';

export type JsonSchema = Record<string, unknown>;
type Schema = z.core.$ZodType;

/** The wire side of a schema, whole. */
export function wireSchema(schema: Schema): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** Values that protocols share, by the names under which people know them. */
const values: readonly (readonly [name: string, schema: Schema, description: string])[] = [
  ['Id', idSchema('any'), 'A UUID; read in any case, written in lower case'],
  ['Instant', InstantSchema, 'ISO 8601; read with any offset, written in UTC to the millisecond'],
  ['CalendarDate', CalendarDate, 'A day, YYYY-MM-DD'],
  ['Minor', Minor, 'A whole number of minor units, such as pence: `1250` is 12.50'],
  ['MinorSum', MinorSum, 'A sum of amounts in minor units'],
  [
    'Decimal',
    MicroSchema,
    'A decimal number, 12 digits before and 6 after the point; written without zeros at its end',
  ],
];
/** JSON Schema of a shared value by its name. */
export const valueNames: ReadonlyMap<string, string> = new Map(
  values.map(([name, schema]) => [canonicalJson(wireSchema(schema)), name]),
);

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = ({ properties }: JsonSchema): [string, JsonSchema][] =>
  Object.entries(isObject(properties) ? properties : {}) as [string, JsonSchema][];

/** `lines` → `Line`, `unitPrice` → `UnitPrice`. */
const nameOf = (field: string, isList: boolean): string => {
  const one = isList ? field.replace(/ies$/, 'y').replace(/(?<!s)s$/, '') : field;
  return one.charAt(0).toUpperCase() + one.slice(1);
};

interface Met {
  readonly protocols: Set<string>;
  readonly names: Set<string>;
  times: number;
}

/** Collects the schemas of every operation, then gives each with references to what is shared. */
export class SharedSchemas {
  readonly #met = new Map<string, Met>();
  readonly #names = new Map<string, string>();
  readonly #components: Record<string, JsonSchema> = {};

  constructor(specs: readonly ProtocolSpec[]) {
    for (const { name, operations, errors } of specs) {
      for (const [operation, { kind, input, output }] of Object.entries(operations)) {
        this.#meet(wireSchema(input), name, nameOf(`${operation}Input`, false));
        // a query that can be a GET gives its output there too
        const times = kind === 'query' && scalarFields(input) ? 2 : 1;
        for (let time = 0; time < times; time++)
          this.#meet(wireSchema(output), name, nameOf(`${operation}Output`, false));
      }
      for (const [code, { data }] of Object.entries(errors))
        this.#meet(wireSchema(data), name, nameOf(`${code}Data`, false));
    }
    for (const [name, schema, description] of values)
      this.#components[name] = { ...wireSchema(schema), description };
  }

  get components(): Readonly<Record<string, JsonSchema>> {
    return this.#components;
  }

  /** The schema of an input, itself stated whole, its fields with references. */
  whole(schema: Schema): JsonSchema {
    return this.#inside(wireSchema(schema));
  }

  /** The schema of an input, output or data. */
  of(schema: Schema): JsonSchema {
    return this.#refer(wireSchema(schema));
  }

  /** The name is that of the field which holds it, where there is one. */
  #meet(schema: JsonSchema, protocol: string, name: string): void {
    const fields = fieldsOf(schema);
    if (fields.length > 1) {
      const key = canonicalJson(schema);
      const met = this.#met.get(key) ?? { protocols: new Set(), names: new Set(), times: 0 };
      this.#met.set(key, met);
      met.times++;
      met.protocols.add(protocol);
      met.names.add(name);
      if (met.times > 1) return;
    }
    for (const [field, inner] of fields) this.#meet(inner, protocol, nameOf(field, false));
    if (isObject(schema['items']))
      this.#meet(schema['items'], protocol, name.replace(/ies$/, 'y').replace(/(?<!s)s$/, ''));
  }

  #refer(schema: JsonSchema): JsonSchema {
    const key = canonicalJson(schema);
    const known = valueNames.get(key) ?? this.#names.get(key);
    if (known) return { $ref: `#/components/schemas/${known}` };
    const met = this.#met.get(key);
    if (!met || met.times < 2) return this.#inside(schema);
    const name = this.#nameFor(met);
    this.#names.set(key, name);
    this.#components[name] = {};
    this.#components[name] = this.#inside(schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  #inside(schema: JsonSchema): JsonSchema {
    const fields = fieldsOf(schema).map(([field, inner]) => [field, this.#refer(inner)]);
    const { items } = schema;
    return {
      ...schema,
      ...(fields.length && { properties: Object.fromEntries(fields) }),
      ...(isObject(items) && { items: this.#refer(items) }),
    };
  }

  /** The name of a field rather than of an operation, after that of its protocol where it has but
   * one. */
  #nameFor({ protocols, names }: Met): string {
    const ofField = [...names].find((name) => !/(Input|Output|Data)$/.test(name));
    const own = ofField ?? [...names][0] ?? '';
    const plain = protocols.size === 1 ? `${[...protocols][0]}.${own}` : own;
    for (let number = 1; ; number++) {
      const name = number === 1 ? plain : `${plain}${number}`;
      if (!Object.hasOwn(this.#components, name)) return name;
    }
  }
}
