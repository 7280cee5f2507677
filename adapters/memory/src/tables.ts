/** The tables of a domain, those that a transaction changes. */
import type { Receipt } from '@morrow/contract';
import type {
  AwaitingStep,
  BalanceRow,
  DeadLetter,
  DocumentRow,
  DueTimer,
  EntryRow,
  HeardEventRow,
  MovementRow,
  StockKey,
  StoredDomain,
  StreamEvent,
  WaitingRow,
} from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { keyOf, Table } from './table.ts';

/** Events of one stream that wait for their numbers. */
export interface Outgoing {
  readonly streamId: string;
  readonly events: readonly StreamEvent[];
}
/** What a handler has seen of a producer. */
export interface Seen {
  readonly handler: string;
  readonly producer: string;
  readonly watermark: number;
  /** Numbers above the watermark. */
  readonly above: ReadonlySet<number>;
}
export interface TimerRow extends DueTimer {
  /** ISO 8601: when it is tried next; absent: never, a person must act. */
  readonly tryAt?: string | undefined;
  readonly sentence?: string | undefined;
}
export const balanceKey = ({ warehouse, item }: StockKey): string => keyOf(warehouse, item);
export const balanceOrder = (one: StockKey, other: StockKey): number =>
  textOrder(one.warehouse, other.warehouse) || textOrder(one.item, other.item);

export class Tables {
  readonly documents: ReadonlyMap<string, Table<DocumentRow>>;
  readonly streams: Table<readonly StreamEvent[]>;
  readonly outbox: Table<Outgoing>;
  readonly receipts: Table<Receipt & { readonly at: string }>;
  readonly seen: Table<Seen>;
  readonly letters: Table<DeadLetter>;
  readonly timers: Table<TimerRow>;
  readonly entries: Table<EntryRow>;
  /** Versions of the facts that entries are decided on, one row. */
  readonly facts: Table<number>;
  readonly balances: Table<BalanceRow>;
  /** All of one balance, in the order of their places. */
  readonly movements: Table<readonly MovementRow[]>;
  readonly waiting: Table<WaitingRow>;
  readonly heard: Table<HeardEventRow>;
  readonly awaiting: Table<AwaitingStep>;

  constructor(domain: StoredDomain, below?: Tables) {
    this.documents = new Map(
      domain.documents.map(({ name }) => [name, new Table(below?.documents.get(name))]),
    );
    this.streams = new Table(below?.streams);
    this.outbox = new Table(below?.outbox);
    this.receipts = new Table(below?.receipts);
    this.seen = new Table(below?.seen);
    this.letters = new Table(below?.letters);
    this.timers = new Table(below?.timers);
    this.entries = new Table(below?.entries);
    this.facts = new Table(below?.facts);
    this.balances = new Table(below?.balances);
    this.movements = new Table(below?.movements);
    this.waiting = new Table(below?.waiting);
    this.heard = new Table(below?.heard);
    this.awaiting = new Table(below?.awaiting);
  }
  merge(): void {
    for (const table of this.#all()) table.merge();
  }
  /** Whether both have changed one row. */
  changesSame(other: Tables): boolean {
    const others = other.#all();
    return this.#all().some((table, at) => table.changesSame(others[at] ?? new Table()));
  }
  #all(): readonly Table<unknown>[] {
    const { documents, ...others } = this;
    return [...documents.values(), ...Object.values(others)] as Table<unknown>[];
  }
}
