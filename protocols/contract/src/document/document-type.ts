/** Document types: a business record declared as data, from which its table, validation and views
 * are derived. */
import {
  invariant,
  versionFaults,
  type JsonObject,
  type Lifecycle,
  type LifecycleMove,
  type LifecycleRule,
} from '@morrow/kernel';
import { z } from 'zod';
import { Code } from '../schema/index.ts';
import type { FieldSpec } from '../record/fields.ts';
import type { Schema } from '../schema/schema-node.ts';

/** What a document is at one moment: where it stands in its lifecycle, and its fields as JSON. */
export interface DocumentState<Fields extends JsonObject = JsonObject> {
  readonly state: string;
  readonly fields: Fields;
}

/** What rules may do about an event. */
export interface Ruled {
  /** Fields of what is asked that a rule may set. */
  readonly sets: readonly string[];
  /** What its expressions read, by name: in the wire form of a schema, or fields that hold text or
   * are absent. */
  readonly reads: Readonly<Record<string, Schema | readonly string[]>>;
}

/** An event as `evolve` sees it: name, and data in wire form. */
export interface DocumentEvent {
  readonly type: string;
  readonly data: JsonObject;
}

export interface Guard<Fields extends JsonObject = JsonObject> {
  /** What must hold, for people: `The credit covers the order`. */
  readonly summary: string;
  /** Whether the move may be made, decided on the document and the event alone; pure. */
  holds(fields: Fields | undefined, event: DocumentEvent): boolean;
  /** Facts on which a release records what the guard decides, both outcomes among them: it has to
   * decide the same for ever. */
  readonly examples?: readonly GuardExample<Fields>[];
}
/** `fields` are absent where the event begins the document. */
export interface GuardExample<Fields extends JsonObject = JsonObject> {
  readonly fields?: Fields;
  readonly event: DocumentEvent;
}

export interface DocumentType<Fields extends JsonObject = JsonObject> {
  /** Singular noun in camel case, unique within its domain: `salesOrder`. */
  readonly name: string;
  readonly label: string;
  readonly fields: Readonly<Record<keyof Fields & string, FieldSpec>>;
  /** Published versions, oldest first. */
  readonly lifecycles: readonly Lifecycle[];
  /** Which version a new document begins on: the last rule that fits. Without rules the newest. */
  readonly begins?: readonly LifecycleRule[];
  /** Ways on which documents may be moved to another version; without one they end on their own. */
  readonly moves?: readonly LifecycleMove[];
  /** Guards that lifecycles name, by name and version: `creditOk@1`. One that was published is
   * never changed: another version is added. */
  readonly guards?: Readonly<Record<string, Guard<Fields>>>;
  /** The field that people know a document by; unique. */
  readonly numberField?: keyof Fields & string;
  /** Level at which records live (architecture §5). */
  readonly scope: 'organization' | 'client' | 'project';
  /** Events about which rules of packs decide with the domain, by name. */
  readonly ruled?: Readonly<Record<string, Ruled>>;
  /** The name by which lifecycles know an event whose data say where it leads:
   * `orderMoved.allocated`. Absent: the event's own. Pure. */
  moveOf?(event: DocumentEvent): string;
  /** Fields after an event; pure. Absent `fields` means that the event begins the document. */
  evolve(fields: Fields | undefined, event: DocumentEvent): Fields;
}

/** The fields of a document type, as its rows keep them. */
export type FieldsOf<T> = T extends DocumentType<infer Fields> ? Fields : never;

const reserved = new Set([
  'id', 'version', 'state', 'lifecycle', 'lifecycleVersion', 'lifecycleHash', 'createdAt',
  'updatedAt',
]); // prettier-ignore

/** Checks a document type when its module loads. */
export function defineDocument<Fields extends JsonObject>(
  type: DocumentType<Fields>,
): DocumentType<Fields> {
  const { name, lifecycles, begins = [], moves = [], guards = {} } = type;
  invariant(/^[a-z][A-Za-z0-9]*$/.test(name), `${name} is not a name in camel case`);
  invariant(lifecycles.length > 0, `${name} has a lifecycle`);
  const faults = versionFaults(lifecycles, begins, moves);
  invariant(!faults.length, `${name}: ${faults.join('; ')}`);
  for (const { guard } of lifecycles.flatMap(({ transitions }) => transitions))
    invariant(guard === undefined || guards[guard], `${name} has no guard ${guard}`);
  for (const field of Object.keys(type.fields))
    invariant(!reserved.has(field), `${name}.${field}: every document has that column already`);
  return Object.freeze(type);
}

/** camelCase as SQL writes it: `salesOrder` → `sales_order`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** camelCase as folders are called: `salesOrder` → `sales-order`. */
export const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The name by which lifecycles of the type know the event. */
export const moveOf = <F extends JsonObject>(type: DocumentType<F>, event: DocumentEvent): string =>
  type.moveOf?.(event) ?? event.type;

/** The event by which a document goes to another version of its lifecycle: each domain's keeping
 * protocol declares it, and no `evolve` sees it. */
export const lifecycleMoved = 'lifecycleMoved';

const Pin = z.object({ id: Code(60), version: z.int().min(1), hash: Code(64) });
export const LifecycleMoved = z.object({
  documentType: Code(60),
  from: Pin,
  to: Pin,
  /** State after the move. */
  state: Code(60),
});
export type LifecycleMoved = z.output<typeof LifecycleMoved>;
