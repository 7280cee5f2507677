/** Protocols and events over NATS. */
export { frameCallsMax } from './call-frames.ts';
export { areCredentials, newCredentials, publicKeyOf } from './credentials.ts';
export {
  messageKeyFrom,
  messageKeysOf,
  messageSeal,
  sealLifeMs,
  type DropCounts,
  type DropReason,
  type MessageSeal,
} from './message-seal.ts';
export {
  callSubject,
  natsTransport,
  queueOf,
  serveNats,
  type NatsServer,
  type NatsServing,
} from './nats-binding.ts';
export { eventSubject, NatsBus, type NatsBusOptions } from './nats-bus.ts';
export { connectNats, NatsLink, type NatsOptions } from './nats-link.ts';
