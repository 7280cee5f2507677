/** What every document type must hold: laws of its lifecycle and of evolve, on random events. */
import fc from 'fast-check';
import { nextState, type JsonObject } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import type { ProtocolSpec } from '../define-protocol.ts';
import { moveOf, type DocumentEvent, type DocumentType } from '../document/document-type.ts';
import type { FieldSpec } from '../record/fields.ts';
import { codecOf } from '../schema/index.ts';
import { wireValues } from './wire-values.ts';

type Told = Pick<ProtocolSpec, 'events'>;

const isJson = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(isJson)
    : value === null || Number.isFinite(value) || ['string', 'boolean'].includes(typeof value);
const isText = (value: unknown): value is string => typeof value === 'string';
const suits: Readonly<Record<FieldSpec['kind'], (value: unknown, spec: FieldSpec) => boolean>> = {
  text: isText,
  integer: Number.isSafeInteger,
  flag: (value) => typeof value === 'boolean',
  money: (value) => isText(value) && /^-?\d+$/.test(value),
  quantity: (value) => isText(value) && /^-?\d+(\.\d+)?$/.test(value),
  price: (value) => isText(value) && /^-?\d+(\.\d+)?$/.test(value),
  date: (value) => isText(value) && /^\d{4}-\d\d-\d\d$/.test(value),
  instant: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  choice: (value, { choices = [] }) => isText(value) && choices.includes(value),
  link: isText,
  table: (value) =>
    Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null),
  json: isJson,
};

/** Names of the fields that a row does not hold as their kind asks, or that it should not hold. */
function misfits<F extends JsonObject>(type: DocumentType<F>, fields: F): readonly string[] {
  const declared: Readonly<Record<string, FieldSpec>> = type.fields;
  const names = new Set([...Object.keys(declared), ...Object.keys(fields)]);
  return [...names].filter((name) => {
    const spec = declared[name];
    const value = fields[name];
    if (!spec) return true;
    return value === null ? !spec.optional : !suits[spec.kind](value, spec);
  });
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** Random events of the kinds that move the document, in any order, in wire form. */
function eventsOf<F extends JsonObject>(
  type: DocumentType<F>,
  protocol: Told,
): fc.Arbitrary<readonly DocumentEvent[]> {
  const moving = type.lifecycles.flatMap(({ transitions }) =>
    transitions.map(({ on }) => on.split('.', 1).join()),
  );
  const each = [...new Set(moving)].map((name) => {
    const spec = protocol.events[name];
    if (!spec) throw new TypeError(`${type.name}: its protocol declares no event ${name}`);
    return wireValues(spec.data).map((data) => {
      codecOf(spec.data).decode(data);
      return { type: name, data: data as JsonObject };
    });
  });
  return fc.array(fc.oneof(...each), { minLength: 1, maxLength: 12 });
}

/** Plays the events that the lifecycle allows; throws a sentence where a law does not hold. */
function played<F extends JsonObject>(
  type: DocumentType<F>,
  events: readonly DocumentEvent[],
): { readonly states: readonly string[]; readonly fields: F | undefined } {
  const [lifecycle] = type.lifecycles.slice(-1);
  if (!lifecycle) throw new TypeError(`${type.name} has no lifecycle`);
  const states: string[] = [];
  let fields: F | undefined;
  for (const event of events) {
    const next = nextState(lifecycle, states.at(-1), moveOf(type, event));
    if (next === undefined) continue;
    states.push(next);
    fields = frozen(type.evolve(fields, event));
    expect(misfits(type, fields), `${type.name} after ${event.type}`).toEqual([]);
    expect(JSON.parse(JSON.stringify(fields)), 'a row is kept as JSON').toEqual(fields);
  }
  for (const state of states) expect(lifecycle.states).toContain(state);
  return { states, fields };
}

/** Checks the laws on so many random streams; throws where one does not hold. */
export function checkDocument<F extends JsonObject>(
  type: DocumentType<F>,
  protocol: Told,
  seed: number,
): void {
  const streams = eventsOf(type, protocol).map((events) => frozen(structuredClone(events)));
  const law = fc.property(streams, (events) => {
    expect(played(type, structuredClone(events))).toEqual(played(type, events));
  });
  fc.assert(law, { seed, numRuns: 200, includeErrorInReport: true });
  const { numberField } = type;
  if (numberField) expect(type.fields[numberField].unique, `${numberField} is unique`).toBe(true);
}

/** Runs the laws for a document type, with the protocol that declares its events. */
export function documentSuite<F extends JsonObject>(type: DocumentType<F>, protocol: Told): void {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
  describe(`the document ${type.name}, seed ${seed}`, () => {
    it('keeps to its states, and the same events give the same fields', () =>
      checkDocument(type, protocol, seed));
  });
}
