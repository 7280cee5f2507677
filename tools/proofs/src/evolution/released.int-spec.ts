/** Databases of every release, with books, stock and documents in each state: today's code opens
 * them, finds the same in them, and goes on. `M_RECORD=1` writes that of this release. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { boot } from '@morrow/business/parts/boot';
import { allDomains } from '@morrow/business/parts/module-catalog';
import { readSettings, release } from '@morrow/business/parts/settings';
import { testPostgres } from '@morrow/dev-services';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { allScenarios, scenarioPacks } from '../scenarios/all-scenarios.ts';
import { newGround } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';
import { dumpSchema } from './database-dump.features.ts';

vi.setConfig({ testTimeout: 120_000 });
interface Released {
  /** SQL that makes the tenant's database. */
  readonly sql: string;
  /** What its digest is made of, and its events by name. */
  readonly lines: readonly string[];
  readonly events: Readonly<Record<string, number>>;
}
const folder = join(import.meta.dirname, 'released');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
const fileOf = (version: string) => join(folder, `${version}.json.gz`);
const server = await testPostgres();

/** A tenant of its own, whose database `sql` fills before the first start. */
async function opened(sql?: string) {
  const { tenant, env, statement } = await newGround();
  const connected = async (database: string) => {
    const client = new pg.Client({ ...server, database });
    await client.connect();
    return client;
  };
  const database = `morrow_${tenant}`;
  if (sql !== undefined) {
    const admin = await connected('postgres');
    await admin.query(`create database "${database}"`).finally(() => admin.end());
    await statement(sql);
  }
  const running = await boot(readSettings({ ...env, M_PACKS: scenarioPacks }), {});
  onTestFinished(() => running.stop());
  const world = new World(running.port, tenant, undefined, running.signed, allDomains);
  const eventsByName = async () => {
    const counts: Record<string, number> = {};
    for (const { protocol, type } of await world.events())
      counts[`${protocol}.${type}`] = (counts[`${protocol}.${type}`] ?? 0) + 1;
    return counts;
  };
  return { world, eventsByName, client: () => connected(database) };
}
/** A line of documents without the fields that have no value: a release may add some. */
const withoutNulls = (line: string) =>
  line.replace(/^(document \S+ \S+) (.*)$/, (_, head: string, fields: string) => {
    const held = Object.entries(JSON.parse(fields) as object).filter(([, value]) => value !== null);
    return `${head} ${JSON.stringify(Object.fromEntries(held))}`;
  });
const linesOf = async (world: World) => (await world.lines()).map(withoutNulls).sort();

async function play(world: World): Promise<void> {
  for (const [, scenario] of await allScenarios()) {
    await scenario(world);
    await world.settled();
  }
}

it.runIf(process.env['M_RECORD'])('the database of this release is recorded', async () => {
  const { world, eventsByName, client } = await opened();
  await play(world);
  const connection = await client();
  const schemas = [];
  for (const domain of allDomains) schemas.push(await dumpSchema(connection, domain));
  await connection.end();
  const held: Released = {
    sql: schemas.join('\n'),
    lines: await world.lines(),
    events: await eventsByName(),
  };
  writeFileSync(fileOf(release), gzipSync(JSON.stringify(held), { level: 9 }));
});

describe.each(files)('the database of %s', (file) => {
  const {
    sql,
    lines: then,
    events,
  } = JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString()) as Released;
  // sorted by domain there, and all together here
  const lines = then.map(withoutNulls).sort();

  it('holds the same books, stock, states and events, and every law', async () => {
    const { world, eventsByName } = await opened(sql);
    await world.settled();
    expect(await linesOf(world)).toEqual(lines);
    expect(await eventsByName()).toEqual(events);
    expect(await world.faults()).toEqual([]);
    for (const domain of allDomains)
      expect(await world.replay(domain, true)).toMatchObject({ isSwapped: true, faults: [] });
    expect(await linesOf(world)).toEqual(lines);
  });

  it('is seen to differ where one penny is changed', async () => {
    const stolen = 'update finance.account_balance set debit = debit + 1 where debit > 0';
    const { world } = await opened(`${sql}\n${stolen}`);
    await world.settled();
    expect(await linesOf(world)).not.toEqual(lines);
    expect(await world.faults()).not.toEqual([]);
  });
});
