/** A module hears of what it declares and of nothing else, and its handlers know their events. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CallContext } from '../context.ts';
import { defineProtocol, type Protocol } from '../define-protocol.ts';
import { Text } from '../schema/index.ts';
import { Till } from '../suite/till.protocol.ts';
import { on, onBatch, recordedOf, type HandledEvent } from './handler.ts';
import { defineModule, heardProtocols, type DomainPorts, type Follower } from './manifest.ts';

const declared = { version: 1, errors: {}, operations: {} };
const lit = { version: 1, summary: 'A lamp was lit', data: z.object({ lamp: Text(40) }) };
const Lamps = defineProtocol({
  ...{ ...declared, name: 'lamps', domain: 'lights', summary: 'Lamps' },
  events: { lit, lost: { ...lit, summary: 'A lamp was lost' } },
});
const Doors = defineProtocol({
  ...{ ...declared, name: 'doors', domain: 'doors', summary: 'Doors' },
  events: {},
});

const eventOf = (type: string, data: unknown): HandledEvent => ({
  ...{ protocol: 'lamps', type, data, number: 1, streamId: 'one', streamVersion: 1 },
  ...{ at: new Date(0), actor: 'person:ada', trace: '' },
});
const context = { tenant: 'main' } as CallContext;

interface Tools {
  readonly log: string[];
}
const watchLamps = on(
  Lamps,
  {
    lit: async ({ type, data }, _context, _session, { log }: Tools) =>
      void log.push(`${type} ${data.lamp}`),
    lost: async ({ data: { lamp } }, { tenant }, session, { log }: Tools) =>
      void log.push(`${lamp} of ${tenant}, in ${String(session)}`),
  },
  { name: 'watchLamps', summary: '' },
);
const countLamps = onBatch(
  Lamps,
  ['lost'],
  { name: 'countLamps', summary: '', kind: 'messenger', form: 'wire' },
  ({ lost }: { readonly lost: string[] }) => ({
    handle: async (events) => void lost.push(...events.map(({ data }) => String(data['lamp']))),
  }),
);
const follower: Follower = {
  ...{ on: Till, events: ['deposited'] },
  ...{ isWaiting: () => false, heard: () => undefined, missed: () => undefined },
};
const written = { summary: '', provides: [], requires: [], documents: [], keeps: [] };
const ports = { present: [Lamps, Till, Doors] } as unknown as DomainPorts<unknown>;
const nothing = { implementations: [] };

describe('a handler', () => {
  it('is given one event after the other, by the function of its name', async () => {
    const log: string[] = [];
    const [handler] = watchLamps.start({ log }, []);
    expect(handler).toMatchObject({
      kind: 'reaction',
      name: 'watchLamps',
      events: ['lit', 'lost'],
    });
    const lamps = [eventOf('lost', { lamp: 'b' }), eventOf('lit', { lamp: 'a' })];
    await handler?.handle(lamps, context, 'session');
    expect(log).toEqual(['b of main, in session', 'lit a']);
  });

  it('says in which form it takes its events, and may be given many at once', async () => {
    const lost: string[] = [];
    const [handler] = countLamps.start({ lost }, []);
    expect(handler).toMatchObject({ kind: 'messenger', form: 'wire', events: ['lost'] });
    const lamps = ['a', 'b'].map((lamp) => eventOf('lost', { lamp }));
    await handler?.handle(lamps, context, undefined);
    expect(lost).toEqual(['a', 'b']);
  });

  it('of an event that nobody declares, or of data that it has not, does not compile', () => {
    // @ts-expect-error no lamp is sold
    onBatch(Lamps, ['sold'], { name: 'sell', summary: '' }, () => ({
      handle: async () => undefined,
    }));
    // @ts-expect-error nor one at a time
    on(Lamps, { sold: async () => undefined }, { name: 'sell', summary: '' });
    // @ts-expect-error a lamp has no colour
    on(Lamps, { lit: async ({ data }) => void data.colour }, { name: 'paint', summary: '' });
    // @ts-expect-error the tools of its handlers are missing
    defineModule({ ...written, name: 'dark', handlers: [watchLamps], start: () => nothing });
    expect(
      recordedOf(Lamps, [eventOf('lit', {}), { ...eventOf('lit', {}), protocol: 'x' }]),
    ).toEqual([eventOf('lit', {})]);
  });
});

describe('a module', () => {
  const handlers = [watchLamps, countLamps] as const;
  const tools = { log: [], lost: [] };

  it('starts the handlers that it declares, with its tools', () => {
    const start = () => ({ ...nothing, tools });
    const manifest = defineModule({ ...written, name: 'lights', handlers, start });
    const names = manifest.start(ports).handlers.map(({ name }) => name);
    expect(names).toEqual(['watchLamps', 'countLamps']);
    expect(heardProtocols(manifest, ports.present)).toEqual([Lamps]);
  });

  it('listens to what it handles and follows, to all that are present where it says so', () => {
    const all = { ...watchLamps, on: 'all' as const };
    const named = (on: Protocol, events: readonly string[]) => ({ on, events });
    const follows = [named(Till, ['deposited']), named(Doors, [])];
    expect(heardProtocols({ handlers: [], follows }, ports.present)).toEqual([Till]);
    expect(heardProtocols({ handlers: [all], follows }, ports.present)).toEqual(ports.present);
    expect(heardProtocols({ handlers: [all], follows }, [])).toEqual([Till]);
  });

  it('that follows what it does not declare is refused when it starts', () => {
    const start = () => ({ ...nothing, followers: [follower] });
    const deaf = defineModule({ ...written, name: 'deaf', start });
    expect(() => deaf.start(ports)).toThrow('deaf follows what its manifest does not name: till');
    const follows = [follower];
    const hearing = defineModule({ ...written, name: 'hearing', follows, start });
    expect(hearing.start(ports).followers).toEqual(follows);
  });
});
