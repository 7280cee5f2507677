/** The PostgreSQL of a process: the one that settings name, else the embedded one in the data
 * directory; and how many connections to it the process may open. */
import { hkdfSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@morrow/adapter-embedded-postgres';
import {
  connectionsAllowed,
  newSharedGround,
  type ServerAddress,
  type SharedGround,
} from '@morrow/adapter-postgres';
import { snakeCase } from '@morrow/contract';
import { claimKeyFile } from './claims.ts';
import { connectionsFor } from './connection-shares.ts';
import type { Settings } from './settings.ts';

export type Server = ServerAddress;
export interface DatabaseServers {
  of(domain: string): Server;
  /** What the domains of this process on one server share. */
  sharedOf(domain: string): SharedGround;
  stop(): Promise<void>;
}

/** Host, port and user of a PostgreSQL URL; a socket directory stands percent-encoded as host. */
export function serverOf(url: string): Server {
  const { hostname, port, username, password, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || 5432),
    user: decodeURIComponent(username || 'postgres'),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

/** Secret that the passwords of the domains' roles are derived from: the same in all processes of
 * an installation, and of no use for signing claims. */
const roleSecretOf = ({ claimKey, dataDirectory }: Settings): string => {
  const key = claimKey ?? claimKeyFile(dataDirectory);
  return Buffer.from(hkdfSync('sha256', key, 'morrow', 'database roles', 32)).toString('base64');
};

const placeOf = ({ host, port }: Server) => `${host}:${port}`;

export async function openDatabaseServers(settings: Settings): Promise<DatabaseServers> {
  const named = settings.modules.map((domain) => settings.databaseUrl(domain));
  let embedded: EmbeddedPostgres | undefined;
  if (named.some((url) => url === undefined)) {
    mkdirSync(settings.dataDirectory, { recursive: true });
    embedded = await startPostgres({
      directory: join(settings.dataDirectory, 'postgres'),
      mayOpenParent: true,
    });
  }
  const roleSecret = roleSecretOf(settings);
  const of = (domain: string): Server => {
    const url = settings.databaseUrl(domain);
    if (url !== undefined) return { ...serverOf(url), roleSecret };
    if (!embedded) throw new TypeError(`No database for ${domain}`);
    const { socketDirectory: host, port, user } = embedded;
    return { host, port, user, roleSecret };
  };
  try {
    const shared = await sharedGrounds(settings, of);
    return {
      of,
      sharedOf(domain) {
        const found = shared.get(placeOf(of(domain)));
        if (!found) throw new TypeError(`No connections for ${domain}`);
        return found;
      },
      async stop() {
        for (const { watch } of shared.values()) await watch?.stop();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** What is shared on each server by its place, after the connections of the fleet were counted. */
async function sharedGrounds(
  settings: Settings,
  of: (domain: string) => Server,
): Promise<ReadonlyMap<string, SharedGround>> {
  const shared = new Map<string, SharedGround>();
  for (const domain of settings.modules) {
    const server = of(domain);
    const place = placeOf(server);
    if (shared.has(place)) continue;
    const processes = processesAt(settings, settings.databaseUrl(domain));
    const allowed = await connectionsAllowed(server);
    const asked = settings.connectionsMax;
    shared.set(place, newSharedGround(connectionsFor({ place, allowed, processes, asked })));
  }
  return shared;
}

/** Processes of the placement that connect to the server of the URL, or to the embedded one. */
function processesAt({ placement, databaseUrl }: Settings, url: string | undefined): number {
  const placed = (one: string | undefined) => one && placeOf(serverOf(one));
  const there = placement.processes.filter(({ modules }) =>
    modules.some((domain) => placed(databaseUrl(domain)) === placed(url)),
  );
  return Math.max(1, there.length);
}

/** The database of a domain by tenant: one for all domains, or one for each. */
export const databaseOf =
  ({ placement }: Pick<Settings, 'placement'>, domain: string) =>
  (tenant: string) =>
    placement.databases === 'perTenant'
      ? `morrow_${tenant}`
      : `morrow_${tenant}_${snakeCase(domain)}`;
