/** The bus over a real nats-server: hints arrive whole, in messages that fit. */
import { testNats } from '@morrow/dev-services';
import type { StoredEvent } from '@morrow/engines';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNats, messageKeyFrom, messageSeal, NatsBus, type NatsBusOptions } from './index.ts';

const nats = await testNats();
const seal = messageSeal([messageKeyFrom(Buffer.from('a secret of this installation'))]);
const reason = 'missing' in nats ? ` (skipped: ${nats.missing})` : '';
const url = 'url' in nats ? nats.url : '';

let domains = 0;
const ownDomain = () => `d${process.pid}x${domains++}`;

async function busOnServer(options: NatsBusOptions = {}) {
  const link = await connectNats({ url, name: 'bus', seal });
  const bus = new NatsBus(link, options);
  onTestFinished(() => bus.close());
  return { link, bus };
}
const deposited = (number: number, note = ''): StoredEvent => ({
  number,
  protocol: 'till',
  type: 'deposited',
  schemaVersion: 1,
  data: { minor: '5', note },
  documentType: 'till',
  streamId: '0190a1b2-0000-7000-8000-000000000000',
  streamVersion: number,
  meta: { actor: 'person:ada', trace: 'none' },
  at: '2026-11-21T08:30:00.000Z',
});
/** Listens on another connection; `count` resolves when so many events have come. */
async function listening(domain: string) {
  const { link, bus } = await busOnServer();
  const heard: { tenant: string; numbers: number[] }[] = [];
  const events: StoredEvent[] = [];
  const waiting: { count: number; go: () => void }[] = [];
  const stop = bus.subscribe(domain, (tenant, batch) => {
    heard.push({ tenant, numbers: batch.map(({ number }) => number) });
    events.push(...batch);
    for (const { count, go } of waiting) if (events.length >= count) go();
  });
  await link.connection.flush();
  const reach = (count: number) =>
    new Promise<void>((go) => (events.length >= count ? go() : void waiting.push({ count, go })));
  return { heard, events, stop, reach, link };
}

describe.skipIf('missing' in nats)(`the bus over NATS${reason}`, () => {
  it('brings the events of one domain, of every tenant, and of no other domain', async () => {
    const domain = ownDomain();
    const listener = await listening(domain);
    const { bus } = await busOnServer();
    bus.publish('main', `${domain}y`, [deposited(1)]);
    bus.publish('main', domain, [deposited(1), deposited(2)]);
    bus.publish('other', domain, [deposited(1)]);
    await listener.reach(3);
    expect(listener.heard).toEqual([
      { tenant: 'main', numbers: [1, 2] },
      { tenant: 'other', numbers: [1] },
    ]);
    expect(listener.events[0]).toEqual(deposited(1));
  });

  it('splits what exceeds a message, and leaves an event that fits none to the table', async () => {
    const domain = ownDomain();
    const listener = await listening(domain);
    const { bus } = await busOnServer();
    const wide = 'é'.repeat(100_000);
    const numbers = [1, 2, 3, 4, 5];
    const events = numbers.map((number) => deposited(number, wide));
    bus.publish('main', domain, [...events, deposited(6, 'x'.repeat(600_000)), deposited(7)]);
    await listener.reach(6);
    expect(listener.heard).toEqual([
      { tenant: 'main', numbers: [1, 2] },
      { tenant: 'main', numbers: [3, 4] },
      { tenant: 'main', numbers: [5, 7] },
    ]);
  });

  it('falls silent for whoever has unsubscribed', async () => {
    const domain = ownDomain();
    const [leaver, stayer] = await Promise.all([listening(domain), listening(domain)]);
    const { bus } = await busOnServer();
    leaver.stop();
    await leaver.link.connection.flush();
    bus.publish('main', domain, [deposited(1)]);
    await stayer.reach(1);
    await leaver.link.connection.flush();
    expect(leaver.heard).toEqual([]);
  });

  it('passes a failpoint before and after each publish', async () => {
    const points: string[] = [];
    const { bus } = await busOnServer({
      publishPoint: (label, when) => points.push(`${when} ${label}`),
    });
    bus.publish('main', ownDomain(), [deposited(1)]);
    expect(points).toEqual(['before bus.publish', 'after bus.publish']);
  });
});
