/** Makes a record a document type: what only its owner knows is said here. */
import { canonicalJson, madeAt, type Json, type JsonObject, type Lifecycle } from '@morrow/kernel';
import { z } from 'zod';
import type { Protocol, ProtocolSpec } from '../define-protocol.ts';
import {
  lifecycleOf,
  shapeOf,
  type RecordOf,
  type ShapeOf,
  type ViewShape,
} from '../record/define-record.ts';
import type { Fields, KeptIn, WireOf } from '../record/fields.ts';
import { codecOf } from '../schema/index.ts';
import { defineDocument, type DocumentEvent, type DocumentType } from './document-type.ts';

/** The events of a protocol in wire form, told apart by their types. */
export type WireEventOf<P> =
  P extends Protocol<infer S>
    ? {
        [K in keyof S['events'] & string]: {
          readonly type: K;
          readonly data: WireOf<S['events'][K]['data']>;
        };
      }[keyof S['events'] & string]
    : never;

/** What only the owner of a record knows about it. */
interface Behaviour<Row extends JsonObject, P> extends Pick<
  DocumentType<Row>,
  'begins' | 'moves' | 'guards' | 'ruled'
> {
  /** The protocol that declares its events. */
  readonly events?: P;
  /** Published versions, oldest first; absent: the one that the moves of the record say. */
  readonly lifecycles?: readonly Lifecycle[];
  moveOf?(event: WireEventOf<P>): string;
  /** Fields after an event; absent: those that it carries take the place of what was. */
  evolve?(fields: Row | undefined, event: WireEventOf<P>): Row;
}

/** The document type of a record. */
export function documentOf<Name extends string, F extends Fields, P = Protocol<ProtocolSpec>>(
  record: RecordOf<Name, F>,
  owner: Behaviour<KeptIn<F> & JsonObject, P> = {},
): DocumentType<KeptIn<F> & JsonObject> {
  const { name, title, scope, fields, known } = record;
  const { events: _, lifecycles = [lifecycleOf(record)], evolve, ...rest } = owner;
  type Row = KeptIn<F> & JsonObject;
  const type = { name, label: title.one, scope, fields, ...(known && { numberField: known.by }) };
  const evolving = (evolve as DocumentType<Row>['evolve'] | undefined) ?? mergeInto(fields);
  return defineDocument({ ...type, lifecycles, ...rest, evolve: evolving } as DocumentType<Row>);
}

/** What an event carries takes the place of what was; an empty text is none where the field is
 * optional. */
export const mergeInto =
  <F extends Fields>(fields: F) =>
  (held: KeptIn<F> | undefined, { data }: Pick<DocumentEvent, 'data'>): KeptIn<F> => {
    const row: Record<string, Json> = {};
    for (const [name, { optional, always }] of Object.entries(fields)) {
      const { [name]: told = (held as JsonObject | undefined)?.[name] ?? null } = data;
      row[name] = always ?? (told === '' && optional ? null : told);
    }
    return row as KeptIn<F>;
  };

interface Keyed {
  readonly fields: Fields;
}
const detailSchemas = new WeakMap<Keyed, z.ZodObject>();
const detailsOf = (record: Keyed): z.ZodObject => {
  const known = detailSchemas.get(record) ?? z.object(shapeOf(record));
  detailSchemas.set(record, known);
  return known;
};

/** The fields of a stored record as callers see them. */
export const toldOf = <F extends Fields>(
  record: { readonly fields: F },
  held: KeptIn<F>,
): z.output<z.ZodObject<ShapeOf<F>>> =>
  codecOf(detailsOf(record)).decode(presentIn(held)) as z.output<z.ZodObject<ShapeOf<F>>>;

/** A stored record as callers see it, in the form of `viewOf`. */
export const viewed = <Name extends string, F extends Fields>(
  record: RecordOf<Name, F>,
  { id, fields }: { readonly id: string; readonly fields: KeptIn<F> },
): z.output<z.ZodObject<ViewShape<Name, F>>> =>
  ({
    [`${record.name}Id`]: id,
    ...toldOf(record, fields),
    createdAt: madeAt(id),
  }) as z.output<z.ZodObject<ViewShape<Name, F>>>;

/** The fields that have a value: those that a message of them carries. */
export const presentIn = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const partialSchemas = new WeakMap<Keyed, z.ZodObject>();
/** Whether the row says already what is given, in code form; what is left out stays as it is. */
export function saysAlready<F extends Fields>(
  record: { readonly fields: F },
  held: KeptIn<F>,
  given: object,
): boolean {
  const schema = partialSchemas.get(record) ?? detailsOf(record).partial();
  partialSchemas.set(record, schema);
  const data = codecOf(schema).encode(given as never) as JsonObject;
  return canonicalJson(mergeInto(record.fields)(held, { data })) === canonicalJson(held);
}
