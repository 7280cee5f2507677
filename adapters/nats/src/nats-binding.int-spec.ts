/** Protocols over a real nats-server: the outcomes of every binding, and those of a network. */
import { testNats } from '@morrow/dev-services';
import {
  connect,
  defineProtocol,
  following,
  serve,
  type Protocol,
  type Serving,
} from '@morrow/contract';
import { callOf, claimSuite, outcomeOf, Till, tillPort, wireSuite } from '@morrow/contract/suite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  connectNats,
  messageKeyFrom,
  messageSeal,
  natsTransport,
  serveNats,
  type NatsLink,
} from './index.ts';

const nats = await testNats();
const seal = messageSeal([messageKeyFrom(Buffer.from('a secret of this installation'))]);
const reason = 'missing' in nats ? ` (skipped: ${nats.missing})` : '';
const url = 'url' in nats ? nats.url : '';

let tenants = 0;
/** A tenant of this test alone, since all tests share one server. */
const ownTenant = () => `t${process.pid}x${tenants++}`;

async function linked(): Promise<NatsLink> {
  const link = await connectNats({ url, name: 'test', seal });
  onTestFinished(() => link.close());
  return link;
}
/** Serves tills on a connection of its own; `seen` hears of each call. */
async function served(
  seen: (call: unknown) => void = () => undefined,
  protocol: Protocol = Till,
  implementation: Till = tillPort(seen),
) {
  const link = await linked();
  const server = serveNats(link, protocol, serve(Till, implementation));
  await link.connection.flush();
  return { link, server };
}
const refused = (fault: string, message: string) => ({
  protocol: 'till',
  code: fault,
  fault,
  data: {},
  message,
});
const nobody = refused('unavailable', 'Nobody answers for till now; nothing was done.');

describe.skipIf('missing' in nats)(`NATS${reason}`, () => {
  const overNats = async (implementation: Till, serving: Serving) => {
    const [client, host] = await Promise.all([
      connectNats({ url, name: 'client', seal }),
      connectNats({ url, name: 'host', seal }),
    ]);
    serveNats(host, Till, serve(Till, implementation, serving), {
      claims: serving.claims,
    });
    await host.connection.flush();
    const raw = natsTransport(client, Till);
    const close = () => Promise.all([client.close(), host.close()]).then(() => undefined);
    return { port: connect(Till, raw), raw, close };
  };
  wireSuite('over NATS', overNats);
  claimSuite('over NATS', overNats);

  it('says at once that nobody answers', async () => {
    const port = connect(Till, natsTransport(await linked(), Till));
    const context = callOf({ deadlineAt: Date.now() + 3_600_000 });
    expect(await outcomeOf(port.balance({ till: 'main' }, context))).toEqual(nobody);
  });

  it('finds nobody who answers for another version of the protocol', async () => {
    await served();
    const next = defineProtocol({ ...Till.spec, version: 2 });
    const port = connect(next, natsTransport(await linked(), next));
    expect(await outcomeOf(port.balance({ till: 'main' }, callOf()))).toEqual(nobody);
  });

  it('runs each call once where two replicas serve, and both have their share', async () => {
    const calls = [0, 0];
    await served(() => calls[0]!++);
    await served(() => calls[1]!++);
    const port = connect(Till, natsTransport(await linked(), Till));
    const asked = Array.from({ length: 200 }, () => port.balance({ till: 'main' }, callOf()));
    expect(await Promise.all(asked)).toHaveLength(200);
    expect(calls[0]! + calls[1]!).toBe(200);
    expect(Math.min(...calls)).toBeGreaterThan(20);
  });

  it('counts the deadline down over two hops', async () => {
    const left: number[] = [];
    const back = { ...Till.spec, name: 'safe', domain: 'vault' };
    const safe = { ...Till, spec: back };
    const note: Till = {
      ...tillPort(),
      async balance(_input, { deadlineAt }) {
        left.push(deadlineAt - Date.now());
        return { minor: 1n, countedAt: new Date(0) };
      },
    };
    await served(undefined, safe, note);
    const inner = connect(safe, natsTransport(await linked(), safe)) as unknown as Till;
    const onward: Till = {
      ...tillPort(),
      async balance(input, context) {
        left.push(context.deadlineAt - Date.now());
        const short = { ...context, deadlineAt: Date.now() + 300 };
        await outcomeOf(inner.deposit({ till: 'stuck', amount: { minor: 1n } }, short));
        return inner.balance(input, following(context, 'module:shop', undefined));
      },
    };
    await served(undefined, Till, onward);
    const port = connect(Till, natsTransport(await linked(), Till));
    await port.balance({ till: 'main' }, callOf({ deadlineAt: Date.now() + 10_000 }));
    const [first = 0, second = 0] = left;
    expect(first).toBeLessThanOrEqual(10_000);
    expect(second).toBeLessThanOrEqual(first - 299);
    expect(second).toBeGreaterThan(0);
  });

  it('loses no call when a replica drains while another stays', async () => {
    await served();
    const leaving = await served();
    const port = connect(Till, natsTransport(await linked(), Till));
    const ask = () => outcomeOf(port.balance({ till: 'main' }, callOf()));
    const before = Array.from({ length: 300 }, ask);
    const drained = leaving.server.drain();
    const after = Array.from({ length: 300 }, ask);
    await drained;
    const answer = { ok: await port.balance({ till: 'main' }, callOf()) };
    expect(await Promise.all([...before, ...after])).toEqual(Array(600).fill(answer));
  });

  it('answers what is under way before its drain ends', async () => {
    let release = () => undefined as void;
    let begun = () => undefined as void;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: Till = {
      ...tillPort(),
      async balance() {
        begun();
        await held;
        return { minor: 7n, countedAt: new Date(0) };
      },
    };
    const { server } = await served(undefined, Till, slow);
    const port = connect(Till, natsTransport(await linked(), Till));
    const call = port.balance({ till: 'main' }, callOf());
    await hasBegun;
    const drained = server.drain();
    release();
    await drained;
    expect(await call).toEqual({ minor: 7n, countedAt: new Date(0) });
    const later = await outcomeOf(port.balance({ till: 'main' }, callOf()));
    expect(later).toEqual(nobody);
  });

  it('keeps tenants apart by subject', async () => {
    const tenant = ownTenant();
    const seen: string[] = [];
    const link = await linked();
    link.connection.subscribe(`${tenant}.till.v1.*`, {
      callback: (_error, { subject }) => void seen.push(subject),
    });
    await link.connection.flush();
    await served();
    const port = connect(Till, natsTransport(await linked(), Till));
    await port.balance({ till: 'main' }, callOf({ tenant }));
    await port.balance({ till: 'main' }, callOf());
    await link.connection.flush();
    expect(seen).toEqual([`${tenant}.till.v1.balance`]);
  });
});
