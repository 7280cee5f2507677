/** The bus within a process: later than the publisher, to whoever listens then. */
import type { StoredEvent } from '@morrow/engines';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LocalBus } from './local-bus.ts';

const deposited: StoredEvent = {
  number: 1,
  protocol: 'till',
  type: 'deposited',
  schemaVersion: 1,
  data: { minor: '5' },
  documentType: 'till',
  streamId: '0190a1b2-0000-7000-8000-000000000000',
  streamVersion: 1,
  meta: { actor: 'person:ada', trace: 'none' },
  at: '2026-11-21T08:30:00.000Z',
};
/** A bus, and what was heard of the domain `shop` on it. */
function listening() {
  const bus = new LocalBus();
  const heard: unknown[] = [];
  const stop = bus.subscribe('shop', (tenant, events) => heard.push({ tenant, events }));
  return { bus, heard, stop };
}

describe('the bus within a process', () => {
  it('hands events over only after the publisher has gone on', async () => {
    const { bus, heard } = listening();
    bus.publish('main', 'shop', [deposited]);
    await Promise.resolve();
    expect(heard).toEqual([]);
    await turn();
    expect(heard).toEqual([{ tenant: 'main', events: [deposited] }]);
  });

  it('knows whether anybody listens to a domain', () => {
    const { bus, stop } = listening();
    expect(['shop', 'vault'].map((domain) => bus.isHeard(domain))).toEqual([true, false]);
    stop();
    expect(bus.isHeard('shop')).toBe(false);
  });

  it('knows whether a listener wants events of a tenant now', () => {
    const bus = new LocalBus();
    const awaited = () => ['main', 'other'].map((tenant) => bus.isAwaited(tenant, 'shop'));
    expect(awaited()).toEqual([false, false]);
    const isOther = (tenant: string) => tenant === 'other';
    bus.subscribe('shop', () => undefined, isOther);
    expect(awaited()).toEqual([false, true]);
    bus.subscribe('shop', () => undefined);
    expect(awaited()).toEqual([true, true]);
  });

  it('brings the events of one domain, of every tenant, in the order of publishing', async () => {
    const { bus, heard } = listening();
    bus.publish('main', 'shop', [deposited]);
    bus.publish('main', 'vault', [deposited]);
    bus.publish('other', 'shop', []);
    await turn();
    expect(heard).toEqual([
      { tenant: 'main', events: [deposited] },
      { tenant: 'other', events: [] },
    ]);
  });

  it('falls silent for whoever has unsubscribed, also with events on their way', async () => {
    const { bus, heard, stop } = listening();
    bus.publish('main', 'shop', [deposited]);
    stop();
    bus.publish('main', 'shop', [deposited]);
    await turn();
    expect(heard).toEqual([]);
  });

  it('is silent once it is closed', async () => {
    const { bus, heard } = listening();
    await bus.close();
    bus.publish('main', 'shop', [deposited]);
    await turn();
    expect(heard).toEqual([]);
  });

  it('reaches every listener, whatever another one throws', async () => {
    const problems: unknown[] = [];
    const bus = new LocalBus((error) => problems.push(error));
    bus.subscribe('shop', () => {
      throw new Error('this listener fails');
    });
    const heard: unknown[] = [];
    bus.subscribe('shop', (tenant) => heard.push(tenant));
    bus.publish('main', 'shop', [deposited]);
    await turn();
    expect(problems).toEqual([new Error('this listener fails')]);
    expect(heard).toEqual(['main']);
  });
});
