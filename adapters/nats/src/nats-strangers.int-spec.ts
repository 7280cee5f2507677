/** Somebody on the same broker without the key of the installation: whatever is sent to whatever
 * subject is dropped and counted, and calls and events go on. */
import { connect, serve } from '@morrow/contract';
import { callOf, Till, tillPort } from '@morrow/contract/suite';
import { testNats } from '@morrow/dev-services';
import type { StoredEvent } from '@morrow/engines';
import fc from 'fast-check';
import { connect as connectRaw, type Msg } from 'nats';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  connectNats,
  messageKeyFrom,
  messageSeal,
  NatsBus,
  natsTransport,
  serveNats,
  type DropCounts,
} from './index.ts';

const nats = await testNats();
const reason = 'missing' in nats ? ` (skipped: ${nats.missing})` : '';
const url = 'url' in nats ? nats.url : '';
const seal = messageSeal([messageKeyFrom(Buffer.from('a secret of this installation'))]);
const noDrops: DropCounts = { unsealed: 0, stale: 0, malformed: 0 };
const none = { minor: 1250n };

let worlds = 0;
async function linked() {
  const link = await connectNats({ url, name: 'ours', seal });
  onTestFinished(() => link.close());
  return link;
}
/** A caller and a host of tills that nobody else calls, and a stranger with a raw client. */
async function world(seen: (call: unknown) => void = () => undefined) {
  const spec = { ...Till.spec, name: `till${process.pid}x${worlds++}` };
  const protocol = { ...Till, spec };
  const [client, host, stranger] = await Promise.all([
    linked(),
    linked(),
    connectRaw({ servers: url }),
  ]);
  onTestFinished(() => stranger.close());
  serveNats(host, protocol, serve(Till, tillPort(seen)));
  await host.connection.flush();
  const port = connect(protocol, natsTransport(client, protocol)) as unknown as Till;
  const subject = (operation: string) => `main.${spec.name}.v1.${operation}`;
  /** All that passes by on a subject. */
  const overheard = (pattern: string) => {
    const messages: Msg[] = [];
    stranger.subscribe(pattern, { callback: (_error, message) => void messages.push(message) });
    return messages;
  };
  /** Resolves when what the stranger sent has been taken in by both. */
  const settle = async () => {
    await stranger.flush();
    await Promise.all([client.connection.flush(), host.connection.flush()]);
  };
  return { client, host, stranger, port, subject, overheard, settle, protocol };
}
const deposited = (number: number): StoredEvent => ({
  number,
  protocol: 'till',
  type: 'deposited',
  schemaVersion: 1,
  data: { minor: '5' },
  documentType: 'till',
  streamId: '0190a1b2-0000-7000-8000-000000000000',
  streamVersion: number,
  meta: { actor: 'person:ada', trace: 'none' },
  at: '2026-11-21T08:30:00.000Z',
});

/** Bytes and JSON of all kinds, nested deeply too. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify([value, null, { calls: [value] }]))),
  fc
    .constantFrom('[null]', '[]', '{}', 'null', '[[0,{"ok":1}]]', '1e999', '"\\ud800"', '\u0000')
    .map((text) => Buffer.from(text)),
  fc.integer({ min: 1, max: 100_000 }).map((depth) => Buffer.from('['.repeat(depth))),
);

describe.skipIf('missing' in nats)(`a stranger on the broker${reason}`, () => {
  it('changes nothing by whatever bytes it sends to whatever subject', async () => {
    const { client, host, stranger, port, subject, overheard, settle } = await world();
    const heard: unknown[] = [];
    const domain = `d${process.pid}x${worlds}`;
    new NatsBus(client).subscribe(domain, (tenant, events) => heard.push({ tenant, events }));
    const inboxes = overheard('_INBOX.>');
    await stranger.flush();
    await port.balance({ till: 'main' }, callOf());
    await settle();
    const [inbox = ''] = inboxes.map((message) => message.subject.replace(/\.[^.]*$/, ''));
    const kinds = [
      subject('balance'),
      subject('deposit'),
      subject('burn'),
      `main.${domain}.events`,
      `${inbox}.0`,
      `${inbox}.ping`,
    ];
    await fc.assert(
      fc.asyncProperty(noise, fc.constantFrom(...kinds), async (bytes, to) => {
        stranger.publish(to, bytes, { reply: 'stranger.reply' });
        stranger.publish(to, bytes);
        await settle();
        expect(await port.balance({ till: 'main' }, callOf())).toMatchObject(none);
      }),
      { numRuns: 150 },
    );
    expect(heard).toEqual([]);
    const dropped = client.dropped.unsealed + host.dropped.unsealed;
    expect(dropped).toBe(300);
    expect(await client.ping(5_000)).toBe(true);
  }, 60_000);

  it('cannot replay a call elsewhere, to another tenant or for its own answer', async () => {
    const calls: unknown[] = [];
    const { host, stranger, port, subject, overheard, settle } = await world((call) =>
      calls.push(call),
    );
    const seen = overheard(subject('*'));
    const answers = overheard('stranger.reply');
    await stranger.flush();
    await port.deposit({ till: 'main', amount: { minor: 5n } }, callOf());
    await settle();
    const [captured] = seen;
    const { data, reply = '' } = captured ?? { data: Buffer.alloc(0) };
    expect(calls).toHaveLength(1);
    const again = [
      [subject('balance'), reply],
      [subject('deposit').replace('main', 'other'), reply],
      [subject('deposit'), 'stranger.reply'],
    ] as const;
    for (const [to, answerTo] of again) stranger.publish(to, data, { reply: answerTo });
    stranger.publish(subject('deposit'), data);
    await settle();
    expect(calls).toHaveLength(1);
    expect(answers).toEqual([]);
    expect(host.dropped).toEqual({ ...noDrops, unsealed: 4 });
  });

  it('cannot answer in the place of the host, nor with an answer to another call', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client, host, stranger, protocol, overheard, settle } = await world();
    const slow = { ...Till.spec, name: `${protocol.spec.name}slow` };
    const slowTill = { ...Till, spec: slow };
    const port = tillPort();
    serveNats(
      host,
      slowTill,
      serve(Till, { ...port, balance: (...asked) => held.then(() => port.balance(...asked)) }),
    );
    const calls = overheard(`main.${slow.name}.v1.*`);
    const answers = overheard('_INBOX.>');
    await settle();
    const other = connect(protocol, natsTransport(client, protocol)) as unknown as Till;
    await other.deposit({ till: 'main', amount: { minor: 666n } }, callOf());
    const asked = (connect(slowTill, natsTransport(client, slowTill)) as unknown as Till).balance(
      { till: 'main' },
      callOf(),
    );
    await expect.poll(() => calls.length).toBeGreaterThan(0);
    const reply = calls[0]?.reply ?? '';
    expect(reply).not.toBe('');
    for (const { data } of [...answers]) stranger.publish(reply, data);
    stranger.publish(reply, '[[0,{"ok":{"minor":"666","countedAt":"2026-11-21T08:30:00.000Z"}}]]');
    await settle();
    release();
    expect(await asked).toMatchObject(none);
    expect(client.dropped.unsealed).toBeGreaterThanOrEqual(2);
  });

  it('is not heard when it says that something happened', async () => {
    const { client, host, stranger, settle } = await world();
    const domain = `d${process.pid}x${worlds}`;
    const numbers: number[] = [];
    let heard = () => undefined as void;
    const hasHeard = new Promise<void>((resolve) => (heard = resolve));
    new NatsBus(client).subscribe(domain, (_tenant, events) => {
      numbers.push(...events.map(({ number }) => number));
      heard();
    });
    await client.connection.flush();
    stranger.publish(`main.${domain}.events`, JSON.stringify([deposited(1)]));
    await settle();
    new NatsBus(host).publish('main', domain, [deposited(2)]);
    await hasHeard;
    expect(numbers).toEqual([2]);
    expect(client.dropped).toEqual({ ...noDrops, unsealed: 1 });
  });

  it('and a process whose clock is off are dropped, each counted for what it is', async () => {
    const { host, subject, settle } = await world();
    const early = messageSeal(
      [messageKeyFrom(Buffer.from('a secret of this installation'))],
      () => Date.now() - 31_000,
    );
    const late = await connectNats({ url, name: 'late', seal: early });
    onTestFinished(() => late.close());
    late.publish('call', subject('balance'), '{}', '_INBOX.x.y');
    await late.connection.flush();
    await settle();
    expect(host.dropped).toEqual({ ...noDrops, stale: 1 });
  });
});

describe.skipIf('missing' in nats)(`a process of another release${reason}`, () => {
  it('is answered that its message is none, and calls go on', async () => {
    const { client, host, port, subject } = await world();
    const inbox = '_INBOX.other.release';
    const answers: string[] = [];
    let answered = () => undefined as void;
    client.subscribe('answer', `${inbox}.*`, (body) => {
      answers.push(body.toString());
      if (answers.length === 4) answered();
    });
    await client.connection.flush();
    const hasAnswered = new Promise<void>((resolve) => (answered = resolve));
    const bodies = ['', '[null]', '{"claims":[],"calls":[]}', '{"claims":[],"calls":[null]}'];
    for (const [at, body] of bodies.entries())
      client.publish('call', subject('balance'), body, `${inbox}.${at}`);
    await hasAnswered;
    const refused = (sentence: string) =>
      JSON.stringify([[0, { error: { code: 'invalid', fault: 'invalid', data: {}, sentence } }]]);
    expect(answers.toSorted()).toEqual([
      refused('The call has no context.'),
      ...Array(3).fill(refused('The message is no call of this platform.')),
    ]);
    expect(host.dropped).toEqual({ ...noDrops, malformed: 3 });
    expect(await port.balance({ till: 'main' }, callOf())).toMatchObject(none);
  });

  it('keeps nobody from hearing the next events; one that throws stops no other', async () => {
    const { client, host } = await world();
    const domain = `d${process.pid}x${worlds}`;
    const bus = new NatsBus(client);
    const numbers: number[] = [];
    let heard = () => undefined as void;
    const hasHeard = new Promise<void>((resolve) => (heard = resolve));
    bus.subscribe(domain, () => {
      throw new Error('This listener is broken.');
    });
    bus.subscribe(domain, (_tenant, events) => {
      numbers.push(...events.map(({ number }) => number));
      heard();
    });
    await client.connection.flush();
    const whole = deposited(7);
    const shapes = [
      null,
      [],
      { ...whole, number: '7' },
      { ...whole, number: 1e300 },
      { ...whole, number: 0 },
      { ...whole, data: null },
      { ...whole, meta: [] },
      { ...whole, meta: { actor: 7, trace: '' } },
      { ...whole, at: 'yesterday' },
    ];
    for (const shape of shapes)
      host.publish('events', `main.${domain}.events`, JSON.stringify([whole, shape]));
    host.publish('events', `main.${domain}.events`, '{}');
    new NatsBus(host).publish('main', domain, [deposited(8)]);
    await hasHeard;
    expect(numbers).toEqual([8]);
    expect(client.dropped).toEqual({ ...noDrops, malformed: (shapes.length + 1) * 2 });
    expect(await client.ping(5_000)).toBe(true);
  });
});
