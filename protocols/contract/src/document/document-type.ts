/** Document types: a business record declared as data, from which its table, validation and views
 * are derived. */
import { invariant, type JsonObject, type Lifecycle } from '@morrow/kernel';

/** Kinds of fields. The comment names the JSON form that a row keeps. */
export type FieldKind =
  | 'text' /* string */
  | 'integer' /* number within 2^53 */
  | 'flag' /* boolean */
  | 'money' /* minor units as a decimal string; its currency is the field `currency` */
  | 'quantity' /* decimal string */
  | 'price' /* decimal string */
  | 'date' /* YYYY-MM-DD */
  | 'instant' /* ISO 8601, UTC */
  | 'choice' /* string out of `choices` */
  | 'link' /* id of another document, maybe of another domain */
  | 'table'; /* list of objects: a child table, kept inside the row */

export interface FieldSpec {
  readonly kind: FieldKind;
  readonly label: string;
  /** Absent means that every document has it. */
  readonly optional?: boolean;
  readonly unique?: boolean;
  readonly indexed?: boolean;
  /** Of a link: the document type it points to, `orders.salesOrder`. */
  readonly to?: string;
  readonly choices?: readonly string[];
}

/** What a document is at one moment: where it stands in its lifecycle, and its fields as JSON. */
export interface DocumentState<Fields extends JsonObject = JsonObject> {
  readonly state: string;
  readonly fields: Fields;
}

/** An event as `evolve` sees it: name, and data in wire form. */
export interface DocumentEvent {
  readonly type: string;
  readonly data: JsonObject;
}

export interface DocumentType<Fields extends JsonObject = JsonObject> {
  /** Singular noun in camel case, unique within its domain: `salesOrder`. */
  readonly name: string;
  readonly label: string;
  readonly fields: Readonly<Record<keyof Fields & string, FieldSpec>>;
  /** Published versions, oldest first; new documents begin on the last. */
  readonly lifecycles: readonly Lifecycle[];
  /** The field that people know a document by; unique. */
  readonly numberField?: keyof Fields & string;
  /** Level at which records live (architecture §5). */
  readonly scope: 'organization' | 'client' | 'project';
  /** Fields after an event; pure. Absent `fields` means that the event begins the document. */
  evolve(fields: Fields | undefined, event: DocumentEvent): Fields;
}

const reserved = new Set([
  'id', 'version', 'state', 'lifecycle', 'lifecycleVersion', 'lifecycleHash', 'createdAt', 'updatedAt',
]); // prettier-ignore

/** Checks a document type when its module loads. */
export function defineDocument<Fields extends JsonObject>(
  type: DocumentType<Fields>,
): DocumentType<Fields> {
  invariant(/^[a-z][A-Za-z0-9]*$/.test(type.name), `${type.name} is not a name in camel case`);
  invariant(type.lifecycles.length > 0, `${type.name} has a lifecycle`);
  for (const name of Object.keys(type.fields))
    invariant(!reserved.has(name), `${type.name}.${name}: every document has that column already`);
  return Object.freeze(type);
}

/** camelCase as SQL writes it: `salesOrder` → `sales_order`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
