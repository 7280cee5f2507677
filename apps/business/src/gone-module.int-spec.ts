/** A capability is a plug-in: a workflow that names a module which was taken away stays listed,
 * says what it is missing, and is whole again when the module is back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTrace } from '@morrow/adapter-local';
import { testPostgres } from '@morrow/dev-services';
import { Workflows } from '@morrow/protocol-workflows';
import { afterAll, expect, it } from 'vitest';
import { boot } from './boot.ts';
import { checkout, readSettings } from './settings.ts';

const { host, port, user } = await testPostgres();
const tenant = `gone${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'morrow-gone-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'tenants.json'), JSON.stringify([tenant]));
const example = join(checkout, 'deploy/workflows/fulfil-order.yaml');
const text = readFileSync(example).toString('base64url');

/** What a process says that hosts all domains but these. */
async function without<T>(
  gone: readonly string[],
  ask: (port: Workflows, context: () => Parameters<Workflows['list']>[1]) => Promise<T>,
): Promise<T> {
  const settings = readSettings({
    ...{ M_DATA: folder, M_MODE: 'indie', PORT: '0', LOG_LEVEL: 'error' },
    DATABASE_URL: `postgres://${user}@localhost:${port}/?host=${encodeURIComponent(host)}`,
  });
  const left = (names: readonly string[]) => names.filter((name) => !gone.includes(name));
  const processes = settings.placement.processes.map((each) => ({
    ...each,
    modules: left(each.modules),
  }));
  const placement = { ...settings.placement, processes };
  const running = await boot({ ...settings, modules: left(settings.modules), placement }, {});
  const call = () => ({
    ...{ tenant, actor: 'person:ada', trace: newTrace(), deadlineAt: Date.now() + 30_000 },
    key: crypto.randomUUID(),
  });
  return ask(running.port(Workflows), () => running.signed(call())).finally(() => running.stop());
}

it('what a workflow is missing is said as long as it is missing', async () => {
  const seen = async (port: Workflows, context: () => Parameters<Workflows['list']>[1]) => {
    const published = await port.publish({ text }, context());
    const { definitions } = await port.list({ limit: 40 }, context());
    const shown = await port.show({ name: 'fulfilOrder' }, context());
    const places = shown.problems.map(({ place }) => place);
    return { published, missing: definitions.map(({ missing }) => missing), places };
  };
  const whole = await without([], seen);
  expect(whole).toMatchObject({ missing: [[]], places: [] });
  const alone = await without(['orders', 'wms', 'finance'], seen);
  expect(alone.published).toEqual(whole.published);
  const ofOrders = ['orders.cancel', 'orders.orderPlaced', 'orders.ship'];
  const ofStock = ['stock.stockIssued', 'stock.stockReserved'];
  expect(alone.missing).toEqual([[...ofOrders, ...ofStock]]);
  expect(alone.places).toContain('steps.ship.call');
  expect(await without([], seen)).toEqual(whole);
});
