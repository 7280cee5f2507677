/** The port of documents: rows of their tables, and how these are read. */
import type { Filter, Sort } from '@morrow/contract';
import type { Json, JsonObject, LifecyclePin } from '@morrow/kernel';

/** A document as stored. `fields` in the JSON forms of its field kinds. */
export interface DocumentRow<Fields extends JsonObject = JsonObject> {
  readonly id: string;
  /** Events so far; the next transition states it, and changes nothing when it has moved. */
  readonly version: number;
  readonly state: string;
  readonly lifecycle: LifecyclePin;
  readonly fields: Fields;
}

export interface Page {
  /** Rows after this document id, in id order (that is: in the order of creation). */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Exact matches on fields, `state` or `lifecycleVersion`. */
  readonly where?: Readonly<Record<string, string>> | undefined;
  readonly filter?: Filter | undefined;
}
/** A page of a list in an order of its own. */
export interface SortedPage {
  readonly sort: Sort;
  /** Rows after this place; absent: from the first. */
  readonly after?: Place | undefined;
  readonly limit: number;
  readonly filter?: Filter | undefined;
}
/** Where a row stands in a sorted list. */
export interface Place {
  /** Of the field, in wire form. */
  readonly value: Json;
  readonly id: string;
}

/** Reads of one domain's database, the same inside and outside of a transaction. */
export interface Reads {
  load(type: string, id: string): Promise<DocumentRow | undefined>;
  loadMany(type: string, ids: readonly string[]): Promise<readonly DocumentRow[]>;
  /** Rows whose unique or indexed field has one of the values. */
  findBy(type: string, field: string, values: readonly string[]): Promise<readonly DocumentRow[]>;
  list(type: string, page: Page): Promise<readonly DocumentRow[]>;
  /** Ordered by the field, those alike by their ids. */
  sorted(type: string, page: SortedPage): Promise<readonly DocumentRow[]>;
  count(type: string, where?: Readonly<Record<string, string>>): Promise<number>;
  /** How many match, at most as many as given: reads no further. */
  countUpTo(type: string, most: number, filter?: Filter): Promise<number>;
}
