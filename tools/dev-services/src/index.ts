// Real servers for tests: PostgreSQL and NATS, one each for a test run.
export { dropDatabase, freshDatabase, testPostgres, type FreshDatabase } from './postgres.ts';
export { findNatsServer, testNats, type FoundNatsServer } from './nats.ts';
export { startNats, type TestNatsServer, type NatsServerOptions } from './nats-server.ts';
export type { NatsFacts, PostgresFacts } from './test-run.ts';
