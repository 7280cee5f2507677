/** Runs workflows: the pure interpreter of an instance, and the engine that keeps it going. */
export * from './advance.ts';
export type { Happening } from './happening.ts';
export * from './instance.ts';
export { scopeOf } from './draft.ts';
export { machineOf, type Machine, type Question } from './machine.ts';
export * from './work-of.ts';
export * from './engine/alarm.ts';
export type { PreparedCall } from './engine/call-step.ts';
export * from './engine/durable-drive.ts';
export * from './engine/durable-engine.ts';
export * from './engine/embedded-engine.ts';
export * from './engine/stored-instance.ts';
export * from './engine/instance-book.ts';
export * from './engine/instance-documents.ts';
export * from './engine/intake.ts';
export * from './engine/prune-heard.ts';
export * from './engine/workflow-engine.ts';
