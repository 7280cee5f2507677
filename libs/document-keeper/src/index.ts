/** The document-keeper: documents, their lifecycles and events, stored in one commit. */
export * from './commit-change.ts';
export * from './conflicts.ts';
export * from './documents.ts';
export * from './listing.ts';
export * from './rest.ts';
export * from './transition.ts';
export type {
  DocumentRow,
  DueTimer,
  EntryRow,
  NewEvent,
  Reads,
  Session,
  Store,
  Stores,
  Timer,
  Transition,
} from '@morrow/engines';
