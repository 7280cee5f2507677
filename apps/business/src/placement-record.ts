/** What a data folder remembers of who wrote it: the mode, and the servers of its databases. It is
 * never served in another mode or from other databases, where the books would seem empty. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsEvents, serverFacts, type ServerFacts } from '@morrow/adapter-postgres';
import { BootFaults } from './boot-faults.ts';
import { ownFileMode } from './data-folder.ts';
import { databaseOf, type DatabaseServers, type Server } from './database-server.ts';
import { readPlacement, type Mode, type Settings } from './settings.ts';
import type { TenantList } from './tenants.ts';

/** Where the databases of a domain are. */
interface Place {
  /** For people: `embedded`, or host and port. */
  readonly name: string;
  /** Of the cluster; absent where the server does not tell it. */
  readonly identifier?: string | undefined;
}
export interface PlacementRecord {
  readonly form: 'morrow.placement/1';
  readonly mode: Mode;
  readonly databases: 'perTenant' | 'perDomain';
  /** By domain. */
  readonly servers: Readonly<Record<string, Place>>;
}
const modes = ['indie', 'enterprise'] as const;
const fileIn = (dataDirectory: string) => join(dataDirectory, 'placement.json');

export function recordedPlacement(dataDirectory: string): PlacementRecord | undefined {
  const file = fileIn(dataDirectory);
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as PlacementRecord;
    if (record.form === 'morrow.placement/1' && modes.includes(record.mode)) return record;
  } catch {
    // said below
  }
  throw new BootFaults([
    `The file ${file} cannot be read by this release: restore it, or start the release that ` +
      'wrote it.',
  ]);
}

const words: Readonly<Record<PlacementRecord['databases'], string>> = {
  perTenant: 'one database for each tenant',
  perDomain: 'a database for each domain',
};
const asWords = ({ mode, databases }: Pick<PlacementRecord, 'mode' | 'databases'>) =>
  `${mode} mode (${words[databases]})`;
const notYet = 'Moving data from one to the other is not available yet.';

/** Throws where the folder was written in another mode. */
export function refuseOtherMode(
  dataDirectory: string,
  mode: Mode,
  record = recordedPlacement(dataDirectory),
): void {
  const { databases } = readPlacement(mode);
  if (!record || (record.mode === mode && record.databases === databases)) return;
  throw new BootFaults([
    `The data in ${dataDirectory} was written in ${asWords(record)} and cannot be served in ` +
      `${asWords({ mode, databases })}. ${notYet}`,
  ]);
}

/** Throws where the folder was written in another mode or from other databases; else writes down
 * what is served now. A folder of an earlier release has the mode whose databases are there. */
export async function holdPlacement(
  { dataDirectory, mode, placement, modules, databaseUrl }: Settings,
  databases: DatabaseServers,
  tenants: TenantList,
): Promise<void> {
  const known = await factsOf(modules, databases);
  const placeOf = (domain: string): Place => ({
    name: databaseUrl(domain) === undefined ? 'embedded' : addressOf(databases.of(domain)),
    identifier: known.get(domain)?.identifier,
  });
  const record =
    recordedPlacement(dataDirectory) ??
    (await adopted(mode, { modules, databases, known, tenants: tenants.all() }));
  if (record) refuseOtherMode(dataDirectory, mode, record);
  for (const domain of modules) {
    const before = record?.servers[domain];
    const now = placeOf(domain);
    if (before && !isSame(before, now))
      throw new BootFaults([
        `The data in ${dataDirectory} keeps ${domain} in the databases at ${before.name}, not in ` +
          `those at ${now.name}. ${notYet}`,
      ]);
  }
  const servers = Object.fromEntries(modules.map((domain) => [domain, placeOf(domain)]));
  write(dataDirectory, {
    ...{ form: 'morrow.placement/1', mode, databases: placement.databases },
    servers: { ...record?.servers, ...servers },
  });
}

const addressOf = ({ host, port }: Server) => `${host}:${port}`;
/** A cluster may be reached by another address; without an identifier the address decides. */
const isSame = (before: Place, now: Place) =>
  before.identifier !== undefined && now.identifier !== undefined
    ? before.identifier === now.identifier
    : before.name === now.name;

/** Facts by domain; each server is asked once. */
async function factsOf(modules: readonly string[], databases: DatabaseServers) {
  const asked = new Map<string, Promise<ServerFacts>>();
  const facts = new Map<string, ServerFacts>();
  for (const domain of modules) {
    const server = databases.of(domain);
    const answer = asked.get(addressOf(server)) ?? serverFacts(server, 'morrow_');
    asked.set(addressOf(server), answer);
    facts.set(domain, await answer);
  }
  return facts;
}

interface Found {
  readonly modules: readonly string[];
  readonly databases: DatabaseServers;
  readonly known: ReadonlyMap<string, ServerFacts>;
  readonly tenants: readonly string[];
}
/** What a folder without a record was written as: the mode whose databases are there; where those
 * of both are, the one that holds events; undefined for a new folder. */
async function adopted(mode: Mode, found: Found): Promise<PlacementRecord | undefined> {
  const inMode = (one: Mode) => databasesIn(one, found);
  const present = modes.filter((one) => inMode(one).length);
  const [only] = present;
  if (present.length < 2) return only && recordOf(only);
  const holding: Mode[] = [];
  for (const one of present) if (await holdAnyEvents(inMode(one))) holding.push(one);
  const [holder] = holding;
  return recordOf(holding.length === 1 && holder ? holder : mode);
}
const recordOf = (mode: Mode): PlacementRecord => ({
  ...{ form: 'morrow.placement/1', mode, databases: readPlacement(mode).databases },
  servers: {},
});

interface Present {
  readonly server: Server;
  readonly database: string;
}
function databasesIn(mode: Mode, { modules, databases, known, tenants }: Found): Present[] {
  const placement = readPlacement(mode);
  return modules.flatMap((domain) =>
    tenants.flatMap((tenant): Present[] => {
      const database = databaseOf({ placement }, domain)(tenant);
      const isThere = known.get(domain)?.databases.includes(database);
      return isThere ? [{ server: databases.of(domain), database }] : [];
    }),
  );
}
async function holdAnyEvents(present: readonly Present[]): Promise<boolean> {
  const byName = new Map(present.map((one) => [one.database, one]));
  for (const { server, database } of byName.values())
    if (await holdsEvents(server, database)) return true;
  return false;
}

function write(dataDirectory: string, record: PlacementRecord): void {
  const file = fileIn(dataDirectory);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: ownFileMode });
  renameSync(draft, file);
}
