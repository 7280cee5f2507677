/** The port of a domain's database: documents, events, receipts and keepers' rows that commit
 * together. */
import { CommitConflict, type Filter, type Receipt, type Sort } from '@morrow/contract';
import type { Json, JsonObject, LifecyclePin } from '@morrow/kernel';
import type { DeadLetter, Inbox } from './inbox.ts';
import type { Rebuild } from './rebuild.ts';
import type { DueTimer, Timer, Timers } from './timers.ts';
import type { WorkflowTables, WorkflowUpkeep } from './workflow-tables.ts';

/** A document as stored. `fields` in the JSON forms of its field kinds. */
export interface DocumentRow<Fields extends JsonObject = JsonObject> {
  readonly id: string;
  /** Events so far; the next transition states it, and changes nothing when it has moved. */
  readonly version: number;
  readonly state: string;
  readonly lifecycle: LifecyclePin;
  readonly fields: Fields;
}

export interface NewEvent {
  readonly protocol: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}
export interface StoredEvent extends NewEvent {
  /** Dense publish number within (tenant, domain), from 1. */
  readonly number: number;
  readonly documentType: string;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly meta: EventMeta;
  /** ISO 8601, UTC. */
  readonly at: string;
}
export interface EventMeta {
  readonly actor: string;
  readonly onBehalfOf?: string;
  readonly trace: string;
  /** Of the event that begins a document: the lifecycle that it is pinned to. */
  readonly lifecycle?: LifecyclePin;
}

/** One move of one document: its row afterwards and the events that made it so. */
export interface Transition<Fields extends JsonObject = JsonObject> {
  readonly documentType: string;
  /** `version` is the one after: the stored version must be `version - events.length`. */
  readonly row: DocumentRow<Fields>;
  readonly events: readonly NewEvent[];
}

/** All that commits together, or not at all. Units of many callers share one commit; a refused unit
 * does not fail its neighbours. */
export interface Unit {
  readonly meta: EventMeta;
  /** ISO 8601, UTC: the moment of the change. */
  readonly at: string;
  readonly transitions: readonly Transition[];
  readonly receipt?: Receipt | undefined;
  /** Rows of the book-keeper's engine. */
  readonly entries?: readonly EntryRow[] | undefined;
  /** Set with the change; one whose id stands is set anew. */
  readonly timers?: readonly Timer[] | undefined;
  /** Ids of timers that shall not come any more. */
  readonly timersDropped?: readonly string[] | undefined;
  /** Version of the ledger's facts (accounts, periods) that the entries were decided on. */
  readonly factsVersion?: number | undefined;
}

/** A journal entry as stored. */
export interface EntryRow {
  readonly id: string;
  /** What it was posted for; unique, so that posting twice is posting once. */
  readonly source: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly currency: string;
  readonly memo: string;
  readonly lines: readonly EntryLineRow[];
  /** Stored as the first event of a stream with the entry's id; an entry has no document row. */
  readonly event?: NewEvent | undefined;
}
export interface EntryLineRow {
  readonly account: string;
  /** Minor units as a decimal string; debit above zero, credit below. */
  readonly amount: string;
}

/** Why a unit was not committed; nothing of it was stored. */
export type CommitProblem = 'staleVersion' | 'duplicate' | 'staleFacts' | 'alreadyPosted';
export class CommitRefused extends CommitConflict {
  override readonly name = 'CommitRefused';
  readonly problem: CommitProblem;
  /** Document id, unique value or source that stood in the way. */
  readonly subject: string;
  constructor(problem: CommitProblem, subject: string) {
    super(`${problem}: ${subject}`);
    this.problem = problem;
    this.subject = subject;
  }
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

/** An open transaction of one domain. No call into another domain while it is open. */
export interface Session extends Reads {
  /** As `loadMany`, in the order of the ids, in which the rows are locked until the commit. */
  lockMany(type: string, ids: readonly string[]): Promise<readonly DocumentRow[]>;
  /** Writes the unit inside this transaction; throws CommitRefused. */
  write(unit: Unit): Promise<void>;
  /** Keepers' engines, bound to this transaction. */
  readonly stock: StockTables;
  readonly workflow: WorkflowTables;
  /** Marks events as handled and gives those that were not before. */
  take(handler: string, producer: string, numbers: readonly number[]): Promise<readonly number[]>;
  /** Moves the watermark of a projection, forward or back to 0; false where it does not stand at
   * `from`, because another process has moved it: then nothing is changed. It stays locked until
   * the commit. */
  checkpoint(handler: string, producer: string, from: number, to: number): Promise<boolean>;
  /** Sets an event aside that could not be handled. */
  park(letter: DeadLetter): Promise<void>;
  /** Removes a letter that is handled in this transaction, or dropped; false where it is gone. */
  settle(handler: string, producer: string, number: number): Promise<boolean>;
  /** Ends the first timer for these handlers that is due by `now` (ISO 8601), and gives it; it
   * stays where this transaction fails. Those that other transactions hold are passed over. */
  takeTimer(names: readonly string[], now: string): Promise<DueTimer | undefined>;
  /** Ends a timer whose handler has failed, due or not; undefined where there is none, or where
   * another transaction holds it. */
  takeFailedTimer(id: string): Promise<DueTimer | undefined>;
}

/** The database of one (tenant, domain). */
export interface Store extends Reads {
  /** Commits one unit, sharing the commit with whoever commits at the same time. */
  commit(unit: Unit): Promise<void>;
  /** Runs the work in a transaction of its own; the label names the commit point. */
  transact<T>(label: string, work: (session: Session) => Promise<T>): Promise<T>;
  findReceipt(key: string): Promise<Receipt | undefined>;
  keepReceipt(receipt: Receipt): Promise<void>;
  /** Published events with a number above the one given, in order. */
  eventsSince(number: number, limit: number): Promise<readonly StoredEvent[]>;
  eventsOf(streamId: string): Promise<readonly StoredEvent[]>;
  readonly inbox: Inbox;
  readonly timers: Timers;
  readonly relay: Relay;
  readonly ledger: LedgerTables;
  readonly stock: StockReads;
  readonly workflow: WorkflowUpkeep;
  readonly upkeep: Upkeep;
  /** Begins a rebuild from events; undefined while another one is under way. */
  rebuild(): Promise<Rebuild | undefined>;
}

/** Numbers committed events: leased and fenced, so that one process at a time does it. */
export interface Relay {
  /** Takes or keeps the lease; undefined while another process holds it. */
  lease(owner: string, ttlMs: number): Promise<number | undefined>;
  /** Gives the next dense numbers to what was committed and returns those events, in order. */
  publish(fence: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The same where nobody listens: reads no event. Gives how many transitions were numbered. */
  number(fence: number, limit: number): Promise<number>;
  release(owner: string): Promise<void>;
  /** Numbers given so far, and transitions that still wait for theirs. */
  position(): Promise<{ readonly published: number; readonly waiting: number }>;
  /** Whether anything waits for its number. Writes nothing. */
  isBehind(): Promise<boolean>;
  /** Called after each commit of this process. */
  onCommit(listener: () => void): void;
  /** Called after anybody wrote into the database, which another process did 12 s ago at most; more
   * often than needed, and for what this process wrote too. */
  onWritten(listener: () => void): void;
}

export interface AccountTotal {
  readonly account: string;
  /** Minor units, both at or above zero. */
  readonly debit: bigint;
  readonly credit: bigint;
}
/** Reads of the book-keeper's tables. */
export interface LedgerTables {
  /** Turnover by account, from a day and up to a day where they are given. */
  totals(currency: string, upTo?: string, from?: string): Promise<readonly AccountTotal[]>;
  totalsByPeriod(): Promise<
    readonly (AccountTotal & { readonly period: string; readonly currency: string })[]
  >;
  /** Lines of one account in order of (date, entry, line), after the cursor, within the days. */
  linesOf(
    account: string,
    after: string | undefined,
    limit: number,
    days?: Days,
  ): Promise<readonly LedgerLine[]>;
  /** Sum of the lines of one account before a day: debit above zero. */
  balanceBefore(account: string, day: string): Promise<bigint>;
  /** Entries of these sources, those that stand. */
  entriesOf(sources: readonly string[]): Promise<readonly EntryRow[]>;
  /** When the last event of each stream was stored and who caused it, also before it is
   * numbered. */
  lastChanges(streamIds: readonly string[]): Promise<readonly StreamChange[]>;
  entries(after: string | undefined, limit: number): Promise<readonly EntryRow[]>;
  posted(sources: readonly string[]): Promise<readonly string[]>;
  /** Entry by its id. */
  entry(id: string): Promise<EntryRow | undefined>;
  /** Entry by its source. */
  entryOf(source: string): Promise<EntryRow | undefined>;
  /** Moves whenever an account or a period changes. */
  factsVersion(): Promise<number>;
}
/** Calendar days, both included, YYYY-MM-DD. */
export interface Days {
  readonly from?: string | undefined;
  readonly upTo?: string | undefined;
}
export interface StreamChange {
  readonly streamId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly meta: EventMeta;
}
export interface LedgerLine extends EntryLineRow {
  readonly entry: string;
  readonly date: string;
  readonly memo: string;
  readonly source: string;
  readonly cursor: string;
}

/** Where an item stands in one warehouse. Quantities in millionths, value in minor units. */
export interface BalanceRow {
  readonly item: string;
  readonly warehouse: string;
  readonly onHand: bigint;
  readonly reserved: bigint;
  readonly value: bigint;
  /** Unit cost of the last receipt or valuation, in millionths of the major unit. */
  readonly lastCost: bigint;
  /** Place of the last movement in the order of valuation; empty at first. */
  readonly lastPlace: string;
}
/** One movement with the running figures after it. */
export interface MovementRow {
  readonly item: string;
  readonly warehouse: string;
  /** Sortable: effective instant, document number, line. Unique within item and warehouse. */
  readonly place: string;
  readonly documentId: string;
  readonly kind: 'receipt' | 'issue' | 'return' | 'adjustment';
  readonly quantity: bigint;
  /** Given unit cost of what comes in, in millionths of the major unit; absent: at average. */
  readonly cost?: bigint | undefined;
  /** Change of value in minor units by the movement itself. */
  readonly value: bigint;
  /** Further change of value: what was issued below zero before, now that its cost is known. */
  readonly correction: bigint;
  readonly onHandAfter: bigint;
  readonly valueAfter: bigint;
  readonly costAfter: bigint;
}
export interface StockKey {
  readonly item: string;
  readonly warehouse: string;
}
/** One line of a reservation that waits for stock. Quantity in millionths. */
export interface WaitingRow extends StockKey {
  /** Id of the reservation. */
  readonly reservation: string;
  /** Place in the order of service, compared as text. */
  readonly rank: string;
  readonly quantity: bigint;
}
/** Where a page of waiting lines begins: after this line. */
export type WaitingCursor = Pick<WaitingRow, 'rank' | 'reservation' | 'warehouse' | 'item'>;
export interface StockReads {
  /** Lines that wait, in the order of service; of one item or warehouse where it is named. */
  waiting(
    where: { readonly item?: string | undefined; readonly warehouse?: string | undefined },
    after: WaitingCursor | undefined,
    limit: number,
  ): Promise<readonly WaitingRow[]>;
  balances(keys: readonly StockKey[]): Promise<readonly BalanceRow[]>;
  /** Balances of these items with something free, by item, the most free first. */
  available(items: readonly string[], limit: number): Promise<readonly BalanceRow[]>;
  /** `isNegative`: only those with less on hand than is reserved, or less than nothing. */
  listBalances(
    after: StockKey | undefined,
    limit: number,
    isNegative?: boolean,
  ): Promise<readonly BalanceRow[]>;
  movements(key: StockKey, after: string, limit: number): Promise<readonly MovementRow[]>;
  totals(): Promise<{
    readonly onHand: bigint;
    readonly value: bigint;
    readonly movements: number;
  }>;
}
/** What a transaction is about to do to stock. */
export interface StockTurn {
  /** Balances of which more may become free. */
  readonly freed: readonly StockKey[];
  /** Whether it may let somebody wait. */
  readonly isQueueing: boolean;
}
/** The stock-keeper's tables inside a transaction. */
export interface StockTables {
  /** Takes the turn of the transaction: once, before it locks any balance. Many take turns
   * together; one that may let somebody wait, or frees what somebody waits for, is alone until its
   * end, and may then lock further balances. Tells whether somebody waits for a key that is
   * freed. */
  turn(turn: StockTurn): Promise<boolean>;
  /** Lets reservations wait. */
  await(rows: readonly WaitingRow[]): Promise<void>;
  /** Ends the waiting of reservations. */
  forget(reservations: readonly string[]): Promise<void>;
  /** Ids of reservations that wait for one of the keys and of which every line is free now, in the
   * order of service. */
  servable(keys: readonly StockKey[], limit: number): Promise<readonly string[]>;
  /** Balances, locked until the commit in one order for all; missing ones begin at zero. */
  lock(keys: readonly StockKey[]): Promise<readonly BalanceRow[]>;
  /** The movement last before the place, and all after it. */
  around(
    key: StockKey,
    place: string,
  ): Promise<{ readonly before: MovementRow | undefined; readonly after: readonly MovementRow[] }>;
  /** Writes balances, new movements and movements that were valued anew. */
  save(changes: {
    readonly balances: readonly BalanceRow[];
    readonly inserted: readonly MovementRow[];
    readonly revalued: readonly MovementRow[];
  }): Promise<void>;
}

/** Checks and hashes of one database. */
/** Documents of one type in one state, on one version of their lifecycle. */
export interface LifecycleCount {
  readonly documentType: string;
  readonly lifecycle: LifecyclePin;
  readonly state: string;
  readonly documents: number;
}

export interface DigestPage {
  readonly lines: readonly string[];
  /** Where the next page begins; absent after the last line. */
  readonly next?: string | undefined;
}

export interface Upkeep {
  /** Canonical lines of what the domain holds, in no order that another database shares; ids and
   * clock aside. From a place on (`''`: the first), as many as `bytesMax` bytes hold, one at least.
   * Undefined where there is no such place. */
  digestLines(from: string, bytesMax: number): Promise<DigestPage | undefined>;
  /** Sentences that name what breaks a law; empty when all hold. */
  faults(): Promise<readonly string[]>;
  lifecycles(): Promise<readonly LifecycleCount[]>;
  /** Keeps what a replay has come to, for whoever asks in any process. */
  noteReplay(state: JsonObject): Promise<void>;
  /** Removes answers kept before the moment (ISO 8601), `limit` at most; says how many. */
  pruneReceipts(before: string, limit: number): Promise<number>;
  lastReplay(): Promise<{ readonly state: JsonObject; readonly isUnderWay: boolean } | undefined>;
}
