/** Ports of the engines that keepers drive. */
export * from './bus.ts';
export * from './inbox.ts';
export * from './rebuild.ts';
export * from './store.ts';
export * from './stores.ts';
export * from './timers.ts';
export * from './workflow-tables.ts';
export type { NewPulse, Pulse } from '@morrow/contract';
