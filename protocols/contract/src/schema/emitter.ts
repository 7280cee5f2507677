/** Collects the source of one generated trip: lines, unique names and closed-over values. */
import { INVALID, zodTrip, type Mode, type Trip } from './zod-trip.ts';
import type { Schema } from './schema-node.ts';

/** Writes the lines that take an expression through the schema; gives the result's expression. */
export type Generate = (emitter: Emitter, schema: Schema, expression: string) => string;
/** The compiled trip of a schema, which a generated function calls where inlining cannot end. */
export type TripOf = (schema: Schema, mode: Mode) => Trip;

export class Emitter {
  readonly mode: Mode;
  readonly #generate: Generate;
  readonly #tripOf: TripOf;
  readonly #lines: string[] = [];
  readonly #hoisted = new Map<unknown, string>([[INVALID, 'INVALID']]);
  #variables = 0;

  constructor(mode: Mode, generate: Generate, tripOf: TripOf) {
    this.mode = mode;
    this.#generate = generate;
    this.#tripOf = tripOf;
  }

  line(source: string): void {
    this.#lines.push(source);
  }

  /** A name that no other variable of the function has. */
  name(): string {
    return `v${this.#variables++}`;
  }

  bind(expression: string, keyword: 'const' | 'let' = 'const'): string {
    const name = this.name();
    this.line(`${keyword} ${name} = ${expression};`);
    return name;
  }

  /** The name under which the generated function sees a value of ours. */
  hoist(value: unknown): string {
    const known = this.#hoisted.get(value);
    if (known) return known;
    const name = `k${this.#hoisted.size}`;
    this.#hoisted.set(value, name);
    return name;
  }

  reject(condition: string): void {
    this.line(`if (${condition}) return INVALID;`);
  }

  /** A call that may answer INVALID, and then ends the whole trip. */
  attempt(call: string): string {
    const result = this.bind(call);
    this.reject(`${result} === INVALID`);
    return result;
  }

  child(schema: Schema, expression: string): string {
    return this.#generate(this, schema, expression);
  }

  /** Hands the value to another compiled trip. */
  call(schema: Schema, mode: Mode, expression: string): string {
    return this.attempt(this.callOf(schema, mode, expression));
  }

  callOf(schema: Schema, mode: Mode, expression: string): string {
    return `${this.hoist(this.#tripOf(schema, mode))}(${expression})`;
  }

  /** Hands the value to zod. */
  zod(schema: Schema, expression: string): string {
    return this.attempt(this.zodCall(schema, expression));
  }

  zodCall(schema: Schema, expression: string): string {
    return `${this.hoist(zodTrip)}(${this.hoist(schema)}, '${this.mode}', ${expression})`;
  }

  /** The function whose body was collected, with the given expression as its result. */
  build(result: string): Trip {
    const names = [...this.#hoisted.values()];
    const body = `'use strict'; return (x) => {\n${this.#lines.join('\n')}\nreturn ${result};\n}`;
    const make = new Function(...names, body) as (...values: readonly unknown[]) => Trip;
    return make(...this.#hoisted.keys());
  }
}
