/** The event-keeper: numbers, publishes and handles events. */
export * from './event-keeper.ts';
export * from './event-source.ts';
export * from './follow-all.ts';
export * from './keeping.operations.ts';
export * from './replays.ts';
export * from './followed-facts.ts';
