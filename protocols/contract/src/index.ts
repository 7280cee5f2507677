/** What a protocol is, and the one path that every call takes. */
export * from './context.ts';
export * from './define-protocol.ts';
export * from './dispatch/claim.ts';
export * from './dispatch/connect.ts';
export * from './dispatch/deadline.ts';
export { receiptDays } from './dispatch/idempotency.ts';
export * from './dispatch/invoke.ts';
export * from './dispatch/outcome.ts';
export * from './dispatch/serve.ts';
export * from './dispatch/transaction-guard.ts';
export * from './dispatch/travelling-context.ts';
export * from './document/document-type.ts';
export * from './event/upcast.ts';
export * from './fault.ts';
export * from './manifest/manifest.ts';
export * from './manifest/work.ts';
export * from './protocol-error.ts';
export * from './schema/index.ts';
