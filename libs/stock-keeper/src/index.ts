/** The stock-keeper: movements, their value, and what is set aside. */
export * from './record-movements.ts';
export * from './reserve.ts';
export * from './valuation.ts';
export * from './value-movements.ts';
export type {
  BalanceRow,
  MovementRow,
  StockFact,
  StockKey,
  StockReads,
  WaitingCursor,
  WaitingRow,
} from '@morrow/engines';
