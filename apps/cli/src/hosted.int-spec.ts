/** The command line reaches every domain that the server hosts, those that a pack adds too, and
 * says which there are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findNatsServer, testPostgres } from '@morrow/dev-services';
import { keepingOf } from '@morrow/protocol-keeping';
import { Notices } from '@morrow/protocol-notices';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { openSession } from './session.ts';
import { openShop, type ShopOptions } from './shop.features.ts';

const nats = await findNatsServer();
const postgres = await testPostgres();
const M_PACKS = resolve(import.meta.dirname, '../../../tools/proofs/src/worlds/plugins');
const hosted = ['masters', 'orders', 'wms', 'finance', 'workflows', 'notices'];
const keeping = keepingOf('notices');

/** A shop whose server hosts the plug-in `notices`, and a session in it. */
async function open(tenant: string, { settings, ...options }: ShopOptions = {}) {
  const asked = { ...options, settings: { M_PACKS, ...settings } };
  const shop = await openShop(postgres, [tenant], asked);
  process.env['M_DATA'] = shop.folder;
  const session = await openSession(tenant);
  const morrow = (...args: readonly string[]) => shop.morrow(tenant, ...args);
  return { shop, session, morrow };
}
const { shop, session, morrow } = await open(`hosted${process.pid}`);
const { port, context } = session;
afterAll(() => shop.close());
const notice = { to: 'sales', subject: 'Late', text: 'Order 7 is late.' };

it('a plug-in is replayed, verified, hashed and shown as every other domain', async () => {
  await port(Notices).send(notice, context());
  expect(await morrow('verify')).toEqual({ code: 0, out: 'All laws hold.\n', problem: '' });
  const verified = await port(keeping).replayState({}, context());
  expect(verified).toMatchObject({ phase: 'done', read: 1, isSwapped: false });
  const replayed = await morrow('replay', 'notices', '--dry-run');
  expect(replayed.out).toMatch(/^notices: 1 events replayed, every table is as its events make/m);
  expect((await morrow('lag')).out).toContain('notices: 1 events published, 0 not yet published\n');
  expect((await morrow('digest', '--lines')).out).toMatch(/^notices .*Order 7 is late/m);
  expect((await morrow('lifecycle', 'list')).out).toMatch(/│ notices +│ notice +│ notice@1 /);
  const unknown = 'There is no dead letter 7 of that handler.';
  const skipped = await morrow('letter', 'skip', 'notices', 'tell', 'orders', '7');
  expect(skipped).toMatchObject({ code: 1, problem: expect.stringContaining(unknown) });
});

it('a tenant that is added has the plug-in from then on', async () => {
  const tenant = `second${process.pid}`;
  expect(await morrow('tenant', 'add', tenant)).toMatchObject({ code: 0, problem: '' });
  const asSecond = () => ({ ...context(), tenant });
  await port(Notices).send(notice, asSecond());
  const { notices } = await port(Notices).list({ to: 'sales', limit: 5 }, asSecond());
  expect(notices.map(({ text }) => text)).toEqual([notice.text]);
});

it('a domain that is not hosted is refused in one sentence, with those that are', async () => {
  const refused = (choices: readonly string[], page: string) => ({
    ...{ code: 2, out: '' },
    problem:
      "Value 'notes' is invalid for argument 'domain'. " +
      `Allowed choices are ${choices.join(', ')}.\nSee \`morrow help ${page}\`.`,
  });
  expect(await morrow('replay', 'notes')).toEqual(refused(hosted, 'replay'));
  const skipping = await morrow('letter', 'skip', 'notes', 'tell', 'orders', '7');
  expect(skipping).toEqual(refused(hosted, 'letter skip'));
  const moving = await morrow('lifecycle', 'move', 'notes', 'notice', '1', '2');
  expect(moving).toEqual(refused(hosted, 'lifecycle move'));

  // a server of a release that did not say what it hosts
  const file = join(shop.folder, 'server.json');
  const { url } = JSON.parse(readFileSync(file, 'utf8')) as { readonly url: string };
  writeFileSync(file, JSON.stringify({ url }));
  const placed = hosted.filter((domain) => domain !== 'notices');
  expect(await morrow('replay', 'notes')).toEqual(refused(placed, 'replay'));

  // no server, and no pack for the process that opens the data itself
  await shop.stopServer();
  expect(await morrow('replay', 'notes')).toEqual(refused(placed, 'replay'));
});

it.skipIf('missing' in nats)('a fleet says what all of its processes host', async () => {
  if ('missing' in nats) return;
  const settings = { NATS_SERVER: nats.program };
  const fleet = await open(`fleet${process.pid}`, { settings, isFleet: true });
  onTestFinished(() => fleet.shop.close());
  expect(fleet.session.domains).toEqual(hosted);
  const { out } = await fleet.morrow('lag');
  expect(out).toContain('notices: 0 events published, 0 not yet published\n');
});
