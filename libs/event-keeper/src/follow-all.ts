/** Handlers that follow every domain: what runs business processes, searches or audits names no
 * producer, and hears of each that the placement hosts. */
import {
  onBatch,
  type DeclaredHandler,
  type EventForm,
  type EventsOf,
  type HandlerKind,
  type HandlerKinds,
  type HandlerOptions,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';

/** Declares a handler of all events: one for each protocol that is present, with a checkpoint of
 * its own. What it does not want at the moment (`wants`) costs it no commit. */
export const followAll = <
  Tools = unknown,
  Kind extends HandlerKind = 'reaction',
  Form extends EventForm = 'decoded',
>(
  options: HandlerOptions<Kind, Form>,
  start: (
    tools: Tools,
    protocol: Protocol,
  ) => HandlerKinds<EventsOf<ProtocolSpec, string, Form>>[Kind],
): DeclaredHandler<Tools> => ({
  ...{ name: options.name, summary: options.summary, kind: options.kind ?? 'reaction' },
  ...{ on: 'all', events: [] },
  start: (tools, present) =>
    present
      .filter(({ spec }) => Object.keys(spec.events).length)
      .flatMap((protocol) => {
        const { name, events } = protocol.spec;
        const own = { ...options, name: `${options.name}.${name}` };
        const begin = (given: Tools) => start(given, protocol);
        return onBatch(protocol, Object.keys(events), own, begin).start(tools, present);
      }),
});
