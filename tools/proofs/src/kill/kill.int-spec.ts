/** Processes are killed at every commit and publish in the middle of an import, before or after it
 * (`npm run soak`: both, each alone); the books come out the same. */
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { importRetail, type ImportReport } from '@morrow/adapter-retail-csv';
import { deathsIn, placeOf } from '@morrow/business/parts/failpoints';
import { domains } from '@morrow/business/parts/module-catalog';
import { isProtocolError } from '@morrow/contract';
import { startNats, testNats, testPostgres } from '@morrow/dev-services';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sampleFile } from '../worlds/programs.ts';
import type { World } from '../worlds/world.ts';
import { inTurn, thirdOf } from './lives.ts';
import { persist } from './persist.ts';
import { startServer, type GroundFacts } from './server-under-test.ts';

vi.setConfig({ testTimeout: 180_000 });
const isSoak = process.env['M_SOAK'] === '1';
const postgres = await testPostgres();
const nats = await testNats();
const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first days of the sample: sales, cancellations and write-offs. */
const file = join(folder, 'slice.csv');
const slice = gunzipSync(readFileSync(sampleFile)).toString().split('\n').slice(0, 2500);
writeFileSync(file, `${slice.join('\n')}\n`);

const importSlice = (world: World): Promise<ImportReport> =>
  importRetail({
    open: () => createReadStream(file),
    fileName: file,
    ports: {
      companies: world.port(Companies),
      imports: world.port(Imports),
      items: world.port(Items),
      ledger: world.port(Ledger),
      orders: world.port(Orders),
      parties: world.port(Parties),
      returns: world.port(Returns),
      stock: world.port(Stock),
      warehouses: world.port(Warehouses),
    },
    context: (key) => world.context(key),
  });

/** Puts the tables derived from events in place; a replay that its process took with it is begun
 * again. */
async function swapIn(world: World, domain: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      const { isSwapped, faults } = await world.replay(domain, true);
      if (isSwapped) return;
      throw new Error(faults.join('; '));
    } catch (error) {
      const isUnderWay = isProtocolError(error) && error.code === 'replayUnderWay';
      // one that is under way is waited for, however long this machine takes for it
      if (!isUnderWay && (isProtocolError(error) || tries > 20)) throw error;
      await new Promise((soon) => setTimeout(soon, 100));
    }
}

/** Events that orders has numbered so far. */
const published = async (world: World): Promise<number> =>
  (await persist(() => world.port(keepingOf('orders')).lag({}, world.context()))).published;

/** Whether tables are replaced: where that is to be met, or to be died in. */
const isSwapping = ({ M_FAILPOINT }: NodeJS.ProcessEnv) =>
  isSoak || M_FAILPOINT === undefined || M_FAILPOINT.includes('replay.');

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
/** What an import ends in; `failpoints`: the environment of all lives where it lists deaths, and
 * else of the first. */
async function outcome(facts: GroundFacts, failpoints: NodeJS.ProcessEnv) {
  const isOfAll = 'M_FAILPOINT_DIED' in failpoints;
  const server = await (isOfAll
    ? startServer({ ...facts, settings: failpoints }, {})
    : startServer(facts, failpoints));
  try {
    const report = await persist(() => importSlice(server.world));
    await persist(() => server.world.settled());
    // what did not die in a swap compares its tables only, by its faults
    if (isSwapping(failpoints))
      for (const domain of domains) await persist(() => swapIn(server.world, domain));
    const [lines, faults] = await persist(() =>
      Promise.all([server.world.lines(), server.world.faults()]),
    );
    return { books: { lines, faults, posted: report.posted }, restarts: server.restarts() };
  } finally {
    await server.close();
  }
}

/** Where workflows pass events by, or drop them: they die there in `workflows.int-spec.ts`. */
const isOfImports = ([place]: readonly [string, number]) => !/^(follow|workflow)\./.test(place);

/** Every place that an undisturbed import meets, with how often, and the books it ends in. */
async function dryRun(facts: GroundFacts, name: string) {
  const log = join(folder, name);
  writeFileSync(log, '');
  const { books } = await outcome(facts, { M_FAILPOINT_LOG: log });
  const met = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const counts = new Map<string, number>();
  for (const line of met) {
    const { label, when } = placeOf(line);
    const place = `${label}:${when}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return { books, places: [...counts].filter(isOfImports).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** An import during which some process dies at each of the places, and where they died. */
async function dying(facts: GroundFacts, places: readonly string[], name: string) {
  const died = join(folder, name);
  const failpoints = { M_FAILPOINT: places.join(' '), M_FAILPOINT_DIED: died };
  const { books } = await outcome(facts, failpoints);
  return { books, deaths: deathsIn(died) };
}

/** Every commit point and publish that the code has; a new one must be named here, and so be
 * killed. */
const known = [
  'bus.publish', 'followCompany', 'followOrders', 'followReturns', 'followSales', 'followStock',
  'postValues.handled', 'readRefused', 'receipts.prune', 'relay.lease', 'relay.publish',
  'replay.swap', 'stock.adjust', 'stock.receive', 'store.commit', 'store.keepReceipt',
  'timer.claim', 'timer.fire', 'timer.postpone', 'warehouses.open',
]; // prettier-ignore
/** Places at which a fleet differs from one process: what has left it, and what has
 * not come back. */
const killedInAFleet = ['bus.publish:after:3', 'postValues.handled:before:2'];
const labelsOf = (places: readonly (readonly [string, number])[]) => [
  ...new Set(places.map(([place]) => place.slice(0, place.lastIndexOf(':')))),
];

describe('killed in the middle of an import', async () => {
  const indie = await dryRun({ postgres }, 'indie.log');
  it('meets only commit points that are known', () => {
    expect(labelsOf(indie.places).filter((label) => !known.includes(label))).toEqual([]);
    expect(indie.books.faults).toEqual([]);
  });
  // one import dies at a third of the commits, before one and after the next
  it(`dies at one place after the other, the books are the same (SEED=${seed})`, async () => {
    const once = thirdOf(
      inTurn(indie.places, ([place]) => place),
      seed,
    );
    // the process begins often: what comes once and what comes often are both to be met
    const named = once.map(([place, count]) => `${place}:${Math.ceil(count / once.length / 2)}`);
    const { books, deaths } = await dying({ postgres }, named, 'indie.died');
    expect([...deaths].sort()).toEqual([...named].sort());
    expect(books).toEqual(indie.books);
  });
  it.runIf(isSoak).for(indie.places)('%s: the books come out the same', async ([place, count]) => {
    const time = Math.ceil(count / 2);
    const { books, restarts } = await outcome({ postgres }, { M_FAILPOINT: `${place}:${time}` });
    expect(restarts).toBe(1);
    expect(books).toEqual(indie.books);
  });

  const natsUrl = 'missing' in nats ? undefined : nats.url;
  const fleet = natsUrl ? await dryRun({ postgres, natsUrl }, 'fleet.log') : undefined;
  it.skipIf(!fleet)('ends in the same books as a fleet', () => {
    expect(fleet?.books).toEqual(indie.books);
  });
  it.skipIf(!fleet)('the bus destroyed and begun anew: the books come out the same', async () => {
    const directory = join(folder, 'bus');
    const bus = await startNats({ directory });
    const server = await startServer({ postgres, natsUrl: bus.url }, {});
    try {
      const importing = persist(() => importSlice(server.world));
      await expect.poll(() => published(server.world), { timeout: 30_000 }).toBeGreaterThan(20);
      await bus.kill();
      rmSync(directory, { recursive: true, force: true });
      const again = await startNats({ directory, port: Number(new URL(bus.url).port) });
      const report = await importing;
      await persist(() => server.world.settled());
      const [lines, faults] = await Promise.all([server.world.lines(), server.world.faults()]);
      expect({ lines, faults, posted: report.posted }).toEqual(indie.books);
      await again.stop();
    } finally {
      await server.close();
    }
  });
  // the fleet starts four processes each time: the campaign of all places is `npm run soak`
  it.skipIf(!fleet)('dies where a fleet differs, and the books come out the same', async () => {
    const { books, deaths } = await dying({ postgres, natsUrl }, killedInAFleet, 'fleet.died');
    expect([...deaths].sort()).toEqual([...killedInAFleet].sort());
    expect(books).toEqual(indie.books);
  });
  const places = isSoak ? (fleet?.places ?? []) : [];
  it.for(places)('%s: the books come out the same in a fleet', async ([place]) => {
    const facts = { postgres, natsUrl };
    const { books, restarts } = await outcome(facts, { M_FAILPOINT: `${place}:1` });
    expect(restarts).toBeGreaterThan(0);
    expect(books).toEqual(indie.books);
  });
});
