/** Lists: filtered and sorted pages of a million parties, the first ones and those deep in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { openPostgresStores } from '@morrow/adapter-postgres';
import { countMax, documentOf, type Filter, type Sort } from '@morrow/contract';
import type { Store } from '@morrow/document-keeper';
import { Party } from '@morrow/protocol-parties';
import pg from 'pg';
import { median, type Figure, type Load } from './figures.ts';

const pageSize = 50;
const database = 'bench_lists';
const party = documentOf(Party);

/** A million parties past the store: names of few letters, one in ten thousand a supplier, nine in
 * ten without a segment. */
const filling = (rows: number) => `
  insert into bench.party (id, version, state, lifecycle_id, lifecycle_version,
    lifecycle_hash, code, name, role, country, segment)
  select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 1, 'active', 'party', 1,
    'x', 'P' || n, 'Name ' || (n::bigint * 7919 % 1000003),
    case when n % 10000 = 0 then 'supplier' else 'customer' end,
    (array['India', 'France', 'United Kingdom', 'Canada'])[1 + n % 4],
    case when n % 10 = 0 then 'b2b' end
  from generate_series(1, ${rows}) n`;

interface Asked {
  readonly filter?: Filter;
  readonly sort?: Sort;
  /** Value of the field that it is sorted by, in the middle; absent where there is none. */
  readonly middle?: string;
}
const asked: Readonly<Record<string, Asked>> = {
  'in the order of creation': {},
  'sorted by name': { sort: { field: 'name' }, middle: 'Name 5' },
  'sorted by segment, descending': { sort: { field: 'segment', isDescending: true } },
  'one country, sorted by name': {
    filter: { field: 'country', is: 'India' },
    sort: { field: 'name' },
    middle: 'Name 5',
  },
  'the rare suppliers, sorted by name': {
    filter: { field: 'role', is: 'supplier' },
    sort: { field: 'name' },
    middle: 'Name 5',
  },
  'names that begin alike': {
    filter: { field: 'name', starts: 'Name 77' },
    sort: { field: 'name' },
    middle: 'Name 775',
  },
  'in a segment and not in a country': {
    filter: {
      all: [{ field: 'segment', is: 'b2b' }, { not: { field: 'country', is: 'France' } }],
    },
    sort: { field: 'code' },
    middle: 'P5',
  },
};

/** A page of the list: the first, or one whose place lies in the middle. */
function pageAt(store: Store, { filter, sort, middle }: Asked, id: string | undefined) {
  if (!sort) return store.list('party', { limit: pageSize, filter, after: id });
  const after = id === undefined ? undefined : { value: middle ?? null, id };
  return store.sorted('party', { sort, limit: pageSize, filter, after });
}
const idOf = (row: number) => `${row.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;

async function pageMs(store: Store, what: Asked, id?: string): Promise<number> {
  const times: number[] = [];
  for (let round = -2; round < 15; round++) {
    const start = performance.now();
    await pageAt(store, what, id);
    if (round >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

export async function listing({ isQuick }: Load): Promise<readonly Figure[]> {
  const rows = isQuick ? 20_000 : 1_000_000;
  const directory = mkdtempSync(join(tmpdir(), 'morrow-lists-'));
  const postgres = await startPostgres({ directory: join(directory, 'postgres'), noSync: true });
  const server = { host: postgres.socketDirectory, port: postgres.port, user: postgres.user };
  const stores = await openPostgresStores({
    server,
    domain: { name: 'bench', documents: [party], keeps: [] },
    tenants: ['main'],
    databaseOf: () => database,
  });
  try {
    const client = new pg.Client({ ...server, database });
    await client.connect();
    await client.query(filling(rows));
    await client.query('vacuum analyze');
    await client.end();
    const store = stores.of('main');
    const figures: Figure[] = [];
    const add = (name: string, value: number) =>
      figures.push({ name, value, unit: 'ms', bar: { atMost: 50 } });
    for (const [name, what] of Object.entries(asked)) {
      add(`${name}: the first page`, await pageMs(store, what));
      add(`${name}: deep in the list`, await pageMs(store, what, idOf(rows / 2)));
    }
    const start = performance.now();
    await store.countUpTo('party', countMax, asked['one country, sorted by name']?.filter);
    add('a count up to 1,001', performance.now() - start);
    return figures;
  } finally {
    await stores.close();
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
