/** Protocols and events over NATS. */
export { serveNats, natsTransport, type NatsServer, type NatsServing } from './nats-binding.ts';
export { NatsBus, type NatsBusOptions } from './nats-bus.ts';
export { connectNats, NatsLink, type NatsOptions } from './nats-link.ts';
