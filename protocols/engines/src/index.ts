/** Ports of the engines that keepers drive. */
export * from './bus.ts';
export * from './difference-sentences.ts';
export * from './documents.ts';
export * from './events.ts';
export * from './inbox.ts';
export * from './ledger-tables.ts';
export * from './rebuild.ts';
export * from './relay.ts';
export * from './session.ts';
export * from './stock-tables.ts';
export * from './store.ts';
export * from './timers.ts';
export * from './unit.ts';
export * from './upkeep.ts';
export * from './workflow-tables.ts';
export type { NewPulse, Pulse } from '@morrow/contract';
