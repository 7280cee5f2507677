/** The port of the stock-keeper's tables: balances, movements, and who waits for stock. */

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
