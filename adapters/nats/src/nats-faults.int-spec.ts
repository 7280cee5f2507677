/** What goes wrong on a real network: strangers, giants, broken connections; nothing falls over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats, testNats } from '@morrow/dev-services';
import { connect, serve, type WireHandler } from '@morrow/contract';
import { callOf, outcomeOf, Till, tillPort } from '@morrow/contract/suite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNats, messageKeyFrom, messageSeal, natsTransport, serveNats } from './index.ts';

const nats = await testNats();
const seal = messageSeal([messageKeyFrom(Buffer.from('a secret of this installation'))]);
const reason = 'missing' in nats ? ` (skipped: ${nats.missing})` : '';
const shared = 'url' in nats ? nats.url : '';

async function linked(url = shared, onStatus?: (status: string) => void) {
  const link = await connectNats({ url, name: 'test', seal, onStatus });
  onTestFinished(() => link.close());
  return link;
}
async function serving(handler: WireHandler, url = shared) {
  const link = await linked(url);
  serveNats(link, Till, handler);
  await link.connection.flush();
}
const refusal = (fault: string, sentence: string) => ({
  error: { code: fault, fault, data: {}, sentence },
});

describe.skipIf('missing' in nats)(`NATS under faults${reason}`, () => {
  it('answers that its answer is too large, and serves on', async () => {
    const tills = serve(Till, tillPort());
    await serving(async (operation, input, context) =>
      operation === 'deposit' ? { ok: 'x'.repeat(3_000_000) } : tills(operation, input, context),
    );
    const call = natsTransport(await linked(), Till);
    expect(await call('deposit', {}, callOf())).toEqual(
      refusal('defect', 'Something went wrong here: the answer is too large.'),
    );
    expect(await call('balance', { till: 'main' }, callOf())).toHaveProperty('ok');
  });

  it('refuses a call that is too large in one sentence', async () => {
    const call = natsTransport(await linked(), Till);
    const { error } = (await call('balance', 'x'.repeat(2_000_000), callOf())) as never;
    expect(error).toEqual({
      code: 'invalid',
      fault: 'invalid',
      data: {},
      sentence: expect.stringMatching(/^A call of 2000\d{3} bytes is too large\.$/),
    });
  });

  it.each(['a.b', 'a b', '*', '>', ''])('knows no tenant %j', async (tenant) => {
    const call = natsTransport(await linked(), Till);
    expect(await call('balance', { till: 'main' }, callOf({ tenant }))).toEqual(
      refusal('missing', `There is no tenant ${tenant}.`),
    );
  });

  it('ends a call that is under way when its own connection closes', async () => {
    let begun = () => undefined as void;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    await serving(
      serve(
        Till,
        tillPort(() => begun()),
      ),
    );
    const link = await connectNats({ url: shared, name: 'closing', seal });
    const call = natsTransport(link, Till)('balance', { till: 'stuck' }, callOf());
    await hasBegun;
    await link.close();
    expect(await call).toEqual(
      refusal('timeout', 'The deadline has passed; the call may have run.'),
    );
  });

  it('sends nothing while the server is away, and serves on when it is back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'morrow-nats-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const server = await startNats({ directory });
    const heardOf = new Map<string, () => void>();
    const status = (name: string) => new Promise<void>((resolve) => heardOf.set(name, resolve));
    const [gone, back] = [status('disconnect'), status('reconnect')];
    const link = await connectNats({
      url: server.url,
      name: 'test',
      seal,
      onStatus: (name) => heardOf.get(name)?.(),
    });
    const port = connect(Till, natsTransport(link, Till));
    await server.kill();
    await gone;
    expect(await outcomeOf(port.balance({ till: 'main' }, callOf()))).toEqual({
      protocol: 'till',
      code: 'unavailable',
      fault: 'unavailable',
      data: {},
      message: 'NATS cannot be reached: there is no connection.',
    });
    const again = await startNats({ directory, port: Number(new URL(server.url).port) });
    await back;
    const host = await connectNats({ url: server.url, name: 'host', seal });
    serveNats(host, Till, serve(Till, tillPort()));
    await host.connection.flush();
    expect(await port.balance({ till: 'main' }, callOf())).toMatchObject({ minor: 1250n });
    await Promise.all([link.close(), host.close()]);
    await again.stop();
  });
});
